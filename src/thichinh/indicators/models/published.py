"""What papers stated, kept to compare with: no computation reads this table."""

from __future__ import annotations

from django.db import models


class PublishedValue(models.Model):
    """One number a published paper states for one unit and period."""

    statement = models.CharField(max_length=80, help_text="code of the published definition")
    report = models.CharField(max_length=60)
    indicator = models.CharField(max_length=60)
    period_start = models.DateField()
    period_end = models.DateField()
    unit_code = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=20, decimal_places=6)
    title = models.CharField(max_length=300)
    source = models.CharField(max_length=300)
    published_on = models.DateField()

    class Meta:
        ordering = ["period_start", "period_end", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "indicator", "unit_code", "period_start", "period_end"],
                name="one_published_value",
            )
        ]
        indexes = [
            models.Index(fields=["unit_code", "period_start", "period_end"], name="published_where")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period_start}..{self.period_end}: {self.value}"
