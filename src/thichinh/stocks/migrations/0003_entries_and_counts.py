from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stocks", "0002_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="proof",
            name="counts",
            field=models.JSONField(default=dict),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["target", "at", "id"], name="movement_entry"),
        ),
    ]
