"""Ended roles and delegations keep their rows: what was signed meanwhile is proved by them."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = "".join(
    f"""
CREATE TRIGGER {name}_not_removed BEFORE DELETE ON accounts_{name}
    FOR EACH ROW EXECUTE FUNCTION foundation_refuse_change();
CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON accounts_{name}
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_refuse_change();
"""
    for name in ("delegation", "roleassignment")
)
UNKEPT = "".join(
    f"DROP TRIGGER {name}_{what} ON accounts_{name};"
    for name in ("delegation", "roleassignment")
    for what in ("not_removed", "no_truncate")
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_one_time_link"),
        ("foundation", "0002_guards"),
    ]
    operations = [
        migrations.AddField(
            "delegation",
            "ended_at",
            models.DateTimeField(help_text="taken back before its last day", null=True),
        ),
        migrations.AddField(
            "roleassignment",
            "ended_at",
            models.DateTimeField(help_text="taken away before its last day", null=True),
        ),
        migrations.AddField(
            "roleassignment",
            "ended_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(KEPT, UNKEPT),
    ]
