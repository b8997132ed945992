"""A dossier from request to result, and the chain of acts on it."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Reverse
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.models import Account, Person, Unit
from thichinh.foundation.models import DefinitionVersion, StoredFile
from thichinh.procedures.models import Procedure


class Dossier(models.Model):
    """One person's request under one procedure (hồ sơ thủ tục hành chính), to its result.

    `unit` is the competent unit and the unit of the books; `receiving_unit` took it in and wrote
    it into its register. The dossier keeps the version of the procedure it began with. Instants
    are timezone-aware.
    """

    class State(models.IntegerChoices):
        """The national portal's states; they are what goes over the wire."""

        SUBMITTED = 1, _("Mới đăng ký")
        ACCEPTED = 2, _("Được tiếp nhận")
        REFUSED = 3, _("Không được tiếp nhận")
        PROCESSING = 4, _("Đang xử lý")
        SUPPLEMENT = 5, _("Yêu cầu bổ sung giấy tờ")
        PAYMENT = 6, _("Yêu cầu thực hiện nghĩa vụ tài chính")
        WITHDRAWN = 7, _("Công dân yêu cầu rút hồ sơ")
        STOPPED = 8, _("Dừng xử lý")
        RESOLVED = 9, _("Đã xử lý xong")
        RETURNED = 10, _("Đã trả kết quả")

    class Channel(models.IntegerChoices):
        """How it came in (decree 61/2018, article 16)."""

        DIRECT = 1, _("Trực tiếp")
        ONLINE = 2, _("Trực tuyến")
        POSTAL = 3, _("Bưu chính công ích")

    class Outcome(models.TextChoices):
        NONE = "", _("Chưa có")
        GRANTED = "granted", _("Đồng ý giải quyết")
        DENIED = "denied", _("Không đồng ý giải quyết")

    number = models.CharField(max_length=40, unique=True)
    secret = models.CharField(max_length=8, help_text="look-up code printed on the slip")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+")
    definition = models.ForeignKey(
        DefinitionVersion, models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    receiving_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    channel = models.SmallIntegerField(choices=Channel)
    state = models.SmallIntegerField(choices=State)
    revision = models.SmallIntegerField(default=0, help_text="number of acts so far")
    step = models.SmallIntegerField(default=0, help_text="index of the step under way")
    assignee = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", db_index=False
    )
    answers = models.JSONField(default=dict)
    papers = models.JSONField(default=dict, help_text="how many of each paper, by its code")
    submitted_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    note = models.TextField(blank=True, default="", help_text="reason of a refusal or denial")
    origin = models.CharField(
        max_length=40, blank=True, default="", help_text="'' = lived here; 'demo' or import run"
    )
    register_year = models.SmallIntegerField(null=True, help_text="the desk's book it is in (M06)")
    register_number = models.IntegerField(null=True, help_text="its place there, from 1")

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-id"], name="dossier_unit"),
            models.Index(
                OpClass(Reverse("number"), "text_pattern_ops"), name="dossier_number_ending"
            ),
            models.Index(fields=["receiving_unit", "-id"], name="dossier_receiving_unit"),
            models.Index(fields=["applicant", "-id"], name="dossier_applicant"),
            *(
                models.Index(
                    fields=[field, "due_at", "id"],
                    name=f"dossier_due_{field}",
                    condition=Q(closed_at=None, state__in=(2, 4, 5, 6)),
                    include=["state"],
                )
                for field in ("unit", "receiving_unit")
            ),
            *(
                models.Index(
                    fields=[field, "state", "-id"],
                    name=f"dossier_wait_{field}",
                    condition=Q(closed_at=None, state__in=(1, 5, 6, 9)),
                )
                for field in ("unit", "receiving_unit")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="dossier_received_has_due",
                condition=Q(received_at=None, due_at=None)
                | Q(received_at__isnull=False, due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_resolved_once_received",
                condition=Q(resolved_at=None) | Q(received_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_received_is_registered",
                condition=Q(received_at=None, register_year=None, register_number=None)
                | Q(
                    received_at__isnull=False,
                    register_year__isnull=False,
                    register_number__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                fields=["receiving_unit", "register_year", "register_number"],
                name="dossier_register",
                condition=Q(register_year__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_halted(self) -> bool:
        """Whether its legal clock stands still: papers or a payment are awaited."""
        return self.state in (self.State.SUPPLEMENT, self.State.PAYMENT)


class Act(models.Model):
    """One act on a dossier, append-only: its timeline and the rows of the control slip (M05).

    `account` acted, `on_behalf_of` had lent the role it was done with.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="acts", db_index=False)
    seq = models.SmallIntegerField()
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", db_index=False
    )
    on_behalf_of = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    from_state = models.SmallIntegerField()
    to_state = models.SmallIntegerField()
    note = models.TextField(blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "seq"], name="one_act")]

    def __str__(self) -> str:
        return f"{self.dossier_id}.{self.seq} {self.verb}"


class Draft(models.Model):
    """What a citizen has typed so far; it becomes a dossier when sent, and is then removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+")
    receiving_unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")
    answers = models.JSONField(default=dict)
    started_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "procedure"], name="one_draft_each")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Attachment(models.Model):
    """A file handed in for one paper of the dossier, still with the draft or with the dossier."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="attachments")
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="attachments")
    paper = models.CharField(max_length=60, blank=True, help_text="code of the paper it is")
    name = models.CharField(max_length=255)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attachment_of_one",
                condition=Q(dossier=None, draft__isnull=False)
                | Q(dossier__isnull=False, draft=None),
            )
        ]

    def __str__(self) -> str:
        return self.name
