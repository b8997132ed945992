"""Who corrected a movement, and why, moves from the audit into a table of its own."""

import django.db.models.deletion
from django.db import migrations, models

CARRY = """
INSERT INTO stocks_correction (movement_id, at, account_id, on_behalf_of_id, reason)
SELECT DISTINCT ON (e.object_id) e.object_id, e.at, e.account_id, e.on_behalf_of_id,
       coalesce(left(e.data->>'reason', 500), '')
FROM foundation_auditentry e JOIN stocks_movement m ON m.id = e.object_id
WHERE e.action = 'stock.corrected' AND e.object_type = 'stocks.movement'
ORDER BY e.object_id, e.id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

CREATE TRIGGER correction_no_change BEFORE UPDATE OR DELETE ON stocks_correction
    FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();
CREATE TRIGGER correction_no_truncate BEFORE TRUNCATE ON stocks_correction
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();
"""
BACK = """
DROP TRIGGER correction_no_truncate ON stocks_correction;
DROP TRIGGER correction_no_change ON stocks_correction;
"""


def to_account():
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.account",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("stocks", "0005_books_declared"),
        ("accounts", "0005_unit_kinds"),
        ("foundation", "0004_definitions_not_emptied"),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "movement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stocks.movement",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("account", to_account()),
                ("on_behalf_of", to_account()),
                ("reason", models.CharField(max_length=500)),
            ],
        ),
        migrations.RunSQL(CARRY, BACK),
    ]
