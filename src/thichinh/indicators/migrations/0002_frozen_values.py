"""A frozen value never changes, whoever connects."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER frozen_value_no_change BEFORE UPDATE OR DELETE ON indicators_indicatorvalue
    FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();
CREATE TRIGGER snapshot_no_change BEFORE UPDATE OR DELETE ON indicators_snapshot
    FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();
"""
UNDO = """
DROP TRIGGER snapshot_no_change ON indicators_snapshot;
DROP TRIGGER frozen_value_no_change ON indicators_indicatorvalue;
"""


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial"), ("foundation", "0002_guards")]

    operations = [migrations.RunSQL(GUARDS, UNDO)]
