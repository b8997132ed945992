"""Drafts that are kept, and frozen versions that never change."""

from __future__ import annotations

from django.db import models

from thichinh.accounts.models import Account, Unit
from thichinh.foundation.models import DefinitionVersion
from thichinh.indicators.models import Snapshot


class ReportDraft(models.Model):
    """The paragraphs officials write into one report of one unit and period."""

    report = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    paragraphs = models.JSONField(default=dict)
    updated_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "unit", "period_start", "period_end"], name="one_draft"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.period_start}..{self.period_end}"


class FrozenReport(models.Model):
    """One version as it was issued: values, text and a hash over both. Triggers refuse changes."""

    report = models.CharField(max_length=60)
    version = models.ForeignKey(DefinitionVersion, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    number = models.PositiveIntegerField(help_text="first, second... version of this report")
    title = models.CharField(max_length=300)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    frozen_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField()

    class Meta:
        ordering = ["-frozen_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "unit", "period_start", "period_end", "number"],
                name="one_frozen_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.period_start}..{self.period_end} #{self.number}"
