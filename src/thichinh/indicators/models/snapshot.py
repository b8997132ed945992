"""Values as they stood when a report was frozen; a trigger refuses any later change."""

from __future__ import annotations

from django.db import models


class Snapshot(models.Model):
    """One act of freezing: which indicator values stood at which instant."""

    at = models.DateTimeField()
    account = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(max_length=200)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.purpose} {self.at:%Y-%m-%d %H:%M}"


class IndicatorValue(models.Model):
    """One frozen value; null means it has no value (a division by zero), which is not 0."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="values")
    indicator = models.CharField(max_length=60)
    version = models.ForeignKey("foundation.DefinitionVersion", models.PROTECT, related_name="+")
    unit_code = models.CharField(max_length=80)
    period_start = models.DateField()
    period_end = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=10, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "indicator", "unit_code", "period_start", "period_end"],
                name="one_frozen_value",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.unit_code} {self.period_start}..{self.period_end}"
