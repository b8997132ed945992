"""The one epoch row, and the triggers that change it whenever authority may have changed.

Triggers, because a bulk load or a repair by hand must count as well as our own actions. The value
comes from a sequence, which no rollback takes back: a value once seen never means anything else,
so a process may remember what it read inside a transaction that was undone.
"""

from __future__ import annotations

from django.db import migrations

RAISE = """
CREATE SEQUENCE accounts_authority_epoch START 2;
INSERT INTO accounts_authorityepoch (id, value) VALUES (1, 1);
CREATE FUNCTION accounts_raise_authority_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts_authorityepoch SET value = nextval('accounts_authority_epoch') WHERE id = 1;
    RETURN NULL;
END $$;
"""
WATCH = """
CREATE TRIGGER raise_authority_epoch
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_raise_authority_epoch();
"""
WATCH_ACCOUNT = """
CREATE TRIGGER raise_authority_epoch
    AFTER UPDATE OF person_id, unit_id, display_name, is_active OR DELETE ON accounts_account
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_raise_authority_epoch();
"""
TABLES = [
    "accounts_unit",
    "accounts_unitsuccession",
    "accounts_role",
    "accounts_roleassignment",
    "accounts_delegation",
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(
            RAISE + "".join(WATCH.format(table=table) for table in TABLES) + WATCH_ACCOUNT,
            "DROP FUNCTION accounts_raise_authority_epoch() CASCADE;"
            "DELETE FROM accounts_authorityepoch;"
            "DROP SEQUENCE accounts_authority_epoch;",
        )
    ]
