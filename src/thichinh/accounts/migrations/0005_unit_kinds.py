"""Kinds of units become definitions: what a kind says is mirrored on each unit.

Units that exist get it here for the kinds that were known before; loading the definitions of kinds
writes it again.
"""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

FILL = """
UPDATE accounts_unit SET
    level = CASE kind WHEN 'province' THEN 'province' WHEN 'town' THEN 'district'
        WHEN 'ward' THEN 'commune' WHEN 'commune' THEN 'commune' ELSE '' END,
    place = CASE kind WHEN 'group' THEN 'group' WHEN 'office' THEN 'office'
        WHEN 'desk' THEN 'desk' ELSE 'committee' END,
    organ_name = name, organ_name_en = name, desk_name = name, desk_name_en = name;
UPDATE accounts_unit SET
    organ_name = 'Ủy ban nhân dân ' || lower(left(name, 1)) || substr(name, 2),
    organ_name_en = 'People''s Committee of ' || lower(left(name, 1)) || substr(name, 2),
    desk_name = 'Bộ phận Tiếp nhận và Trả kết quả ' || lower(left(name, 1)) || substr(name, 2),
    desk_name_en = 'One-stop desk of ' || lower(left(name, 1)) || substr(name, 2)
    WHERE place = 'committee';
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_role_bundles")]
    operations = [
        migrations.AlterField("unit", "kind", models.CharField(max_length=40)),
        *(
            migrations.AddField(
                "unit", name, models.CharField(blank=True, default="", max_length=length)
            )
            for name, length in (
                ("level", 10),
                ("place", 10),
                ("organ_name", 320),
                ("organ_name_en", 320),
                ("desk_name", 320),
                ("desk_name_en", 320),
            )
        ),
        migrations.AddField(
            "unit",
            "duties",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), default=list, size=None
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
