"""Frozen reports are not emptied away either."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_frozen_reports"), ("foundation", "0002_guards")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER frozen_report_no_truncate BEFORE TRUNCATE ON reports_frozenreport "
            "FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();",
            "DROP TRIGGER frozen_report_no_truncate ON reports_frozenreport;",
        )
    ]
