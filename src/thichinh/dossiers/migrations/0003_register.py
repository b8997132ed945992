"""The place of a dossier in its desk's register (M06) is given once and kept."""

from django.db import migrations, models

# As they were received; the series goes on behind them.
FILL = """
UPDATE dossiers_dossier d SET register_year = r.year, register_number = r.place
FROM (
    SELECT id, year, row_number() OVER (PARTITION BY receiving_unit_id, year
                                        ORDER BY received_at, id) AS place
    FROM (
        SELECT id, receiving_unit_id, received_at,
               extract(year FROM received_at AT TIME ZONE 'Asia/Ho_Chi_Minh') AS year
        FROM dossiers_dossier WHERE received_at IS NOT NULL
    ) received
) r
WHERE r.id = d.id;

INSERT INTO foundation_numberseries (series, unit_id, period, last)
SELECT 'register', receiving_unit_id, register_year::text, max(register_number)
FROM dossiers_dossier WHERE register_year IS NOT NULL GROUP BY 2, 3;

SET CONSTRAINTS ALL IMMEDIATE;
"""
UNDO = "DELETE FROM foundation_numberseries WHERE series = 'register';"


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_append_only"), ("foundation", "0002_guards")]

    operations = [
        migrations.AddField(
            "dossier",
            "register_year",
            models.SmallIntegerField(null=True, help_text="the desk's book it is in (M06)"),
        ),
        migrations.AddField(
            "dossier",
            "register_number",
            models.IntegerField(null=True, help_text="its place there, from 1"),
        ),
        migrations.RunSQL(FILL, UNDO),
        migrations.AddConstraint(
            "dossier",
            models.CheckConstraint(
                name="dossier_received_is_registered",
                condition=models.Q(received_at=None, register_year=None, register_number=None)
                | models.Q(
                    received_at__isnull=False,
                    register_year__isnull=False,
                    register_number__isnull=False,
                ),
            ),
        ),
        migrations.AddConstraint(
            "dossier",
            models.UniqueConstraint(
                fields=["receiving_unit", "register_year", "register_number"],
                name="dossier_register",
                condition=models.Q(register_year__isnull=False),
            ),
        ),
    ]
