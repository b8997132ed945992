"""The chain of acts is not emptied away either."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_open_received"), ("foundation", "0002_guards")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER act_no_truncate BEFORE TRUNCATE ON dossiers_act "
            "FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();",
            "DROP TRIGGER act_no_truncate ON dossiers_act;",
        )
    ]
