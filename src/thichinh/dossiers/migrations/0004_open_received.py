"""What a desk took in and is still open: counted for its list."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_register")]

    operations = [
        migrations.AddIndex(
            "dossier",
            models.Index(
                fields=["receiving_unit", "due_at"],
                name="dossier_open_received",
                condition=models.Q(closed_at=None),
            ),
        ),
    ]
