"""From an account to an Actor: who acts, for whom, and what they may do where."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import date
from threading import Lock
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from thichinh.accounts.models import Account, Delegation, Role, RoleAssignment
from thichinh.accounts.queries.units import current_epoch, unit_tree
from thichinh.accounts.rules import (
    Actor,
    Grants,
    Holding,
    add_own_affairs,
    delegated_grants,
    grants_of,
    without_signing,
)
from thichinh.accounts.rules.permissions import BUNDLE, signs
from thichinh.foundation.clock import today
from thichinh.foundation.definitions import layer_rank
from thichinh.foundation.errors import NotAllowed

CACHE_SIZE = 5000
"""Actors a process remembers; the least recently seen is forgotten first."""

Key = tuple[int, int | None, int, date]
Dated = TypeVar("Dated", RoleAssignment, Delegation, Role)
_lock = Lock()
_actors: OrderedDict[Key, Actor] = OrderedDict()


def actor_for(account: Account, on_behalf_of: int | None = None, on: date | None = None) -> Actor:
    """Who this account is on a day, alone or on behalf of the account `on_behalf_of`.

    Costs no query when nothing about authority changed since this process last asked and the
    account carries `authority_epoch` (sessions and tokens are loaded with it). Raises NotAllowed
    when the account is disabled or nobody delegated anything to it that counts today.
    """
    if not account.is_active:
        raise NotAllowed(_("Tài khoản đã bị khoá. Hãy liên hệ cán bộ quản trị."))
    epoch = account.authority_epoch or current_epoch()
    key = (account.pk, on_behalf_of, epoch, on or today())
    with _lock:
        known = _actors.get(key)
        if known is not None:
            _actors.move_to_end(key)
            return known
    actor = _build(account, on_behalf_of, epoch, key[3])
    with _lock:
        _actors[key] = actor
        while len(_actors) > CACHE_SIZE:
            _actors.popitem(last=False)
    return actor


def _build(account: Account, giver_id: int | None, epoch: int, on: date) -> Actor:
    if giver_id is not None:
        return _delegate(account, giver_id, epoch, on)
    roles = roles_in_force(on)
    held = holdings(account.pk, on)
    grants = grants_of(held, _permissions(roles), unit_tree(epoch))
    codes = {holding.role for holding in held}
    if account.person_id is not None:
        own = [role for role in roles if role.scope == "self"]
        grants = add_own_affairs(grants, [p for role in own for p in role.permissions])
        codes |= {role.code for role in own}
    return Actor(
        account_id=account.pk,
        person_id=account.person_id,
        unit_id=account.unit_id,
        name=account.display_name,
        grants=grants,
        roles=tuple(sorted(codes)),
        epoch=epoch,
        identity_seen=account.identity_seen_at is not None,
    )


def _delegate(account: Account, giver_id: int, epoch: int, on: date) -> Actor:
    delegations = [d for d in delegations_to(account.pk, on) if d.giver_id == giver_id]
    if not delegations:
        raise NotAllowed(_("Hôm nay bạn không được ai uỷ quyền như vậy."))
    giver = delegations[0].giver
    return Actor(
        account_id=account.pk,
        unit_id=giver.unit_id,
        on_behalf_of_id=giver.pk,
        name=account.display_name,
        on_behalf_of_name=giver.display_name,
        grants=_delegated(delegations, epoch, on),
        roles=tuple(sorted({d.role for d in delegations})),
        epoch=epoch,
    )


def _delegated(delegations: Sequence[Delegation], epoch: int, on: date) -> Grants:
    roles, tree = _permissions(roles_in_force(on)), unit_tree(epoch)
    lent = delegated_grants(
        [Holding(d.role, d.unit_id) for d in delegations],
        holdings(delegations[0].giver_id, on),
        roles,
        tree,
    )
    return without_signing(lent, grants_of(holdings(delegations[0].taker_id, on), roles, tree))


def withholds_signing(lent: Delegation) -> bool:
    """Whether a role was lent whose signing does not go along: the taker signs nothing themselves."""
    on, epoch = max(lent.valid_from, today()), current_epoch()
    role = _permissions(roles_in_force(on)).get(lent.role, [])
    given = _delegated([lent], epoch, on)
    return any(signs(code) and code not in given for code in role)


def holdings(account_id: int, on: date) -> list[Holding]:
    """The roles an account holds itself on a day, and over which units."""
    rows = in_force(RoleAssignment.objects.filter(account_id=account_id, ended_at=None), on)
    return [Holding(a.role, a.unit_id, a.include_subunits) for a in rows]


def holders_of(
    permission: str, unit_ids: frozenset[int], epoch: int | None = None, on: date | None = None
) -> list[Account]:
    """Active officials who hold a permission themselves over all of some units, by name."""
    day, tree = on or today(), unit_tree(epoch)
    roles = [role.code for role in roles_in_force(day) if permission in role.permissions]
    given = RoleAssignment.objects.filter(role__in=roles, account__is_active=True, ended_at=None)
    rows = in_force(given, day)
    reach: dict[Account, frozenset[int]] = {}
    for row in rows.select_related("account").order_by("account__sort_name", "account_id"):
        holding = Holding(row.role, row.unit_id, row.include_subunits)
        reach[row.account] = reach.get(row.account, frozenset()) | holding.reach(tree)
    return [account for account, units in reach.items() if unit_ids <= units]


def somebody_may(permission: str) -> bool:
    """Whether any active official holds a permission today, wherever."""
    roles = [role.code for role in roles_in_force(today()) if permission in role.permissions]
    given = RoleAssignment.objects.filter(role__in=roles, account__is_active=True, ended_at=None)
    return in_force(given, today()).exists()


def roles_in_force(on: date) -> list[Role]:
    """The version of each role that counts on a day, with the permissions of its bundles.

    The authority's own layer goes before ours, then counts what began last.
    """
    latest: dict[str, Role] = {}
    begun = in_force(Role.objects.all(), on)
    for role in sorted(begun, key=lambda r: (layer_rank(r.version), r.valid_from, r.version)):
        latest[role.code] = role
    for role in latest.values():
        permitted = set(role.permissions)
        for bundle in role.bundles:
            permitted |= set(latest[bundle].permissions) if bundle in latest else set()
        role.permissions = sorted(permitted)
    return [role for role in latest.values() if role.scope != BUNDLE]


def in_force(rows: QuerySet[Dated], on: date) -> QuerySet[Dated]:
    """Keep the dated rows that count on a day; both ends are inclusive."""
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


def delegations_to(account_id: int, on: date) -> list[Delegation]:
    """What others have delegated to an account on a day, from givers who still have one."""
    rows = Delegation.objects.filter(taker_id=account_id, giver__is_active=True, ended_at=None)
    return list(in_force(rows, on).select_related("giver", "unit").order_by("valid_from", "id"))


def delegations_by(account_id: int) -> QuerySet[Delegation]:
    """What an account has delegated, the latest first."""
    rows = Delegation.objects.filter(giver_id=account_id).select_related("taker", "unit")
    return rows.order_by("-valid_from", "-id")


def _permissions(roles: Iterable[Role]) -> dict[str, list[str]]:
    return {role.code: list(role.permissions) for role in roles}
