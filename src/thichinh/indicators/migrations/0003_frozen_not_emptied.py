"""Frozen values are not emptied away either."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER frozen_value_no_truncate BEFORE TRUNCATE ON indicators_indicatorvalue
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();
CREATE TRIGGER snapshot_no_truncate BEFORE TRUNCATE ON indicators_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();
"""
UNDO = """
DROP TRIGGER snapshot_no_truncate ON indicators_snapshot;
DROP TRIGGER frozen_value_no_truncate ON indicators_indicatorvalue;
"""


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_frozen_values"), ("foundation", "0002_guards")]

    operations = [migrations.RunSQL(GUARDS, UNDO)]
