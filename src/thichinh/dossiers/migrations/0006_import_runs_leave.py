"""Imports of event logs became an app of their own, which takes the table over (caselogs 0001)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0005_acts_not_emptied")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable("ImportRun", "caselogs_importrun"),
            ],
            state_operations=[migrations.DeleteModel("ImportRun")],
        )
    ]
