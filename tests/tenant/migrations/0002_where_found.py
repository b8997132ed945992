"""Where a thing was found, for the map."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lost_property", "0001_initial")]

    operations = [
        migrations.AddField("thing", "latitude", models.FloatField(null=True)),
        migrations.AddField("thing", "longitude", models.FloatField(null=True)),
    ]
