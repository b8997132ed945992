"""The dated tree of organisation units, and what became of each."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Unit(models.Model):
    """One organisation unit during one period of validity; a node of the tree of the authority.

    `path` is the chain of codes from the root, each followed by `/`: the units at or below a unit
    are those whose path begins with its path. A renamed or merged unit is a new row with a new
    code, and a `UnitSuccession` says what became of the old one. `valid_to` is the last day.
    `kind` is the code of a definition; what that says of the unit's level, place and names is
    mirrored here, so that it costs no question.
    """

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=10, blank=True, default="")
    place = models.CharField(max_length=10, blank=True, default="")
    organ_name = models.CharField(max_length=320, blank=True, default="")
    organ_name_en = models.CharField(max_length=320, blank=True, default="")
    desk_name = models.CharField(max_length=320, blank=True, default="")
    desk_name_en = models.CharField(max_length=320, blank=True, default="")
    duties: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=60), default=list
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=400, unique=True)
    area_code = models.CharField(max_length=8, blank=True)
    organ_code = models.CharField(max_length=20, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    sort_key = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(
                name="unit_period_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["area_code"], name="unit_area_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_id(self) -> int:
        """A unit belongs to itself, so that `actor.may(permission, unit)` reads like any other."""
        return self.pk


class UnitSuccession(models.Model):
    """On day `on`, unit `new` took over the whole of unit `old` (its people, papers and duties)."""

    old = models.ForeignKey(Unit, models.PROTECT, related_name="successors")
    new = models.ForeignKey(Unit, models.PROTECT, related_name="predecessors")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="unit_succession_once"),
            models.CheckConstraint(name="unit_succeeds_another", condition=~Q(old=F("new"))),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id} ({self.on})"
