"""When an official compared the papers of who uses an account.

Anybody can sign up with a stranger's twelve digits. What the data tells about accounts made before:
an account that nobody signed up for was opened by an official or with the example town, and a clerk
gives a new password only to who shows papers. The rest stays open until somebody looks.
"""

from __future__ import annotations

from django.db import migrations, models

LOOKED_AT = """
UPDATE accounts_account a SET identity_seen_at = a.created_at
WHERE a.unit_id IS NOT NULL
   OR NOT EXISTS (
        SELECT 1 FROM foundation_auditentry e
        WHERE e.object_type = 'accounts.account' AND e.object_id = a.id
          AND e.action = 'account.signed_up')
   OR EXISTS (
        SELECT 1 FROM foundation_auditentry e
        WHERE e.object_type = 'accounts.account' AND e.object_id = a.id
          AND e.action = 'account.password_reset');
"""
WATCH_ACCOUNT = """
DROP TRIGGER raise_authority_epoch ON accounts_account;
CREATE TRIGGER raise_authority_epoch
    AFTER UPDATE OF person_id, unit_id, display_name, is_active{more} OR DELETE ON accounts_account
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_raise_authority_epoch();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_authority_epoch"),
        ("foundation", "0001_initial"),
    ]
    operations = [
        migrations.AddField(
            "account", "identity_seen_at", models.DateTimeField(null=True)
        ),
        migrations.RunSQL(LOOKED_AT, migrations.RunSQL.noop),
        migrations.RunSQL(
            WATCH_ACCOUNT.format(more=", identity_seen_at"), WATCH_ACCOUNT.format(more="")
        ),
    ]
