"""The row other tables point to: a procedure, whatever its version."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Procedure(models.Model):
    """One procedure of the authority, mirrored from the version of its definition now in force."""

    code = models.SlugField(max_length=60, unique=True)
    national_code = models.CharField(max_length=8, blank=True, default="", db_index=True)
    name = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500, blank=True, default="")
    search_name = models.TextField(help_text="name, names in English and field, folded")
    sort_name = models.TextField(db_collation="C")
    field = models.CharField(max_length=60, db_index=True)
    field_name = models.CharField(max_length=200)
    level = models.CharField(max_length=10)
    service_level = models.SmallIntegerField()
    is_online = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    current_version = models.ForeignKey(
        "foundation.DefinitionVersion", models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["sort_name"]
        indexes = [
            GinIndex(
                fields=["search_name"], opclasses=["gin_trgm_ops"], name="procedure_search_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
