"""A dossier is found by the last digits of its number without reading the whole table."""

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Reverse


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0006_import_runs_leave")]

    operations = [
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                OpClass(Reverse("number"), "text_pattern_ops"), name="dossier_number_ending"
            ),
        )
    ]
