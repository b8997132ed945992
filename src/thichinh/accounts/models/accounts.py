"""Ways to sign in: accounts, their browser sessions and their keys for programs."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone

from thichinh.accounts.models.people import Person
from thichinh.accounts.models.units import Unit


class AccountManager(BaseUserManager["Account"]):
    """What Django's sign-in asks of a manager; accounts are made by `actions`."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A way to sign in: of a citizen (`person`), of an official (`unit`), or of both.

    `identity_seen_at` is when an official compared the papers of who uses it; None while nobody
    did. Anybody may sign up with any twelve digits, so until then `person` is only a claim.
    """

    username = models.CharField(max_length=64, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="account")
    display_name = models.CharField(max_length=200)
    search_name = models.CharField(max_length=300, blank=True, default="")
    sort_name = models.CharField(max_length=400, blank=True, default="")
    title = models.CharField(max_length=120, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="accounts")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    identity_seen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    # Filled in by the session store and the token look-up, so that no request asks for it again.
    authority_epoch: int = 0

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_of_person_or_official",
                condition=~Q(person=None) | ~Q(unit=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["sort_name", "id"],
                name="official_sort_name",
                condition=Q(unit__isnull=False),
            ),
            GinIndex(SearchVector("search_name", config="simple"), name="account_name_words"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_official(self) -> bool:
        return self.unit_id is not None


class AccessToken(models.Model):
    """A key for programs. Only the SHA-256 of its secret is kept: a leaked table opens nothing."""

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
