"""Who may do what, where and until when."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from thichinh.accounts.models.accounts import Account
from thichinh.accounts.models.units import Unit


class Role(models.Model):
    """A published version of a role or of a bundle (scope "bundle"), mirrored for the actors.

    `queries.roles_in_force` adds the permissions of its bundles to those of a role.
    """

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    scope = models.CharField(max_length=8)
    permissions: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=60))
    bundles: ArrayField[list[str], list[str]] = ArrayField(
        models.CharField(max_length=40), default=list
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="role_version_once"),
        ]

    def __str__(self) -> str:
        return self.title


class RoleAssignment(models.Model):
    """An account holds a role over a unit (and, usually, all units below it) for a period.

    Rows are never deleted: what was signed while a role was held is proved by its row.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    include_subunits = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="taken away before its last day")
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assignment_period_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}@{self.unit_id}"


class Delegation(models.Model):
    """`giver` lets `taker` use one of their roles over a unit, between two days inclusive.

    In writing, for a time and for something named (decree 30/2020, article 13.3): the row is kept as it
    was given, also when it is taken back before its last day (`ended_at`).
    """

    giver = models.ForeignKey(Account, models.CASCADE, related_name="delegations_given")
    taker = models.ForeignKey(Account, models.CASCADE, related_name="delegations_taken")
    role = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()
    reason = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True, help_text="taken back before its last day")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delegation_period_in_order", condition=Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(name="delegation_to_another", condition=~Q(giver=F("taker"))),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.taker_id}: {self.role}"


class AuthorityEpoch(models.Model):
    """One row; triggers raise `value` whenever units, roles, assignments or delegations change.

    A process may keep what an account may do for as long as the value stays the same.
    """

    value = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(name="authority_epoch_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self.value)
