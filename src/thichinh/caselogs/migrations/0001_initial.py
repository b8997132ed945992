"""The table of imports, renamed and filled as the dossiers had it."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_authority_epoch"),
        ("dossiers", "0006_import_runs_leave"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ImportRun",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("mapping", models.CharField(max_length=100)),
                        ("mapping_digest", models.CharField(max_length=64)),
                        ("log_name", models.CharField(max_length=255)),
                        ("log_digest", models.CharField(max_length=64)),
                        ("as_of", models.DateTimeField()),
                        ("cursor", models.IntegerField(default=0)),
                        ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("authority", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit")),
                    ],
                ),
                migrations.AddConstraint(
                    model_name="importrun",
                    constraint=models.UniqueConstraint(fields=("authority", "mapping_digest", "log_digest"), name="import_once"),
                ),
            ],
        )
    ]
