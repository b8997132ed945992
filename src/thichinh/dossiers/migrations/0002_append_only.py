"""The chain of acts on a dossier is append-only."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("foundation", "0002_guards")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER act_no_change BEFORE UPDATE OR DELETE ON dossiers_act "
            "FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();",
            "DROP TRIGGER act_no_change ON dossiers_act;",
        )
    ]
