"""A frozen report never changes, whoever connects."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER frozen_report_no_change BEFORE UPDATE OR DELETE ON reports_frozenreport
    FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();
"""
UNDO = "DROP TRIGGER frozen_report_no_change ON reports_frozenreport;"


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("foundation", "0002_guards")]

    operations = [migrations.RunSQL(GUARDS, UNDO)]
