"""What the national portal lists: facts read from its exports, never our own definitions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from thichinh.procedures.models.procedure import Procedure


class ListImport(models.Model):
    """One file of the portal that was read and applied."""

    source = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    account = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="+")
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    missing = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.source} {self.at:%Y-%m-%d}"


class ListedProcedure(models.Model):
    """One procedure as the portal lists it, linked to ours where the national codes agree.

    `key` is `c:` and the national code, or, where the list gives none, `n:` and a digest of name
    and agency. What an official export says is not overwritten by a list somebody parsed.
    """

    key = models.CharField(max_length=80, unique=True)
    code = models.CharField(max_length=20, blank=True, default="", db_index=True)
    name = models.TextField()
    issuer = models.CharField(max_length=255, blank=True, default="")
    agency = models.TextField(blank=True, default="")
    field_name = models.CharField(max_length=255, blank=True, default="")
    is_official = models.BooleanField(default=False, help_text="read from an official export")
    sources: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=255), help_text="the lists that still name it"
    )
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    procedure = models.ForeignKey(Procedure, models.SET_NULL, null=True, related_name="listed")

    class Meta:
        ordering = ["key"]
        indexes = [GinIndex(fields=["sources"], name="listed_sources")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()
