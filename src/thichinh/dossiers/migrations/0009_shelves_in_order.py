"""Each shelf of the list has an index that keeps it in its order, for who decides and who took in."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0008_acts_on_behalf")]

    operations = [
        migrations.RemoveIndex("dossier", "dossier_open"),
        migrations.RemoveIndex("dossier", "dossier_open_received"),
        *(
            migrations.AddIndex("dossier", index)
            for field in ("unit", "receiving_unit")
            for index in (
                models.Index(
                    fields=[field, "due_at", "id"],
                    name=f"dossier_due_{field}",
                    condition=Q(closed_at=None, state__in=(2, 4, 5, 6)),
                    include=["state"],
                ),
                models.Index(
                    fields=[field, "state", "-id"],
                    name=f"dossier_wait_{field}",
                    condition=Q(closed_at=None, state__in=(1, 5, 6, 9)),
                ),
            )
        ),
    ]
