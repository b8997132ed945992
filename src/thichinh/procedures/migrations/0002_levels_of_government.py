"""A town is one kind of unit of the district level: the catalogue names the level."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]
    operations = [
        migrations.AlterField("procedure", "level", models.CharField(max_length=10)),
        migrations.RunSQL(
            "UPDATE procedures_procedure SET level = 'district' WHERE level = 'town'",
            "UPDATE procedures_procedure SET level = 'town' WHERE level = 'district'",
        ),
    ]
