"""Published definitions are not emptied away either."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_file_senders")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER definition_no_truncate BEFORE TRUNCATE ON foundation_definitionversion "
            "FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();",
            "DROP TRIGGER definition_no_truncate ON foundation_definitionversion;",
        )
    ]
