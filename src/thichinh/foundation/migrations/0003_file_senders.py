"""Who handed in which content."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="FileSender",
            fields=[
                ("id", models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    )),
                ("account_id", models.BigIntegerField()),
                (
                    "file",
                    models.ForeignKey(
                        "foundation.storedfile", models.CASCADE, related_name="+"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["file", "account_id"], name="one_file_sender"
                    )
                ]
            },
        ),
    ]
