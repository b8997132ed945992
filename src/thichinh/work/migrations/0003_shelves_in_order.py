"""Each shelf of the inbox has an index that keeps it in its order; one per kind serves the desk."""

from django.db import migrations, models
from django.db.models import Q

ORDER = ["due_order", "id"]


class Migration(migrations.Migration):
    dependencies = [("work", "0002_deadlines_and_hand_overs")]

    operations = [
        migrations.RemoveIndex("task", "task_open_by_unit"),
        migrations.RemoveIndex("task", "task_open_by_due"),
        *(
            migrations.AddIndex("task", index)
            for index in (
                models.Index(
                    fields=["unit", *ORDER],
                    name="task_free",
                    condition=Q(status=1, assignee=None),
                ),
                models.Index(
                    fields=["unit", *ORDER],
                    name="task_taken",
                    condition=Q(status=1, assignee__isnull=False),
                    include=["assignee"],
                ),
                models.Index(
                    fields=["unit", *ORDER], name="task_paused", condition=Q(status=2)
                ),
                models.Index(
                    fields=["unit", "kind", *ORDER],
                    name="task_open_by_kind",
                    condition=Q(status=1),
                ),
            )
        ),
    ]
