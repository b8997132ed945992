"""What the national portal lists: facts read from its exports, never our own definitions."""

from __future__ import annotations

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
    """One procedure as the portal lists it, linked to ours where the national codes agree."""

    key = models.CharField(max_length=80, unique=True, help_text="code, or digest where none")
    code = models.CharField(max_length=20, blank=True, default="", db_index=True)
    name = models.TextField()
    issuer = models.CharField(max_length=255, blank=True, default="")
    agency = models.TextField(blank=True, default="")
    field_name = models.CharField(max_length=255, blank=True, default="")
    source = models.CharField(max_length=255)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    procedure = models.ForeignKey(Procedure, models.SET_NULL, null=True, related_name="listed")

    class Meta:
        ordering = ["key"]
        indexes = [models.Index(fields=["source", "key"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()
