"""Movements are append-only, and each one enters the tail by itself: none can escape the fold."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER movement_no_change BEFORE UPDATE OR DELETE ON stocks_movement
    FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();
CREATE TRIGGER movement_no_truncate BEFORE TRUNCATE ON stocks_movement
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();

CREATE FUNCTION stocks_enter_tail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stocks_tail (movement_id) SELECT id FROM written;
    RETURN NULL;
END $$;
CREATE TRIGGER movement_enters_tail AFTER INSERT ON stocks_movement
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION stocks_enter_tail();

ALTER TABLE stocks_movement ADD CONSTRAINT movement_goes_somewhere CHECK (source <> target);
"""
BACK = """
ALTER TABLE stocks_movement DROP CONSTRAINT movement_goes_somewhere;
DROP TRIGGER movement_enters_tail ON stocks_movement;
DROP FUNCTION stocks_enter_tail();
DROP TRIGGER movement_no_truncate ON stocks_movement;
DROP TRIGGER movement_no_change ON stocks_movement;
"""


class Migration(migrations.Migration):
    dependencies = [("stocks", "0001_initial"), ("foundation", "0002_guards")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
