"""Tables of the engines: audit, numbering, files, definitions, idempotency, throttle."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """Who did what to which thing, when, from where and on whose behalf. Append-only.

    Triggers refuse update, delete and truncate. The database also keeps the transaction id in
    `xid` (migration 0002), so that a sealer can later close batches in commit order.
    """

    at = models.DateTimeField(db_default=Now())
    account_id = models.BigIntegerField(null=True)
    on_behalf_of_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    request_id = models.UUIDField(null=True)
    ip = models.GenericIPAddressField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
            models.Index(fields=["account_id", "id"], name="audit_account"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type}:{self.object_id}"


class NumberSeries(models.Model):
    """The last number given in a series of a unit and period; the row is the lock."""

    series = models.CharField(max_length=40)
    unit_id = models.BigIntegerField()
    period = models.CharField(max_length=10, help_text="year '2026' or day '20261124'")
    last = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "unit_id", "period"], name="one_series")
        ]

    def __str__(self) -> str:
        return f"{self.series}/{self.unit_id}/{self.period}: {self.last}"


class StoredFile(models.Model):
    """One content, stored once, named by its SHA-256."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField(help_text="bytes")
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(db_default=Now())  # when it was last handed in

    def __str__(self) -> str:
        return self.sha256


class FileSender(models.Model):
    """That an account handed in a content: who knows its hash but never sent it may not name it.

    Goes with the content and does not keep it.
    """

    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="+")
    account_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "account_id"], name="one_file_sender")
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.file_id}"


class DefinitionVersion(models.Model):
    """One published version of one definition. Never changes (trigger in migration 0002)."""

    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    content = models.JSONField()
    checksum = models.CharField(max_length=64)
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "version"], name="one_definition")
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.code} v{self.version}"


class IdempotencyKey(models.Model):
    """The answer already given to a request that carries this key."""

    account_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    response = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "key"], name="one_answer")]

    def __str__(self) -> str:
        return f"{self.account_id}:{self.key}"


class RateWindow(models.Model):
    """How often something was tried by one source in one window (unlogged table)."""

    bucket = models.CharField(max_length=120)
    window = models.BigIntegerField()
    hits = models.IntegerField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bucket", "window"], name="one_window")]

    def __str__(self) -> str:
        return f"{self.bucket}@{self.window}: {self.hits}"


class TownClock(models.Model):
    """By how much the town's time differs from ours; no row in a real authority."""

    shift = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(name="one_clock", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return str(self.shift)


class SavedView(models.Model):
    """The filters, shelf and order of a list that one person keeps under a name."""

    account_id = models.BigIntegerField()
    listing = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "listing", "name"], name="one_view"),
        ]

    def __str__(self) -> str:
        return self.name
