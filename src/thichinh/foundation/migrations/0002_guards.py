"""What the tables must refuse by themselves, whoever connects."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

GUARDS = """
CREATE FUNCTION foundation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

-- The transaction that wrote the row: a sealer closes batches below the oldest one still running.
ALTER TABLE foundation_auditentry ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON foundation_auditentry
    FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON foundation_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();

CREATE TRIGGER definition_no_change BEFORE UPDATE OR DELETE ON foundation_definitionversion
    FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();

ALTER TABLE foundation_ratewindow SET UNLOGGED;
"""

UNDO = """
DROP TRIGGER definition_no_change ON foundation_definitionversion;
DROP TRIGGER audit_no_truncate ON foundation_auditentry;
DROP TRIGGER audit_no_change ON foundation_auditentry;
ALTER TABLE foundation_auditentry DROP COLUMN xid;
DROP FUNCTION foundation_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(GUARDS, UNDO),
    ]
