"""People, organisation units, accounts and who may act for whom: facts and constraints only."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """One organisation unit during one period of validity; a node of the tree of the authority.

    `path` is the chain of codes from the root, each followed by `/`: the units at or below a unit
    are those whose path begins with its path. A renamed or merged unit is a new row with a new
    code, and a `UnitSuccession` says what became of the old one. `valid_to` is the last day.
    """

    class Kind(models.TextChoices):
        PROVINCE = "province", _("Tỉnh")
        TOWN = "town", _("Thị xã")
        GROUP = "group", _("Khối cơ quan")
        OFFICE = "office", _("Cơ quan chuyên môn")
        DESK = "desk", _("Bộ phận Một cửa")
        COMMUNE = "commune", _("Xã")
        WARD = "ward", _("Phường")

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind)
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


class Person(models.Model):
    """Someone the authority serves: a citizen, a business or a household business.

    `search_name` is the name folded (no marks, lower case), `sort_name` its Vietnamese sort key.
    """

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("Cá nhân")
        BUSINESS = "business", _("Doanh nghiệp, tổ chức")
        HOUSEHOLD = "household", _("Hộ kinh doanh")

    class Sex(models.TextChoices):
        MALE = "m", _("Nam")
        FEMALE = "f", _("Nữ")
        UNKNOWN = "", _("Không rõ")

    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CITIZEN)
    full_name = models.CharField(max_length=200)
    search_name = models.CharField(max_length=200)
    sort_name = models.CharField(max_length=400)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True, default="")
    identity_number = models.CharField(max_length=12, null=True, unique=True)  # noqa: DJ001
    tax_code = models.CharField(max_length=14, blank=True, default="")
    phone = models.CharField(max_length=15, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    residence_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="residents")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_identity_number_12_digits",
                condition=Q(identity_number=None) | Q(identity_number__regex=r"^[0-9]{12}$"),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="person_sort_name"),
            models.Index(
                fields=["phone"],
                name="person_phone",
                opclasses=["varchar_pattern_ops"],
                condition=~Q(phone=""),
            ),
            models.Index(
                fields=["tax_code"],
                name="person_tax_code",
                opclasses=["varchar_pattern_ops"],
                condition=~Q(tax_code=""),
            ),
            GinIndex(SearchVector("search_name", config="simple"), name="person_name_words"),
        ]

    def __str__(self) -> str:
        return self.full_name


class AccountManager(BaseUserManager["Account"]):
    """What Django's sign-in asks of a manager; accounts are made by `actions`."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A way to sign in: of a citizen (`person`), of an official (`unit`), or of both."""

    username = models.CharField(max_length=64, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="account")
    display_name = models.CharField(max_length=200)
    search_name = models.CharField(max_length=300, blank=True, default="")
    title = models.CharField(max_length=120, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="accounts")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    if TYPE_CHECKING:
        authority_epoch: int  # annotated by the session store and by the token look-up

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_of_person_or_official",
                condition=~Q(person=None) | ~Q(unit=None),
            ),
        ]
        indexes = [
            models.Index(fields=["search_name", "id"], name="account_search_name"),
            GinIndex(SearchVector("search_name", config="simple"), name="account_name_words"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_official(self) -> bool:
        return self.unit_id is not None


class Role(models.Model):
    """A published version of a role definition, mirrored so that authority is one SQL join away."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    scope = models.CharField(max_length=8)
    permissions: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=60))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="role_version_once"),
        ]

    def __str__(self) -> str:
        return self.title


class RoleAssignment(models.Model):
    """An account holds a role over a unit (and, usually, all units below it) for a period."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    include_subunits = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

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
    """`giver` lets `taker` use one of their roles over a unit, between two days inclusive."""

    giver = models.ForeignKey(Account, models.CASCADE, related_name="delegations_given")
    taker = models.ForeignKey(Account, models.CASCADE, related_name="delegations_taken")
    role = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delegation_period_in_order", condition=Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(name="delegation_to_another", condition=~Q(giver=F("taker"))),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.taker_id}: {self.role}"


class AccessToken(models.Model):
    """A key for programs. Only the SHA-256 of the secret is kept, so a leaked table opens nothing."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Session(AbstractBaseSession):
    """A browser session that names its account in a column: one query loads both."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")

    class Meta(AbstractBaseSession.Meta):
        db_table = "accounts_session"

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class AuthorityEpoch(models.Model):
    """One row; triggers raise `value` whenever units, roles, assignments or delegations change.

    A process may keep what an account may do for as long as the value stays the same.
    """

    value = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(name="authority_epoch_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return str(self.value)
