"""The officials' list of dossiers: shelves, filters, deep pages, and counts that agree with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.db.models import Count, Q, QuerySet

from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries.dossiers import search
from thichinh.dossiers.rules.book import AWAITING, BOOK, OPEN, OVERDUE, PAUSED
from thichinh.foundation import calendar, clock
from thichinh.foundation.calendar import WorkTerm, add_term
from thichinh.stocks import queries as books
from thichinh.stocks.rules import Where

DossierShelf = Literal["open", "overdue", "soon", "awaiting", "paused", "results", "all"]
SHELVES: tuple[DossierShelf, ...] = (
    "open",
    "overdue",
    "soon",
    "awaiting",
    "paused",
    "results",
    "all",
)
BY_DEADLINE: frozenset[DossierShelf] = frozenset({"open", "overdue", "soon"})
PAGE = 30
SOON = WorkTerm("working_days", 2)
"""How far ahead a warning looks."""

State = Dossier.State
_RUNNING = (State.ACCEPTED, State.PROCESSING)
_HALTED = (State.SUPPLEMENT, State.PAYMENT)
_STOCKS: Mapping[DossierShelf, tuple[int, ...]] = {
    "open": OPEN,
    "overdue": (OVERDUE,),
    "awaiting": (AWAITING,),
    "paused": (PAUSED,),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DossierSieve:
    """What a list keeps; empty keeps everything. `unit_id` stands for the unit and all below."""

    text: str = ""
    state: int | None = None
    unit_id: int | None = None
    procedure: str = ""
    field: str = ""
    mine: bool = False

    @property
    def in_the_books(self) -> bool:
        """Whether the books can count what this keeps."""
        return not (self.text or self.state or self.mine)


@dataclass(frozen=True)
class ShelfPage:
    """One page of a shelf and the cursor of the next one ('' at the end)."""

    rows: list[Dossier]
    after: str


def soon_until() -> datetime:
    """The end of the time that "due soon" covers: two working days from now."""
    return add_term(calendar.current(), clock.now(), SOON)


def shelf_page(
    actor: Actor, shelf: DossierShelf, sieve: DossierSieve, after: str = ""
) -> ShelfPage:
    """PAGE dossiers of a shelf: by deadline where one runs, else the newest first. One query."""
    rows = _sifted(actor, sieve).filter(_on(shelf))
    rows = rows.select_related("procedure", "applicant", "unit", "assignee")
    cursor = _cursor(after)
    if shelf in BY_DEADLINE:
        if cursor:
            rows = rows.filter(due_at__gte=cursor[0]).exclude(due_at=cursor[0], pk__lte=cursor[1])
        found = list(rows.order_by("due_at", "pk")[: PAGE + 1])
    else:
        if cursor:
            rows = rows.filter(pk__lt=cursor[1])
        found = list(rows.order_by("-pk")[: PAGE + 1])
    more = len(found) > PAGE
    return ShelfPage(found[:PAGE], _cursor_of(found[PAGE - 1]) if more else "")


def shelf_counts(actor: Actor, sieve: DossierSieve) -> dict[str, int | None]:
    """How much lies on each shelf: what the list of it shows, in one question.

    The books know who decides. Where the list also shows what was taken in for others to decide,
    the open dossiers are counted. None where neither tells (a text was asked for, or results not
    yet handed out).
    """
    counts: dict[str, int | None] = dict.fromkeys(SHELVES)
    if not sieve.in_the_books:
        return counts
    if not _decided_here(actor, sieve):
        rows = _sifted(actor, sieve).filter(closed_at=None)
        return counts | rows.aggregate(**{s: Count("pk", filter=_on(s)) for s in _STOCKS})
    cut = {"field": sieve.field, "procedure": sieve.procedure}
    where = Where(
        units=reach_of(actor, sieve.unit_id),
        dims={name: value for name, value in cut.items() if value},
    )
    standing = books.balances(BOOK, clock.now(), where).get((), {})
    for shelf, stocks in _STOCKS.items():
        counts[shelf] = sum(standing.get(stock, 0) for stock in stocks)
    return counts


def _decided_here(actor: Actor, sieve: DossierSieve) -> bool:
    """Whether the list shows what units decide and nothing else: then the books know its length.

    Who sees all of an authority sees what it decides, wherever in it that was taken in.
    """
    if sieve.unit_id is not None:
        return True
    tree, reach = unit_tree(actor.epoch or None), actor.units("dossier.view")
    roots = (tree.subtree(n.id) for n in tree.nodes.values() if n.parent_id is None)
    return actor.person_id is None and all(root <= reach or not root & reach for root in roots)


def reach_of(actor: Actor, unit_id: int | None = None) -> frozenset[int]:
    """The units whose dossiers the actor may view; with a unit, those at or below it."""
    mine = actor.units("dossier.view")
    return mine if unit_id is None else mine & unit_tree(actor.epoch or None).subtree(unit_id)


def due_soon(units: frozenset[int], limit: int) -> tuple[int, list[Dossier]]:
    """How many open dossiers of these units fall due within SOON, and the most urgent of them."""
    rows = Dossier.objects.filter(_on("soon"), unit_id__in=units)
    first = rows.select_related("procedure", "unit").order_by("due_at", "pk")[:limit]
    return rows.count(), list(first)


def _sifted(actor: Actor, sieve: DossierSieve) -> QuerySet[Dossier]:
    rows = search(actor, sieve.text)
    if sieve.unit_id is not None:
        rows = rows.filter(unit_id__in=reach_of(actor, sieve.unit_id))
    if sieve.state:
        rows = rows.filter(state=sieve.state)
    if sieve.procedure:
        rows = rows.filter(procedure__code=sieve.procedure)
    if sieve.field:
        rows = rows.filter(procedure__field=sieve.field)
    if sieve.mine:
        rows = rows.filter(assignee_id=actor.acting_for_id)
    return rows


def _on(shelf: DossierShelf) -> Q:
    """Which dossiers lie on a shelf. `closed_at` is named so that the partial index answers."""
    now = clock.now()
    still = Q(closed_at=None)
    if shelf == "open":
        return still & Q(state__in=(*_RUNNING, *_HALTED))
    if shelf == "overdue":
        return still & Q(state__in=_RUNNING, due_at__lt=now)
    if shelf == "soon":
        return still & Q(state__in=_RUNNING, due_at__gte=now, due_at__lte=soon_until())
    if shelf == "awaiting":
        return still & Q(state=State.SUBMITTED)
    if shelf == "paused":
        return still & Q(state__in=_HALTED)
    return still & Q(state=State.RESOLVED) if shelf == "results" else Q()


def _cursor_of(dossier: Dossier) -> str:
    due = (dossier.due_at - _EPOCH) // _MICRO if dossier.due_at else 0
    return f"{due}-{dossier.pk}"


def _cursor(text: str) -> tuple[datetime, int] | None:
    micros, _, pk = text.partition("-")
    if not (micros.isdecimal() and pk.isdecimal()) or len(micros) > 17 or len(pk) > 18:
        return None
    return _EPOCH + int(micros) * _MICRO, int(pk)


__all__ = [
    "SHELVES",
    "DossierShelf",
    "DossierSieve",
    "ShelfPage",
    "due_soon",
    "reach_of",
    "shelf_counts",
    "shelf_page",
    "soon_until",
]
