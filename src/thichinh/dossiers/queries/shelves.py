"""The officials' list of dossiers: shelves, filters, deep pages, and counts that agree with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Q, QuerySet

from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries.dossiers import own, search
from thichinh.dossiers.rules.book import AWAITING, BOOK, OPEN, OVERDUE, PAUSED
from thichinh.foundation import calendar, clock
from thichinh.foundation.calendar import WorkTerm, add_term
from thichinh.foundation.heads import Places, any_of, counts_up_to, first_of
from thichinh.foundation.paging import Order
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
BY_DUE = Order("due_at")
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


def soon_until() -> datetime:
    """The end of the time that "due soon" covers: two working days from now."""
    return add_term(calendar.current(), clock.now(), SOON)


def shelf_rows(actor: Actor, shelf: DossierShelf, sieve: DossierSieve) -> QuerySet[Dossier]:
    """The dossiers of a shelf, with what a list shows of them."""
    rows = _sifted(actor, sieve).filter(_on(shelf))
    return rows.select_related("procedure", "applicant", "unit", "assignee")


def shelf_first(
    actor: Actor, shelf: DossierShelf, sieve: DossierSieve, order: Order, beyond: Q, most: int
) -> QuerySet[Dossier]:
    """The first `most` dossiers of a shelf in an order, of those beyond an edge. One query.

    It reads the heads of the indexes of each unit, so that a page costs the same however much lies
    on the shelf. What a text asks for is few, and found first.
    """
    places = [] if sieve.text else _places(actor, sieve, shelf, beyond)
    return first_of(shelf_rows(actor, shelf, sieve).filter(beyond), places, order, most)


def _places(actor: Actor, sieve: DossierSieve, shelf: DossierShelf, beyond: Q) -> list[Places]:
    """Where an index keeps in order what lies on a shelf and the actor may see; none for all."""
    rows = _kept(actor, sieve, Dossier.objects.filter(_on(shelf), beyond))
    parts = [rows.filter(state=s) for s in _HALTED] if shelf == "paused" else [rows]
    return [
        Places(part.filter(mine), field, keys)
        for part in parts
        for field, keys, mine in _reaches(actor, sieve)
    ]


def _reaches(actor: Actor, sieve: DossierSieve) -> list[tuple[str, Collection[int], Q]]:
    """The ways in which the actor sees dossiers: as `visible_to` says, one by one."""
    if sieve.unit_id is not None:
        return [("unit", reach_of(actor, sieve.unit_id), Q())]
    if actor.everywhere:
        return []
    units = actor.units("dossier.view")
    seen: list[tuple[str, Collection[int], Q]] = [("unit", units, Q())]
    if not units >= unit_tree(actor.epoch or None).nodes.keys():  # else each lies in one of these
        seen.append(("receiving_unit", units, Q()))
    if actor.person_id is not None:
        seen.append(("applicant", [actor.person_id], own(actor)))
    return seen


def shelf_counts(actor: Actor, sieve: DossierSieve) -> dict[str, int | None]:
    """How much lies on each shelf: what the list of it shows, in one question.

    The books know exactly who decides how many. Where the list also shows what was taken in for
    others to decide, the open dossiers are counted, up to MOST_COUNTED. None where neither tells (a
    text was asked for, or results not yet handed out).
    """
    counts: dict[str, int | None] = dict.fromkeys(SHELVES)
    if not sieve.in_the_books:
        return counts
    if not _decided_here(actor, sieve):
        return counts | counts_up_to(
            {s: [p.all() for p in _places(actor, sieve, s, Q())] for s in _STOCKS}
        )
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
    """How many open dossiers of these units fall due within SOON (counted up to MOST_COUNTED), and
    the most urgent of them."""
    rows = Dossier.objects.filter(_on("soon"))
    place = Places(rows, "unit", units)
    first = first_of(place.all().select_related("procedure", "unit"), [place], BY_DUE, limit)
    return counts_up_to({"soon": [place.all()]})["soon"], list(first)


def _sifted(actor: Actor, sieve: DossierSieve) -> QuerySet[Dossier]:
    rows = search(actor, sieve.text)
    if sieve.unit_id is not None:
        rows = rows.filter(any_of("unit", reach_of(actor, sieve.unit_id)))
    return _kept(actor, sieve, rows)


def _kept(actor: Actor, sieve: DossierSieve, rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """What the filters keep, besides the text and the unit."""
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
    """Which dossiers lie on a shelf, in the words of the partial indexes."""
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


__all__ = [
    "SHELVES",
    "DossierShelf",
    "DossierSieve",
    "due_soon",
    "reach_of",
    "shelf_counts",
    "shelf_first",
    "shelf_rows",
    "soon_until",
]
