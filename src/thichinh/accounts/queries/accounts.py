"""Accounts: for signing in, and for those who look after them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Case, Exists, Model, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext as _

from thichinh.accounts.models import AccessToken, Account, AuthorityEpoch, RoleAssignment, Unit
from thichinh.accounts.queries.authority import in_force, roles_in_force
from thichinh.accounts.rules import Actor, name_prefix_query, within
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Missing
from thichinh.foundation.heads import any_of
from thichinh.foundation.text import fold

EPOCH = Subquery(AuthorityEpoch.objects.filter(pk=1).values("value")[:1])


@dataclass(frozen=True)
class HeldRole:
    """A role as shown to people: its title, over which unit (and those below, if any), until when."""

    id: int
    code: str
    title: str
    unit_id: int
    unit_name: str
    include_subunits: bool
    valid_from: date
    valid_to: date | None
    ended_at: datetime | None = None


def account_to_sign_in(identifier: str) -> Account | None:
    """By username, or by the identity number of the person; disabled accounts too."""
    identifier = identifier.strip()
    if not identifier:
        return None
    by_name = Account.objects.filter(username=identifier.lower()).first()
    if by_name is not None or not identifier.isdigit():
        return by_name
    return Account.objects.filter(person__identity_number=identifier).first()


def token_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def token_in_force(secret: str) -> AccessToken | None:
    """The living token with this secret, with its account and the authority epoch: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_token_sql(), [token_digest(secret), timezone.now()])
        row = cursor.fetchone()
    if row is None:
        return None
    width = len(_columns(AccessToken))
    token = AccessToken.from_db("default", _attributes(AccessToken), row[:width])
    token.account = Account.from_db("default", _attributes(Account), row[width:-1])
    token.account.authority_epoch = row[-1]
    return token


@cache
def _token_sql() -> str:
    """Asked by every call of a program: composed once, not at every call."""
    columns = [f"t.{name}" for name in _columns(AccessToken)]
    columns += [f"a.{name}" for name in _columns(Account)]
    return (
        f"SELECT {', '.join(columns)}, (SELECT value FROM accounts_authorityepoch WHERE id = 1) "
        "FROM accounts_accesstoken t JOIN accounts_account a ON a.id = t.account_id "
        "WHERE t.digest = %s AND t.expires_at > %s"
    )


def _columns(model: type[Model]) -> list[str]:
    return [f'"{field.column}"' for field in model._meta.concrete_fields]


def _attributes(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def own_tokens(account_id: int) -> QuerySet[AccessToken]:
    """The living tokens of an account, the newest first."""
    rows = AccessToken.objects.filter(account_id=account_id, expires_at__gt=timezone.now())
    return rows.order_by("-created_at")


def visible_to(actor: Actor) -> QuerySet[Account]:
    """The officials' accounts an actor looks after, and always one's own."""
    managed = within(actor, "account.manage") & Q(unit__isnull=False)
    return Account.objects.filter(managed | Q(pk=actor.account_id))


def account(actor: Actor, account_id: int) -> Account:
    """One account the actor may see. Raises Missing."""
    found = visible_to(actor).filter(pk=account_id).select_related("unit").first()
    if found is None:
        raise Missing(_("Không tìm thấy tài khoản này."))
    return found


def officials(actor: Actor, text: str = "", unit_id: int | None = None) -> QuerySet[Account]:
    """The officials' accounts that an actor looks after: by begun words of a name, in a unit."""
    actor.require("account.manage")
    rows = visible_to(actor).filter(unit__isnull=False).select_related("unit")
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    if query := name_prefix_query(fold(text)):
        rows = rows.alias(words=SearchVector("search_name", config="simple"))
        rows = rows.filter(words=SearchQuery(query, config="simple", search_type="raw"))
    return rows


def held_roles(account_id: int, on: date | None = None, ended: bool = False) -> list[HeldRole]:
    """The roles of an account on a day (default today); with `ended`, past and future too."""
    day = on or today()
    below = Unit.objects.filter(parent=OuterRef("unit"))
    held = RoleAssignment.objects.filter(account_id=account_id)
    if not ended:
        held = in_force(held.filter(ended_at=None), day)
    rows = held.annotate(has_subunits=Exists(below)).select_related("unit")
    titles = {role.code: role.title for role in roles_in_force(day)}
    return [
        HeldRole(
            id=row.pk,
            code=row.role,
            title=titles.get(row.role, row.role),
            unit_id=row.unit_id,
            unit_name=row.unit.name,
            include_subunits=row.include_subunits and row.has_subunits,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            ended_at=row.ended_at,
        )
        for row in rows.order_by("-valid_from", "id")
    ]


def officials_of(unit_ids: frozenset[int]) -> QuerySet[Account]:
    """The active officials of some units, in order of name: to assign or delegate to."""
    rows = Account.objects.filter(any_of("unit", unit_ids), is_active=True)
    return rows.select_related("unit").order_by("sort_name", "id")


def colleagues_of(account: Account) -> QuerySet[Account]:
    """Active officials one may delegate to: everybody but oneself, own unit first."""
    others = Account.objects.filter(unit__isnull=False, is_active=True).exclude(pk=account.pk)
    near = Case(When(unit_id=account.unit_id, then=0), default=1)
    return others.select_related("unit").order_by(near, "sort_name", "id")
