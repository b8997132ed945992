"""An act says for whom it was done; of older ones the audit tells."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CARRY = """
ALTER TABLE dossiers_act DISABLE TRIGGER act_no_change;
UPDATE dossiers_act a SET on_behalf_of_id = e.on_behalf_of_id
FROM foundation_auditentry e
WHERE e.on_behalf_of_id IS NOT NULL AND e.object_type = 'dossiers.dossier'
  AND e.object_id = a.dossier_id AND e.action = 'dossier.' || a.verb
  AND e.account_id = a.account_id AND e.at = a.at;
ALTER TABLE dossiers_act ENABLE TRIGGER act_no_change;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0007_number_ending"),
        ("foundation", "0001_initial"),
    ]
    operations = [
        migrations.AddField(
            "act",
            "on_behalf_of",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(
            "SET CONSTRAINTS ALL IMMEDIATE;" + CARRY, migrations.RunSQL.noop
        ),
    ]
