"""Event logs that were imported, and how far each import has come."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from thichinh.accounts.models import Unit


class ImportRun(models.Model):
    """One event log read by one mapping into the dossiers of one authority.

    `cursor` counts the cases of the log that are settled: written, refused or already there; it
    moves in the transaction that writes them. `as_of` is the present as the run saw it first: a
    run that was interrupted judges by it to the end.
    """

    authority = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    mapping = models.CharField(max_length=100)
    mapping_digest = models.CharField(max_length=64)
    log_name = models.CharField(max_length=255)
    log_digest = models.CharField(max_length=64)
    as_of = models.DateTimeField()
    cursor = models.IntegerField(default=0)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "mapping_digest", "log_digest"], name="import_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.log_name} → {self.authority_id}"

    @property
    def origin(self) -> str:
        """What the dossiers of this run carry as their origin."""
        return f"import-{self.pk}"
