"""What a one-stop desk needs at hand: its units, the usual procedures, and what waits there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import Actor, UnitNode
from thichinh.dossiers.rules.book import BOOK, OUTSIDE
from thichinh.foundation import clock
from thichinh.foundation.errors import NotAllowed
from thichinh.foundation.heads import counts_up_to
from thichinh.procedures.models import Procedure
from thichinh.procedures.queries import CatalogueFilter, catalogue
from thichinh.stocks import queries as books
from thichinh.stocks.rules import Where
from thichinh.work.models import Task

SHORTCUTS = 9
"""As many as there are number keys."""
LOOK_BACK = timedelta(days=90)
FEW = 6
_usual: dict[tuple[frozenset[int], date], list[str]] = {}
_MOST_KEPT = 200


def desks_of(actor: Actor) -> list[UnitNode]:
    """The receiving units where the actor may take in dossiers, their own first.

    Raises NotAllowed when there is none that exists today.
    """
    tree = unit_tree(actor.epoch or None)
    nodes = tree.nodes
    today = clock.today()
    mine = [nodes[unit] for unit in actor.units("dossier.receive") if unit in nodes]
    found = [node for node in mine if node.is_valid(today) and tree.receives(node.id, today)]
    if not found:
        raise NotAllowed(_("Bạn chưa được giao tiếp nhận hồ sơ ở quầy nào đang hoạt động."))
    return sorted(found, key=lambda node: (node.id != actor.unit_id, node.sort_key))


def level_received(desk: UnitNode) -> str:
    """The level of government whose dossiers a desk takes in today; '' for none."""
    return unit_tree().receives(desk.id, clock.today())


def find_procedures(desk: UnitNode, text: str, limit: int = SHORTCUTS) -> list[Procedure]:
    """Procedures this desk receives whose name, field or code has what was typed, marks or not.

    The search of the public catalogue, without its guesses: while somebody types, a list that
    holds something else is worse than an empty one.
    """
    typed = text.strip()
    if not typed:
        return []
    level = level_received(desk)
    if not level:
        return []
    by_code = Procedure.objects.filter(is_active=True, level=level, national_code__contains=typed)
    if any(letter.isdigit() for letter in typed) and (rows := list(by_code[:limit])):
        return rows
    return list(catalogue(CatalogueFilter(q=typed, level=level, slips=False))[:limit])


def usual_procedures(desk: UnitNode, limit: int = SHORTCUTS) -> list[Procedure]:
    """What came in most often here in the last three months; worked out once a day."""
    codes = _usual_codes(desk)
    rows = Procedure.objects.filter(code__in=codes, level=level_received(desk), is_active=True)
    order = {code: place for place, code in enumerate(codes)}
    return sorted(rows, key=lambda row: order[row.code])[:limit]


def _usual_codes(desk: UnitNode) -> list[str]:
    tree = unit_tree()
    committee = tree.committee_of(desk.id) or desk
    key = (tree.subtree(committee.id), clock.today())
    if key not in _usual:
        if len(_usual) > _MOST_KEPT:
            _usual.clear()
        _usual[key] = _counted(key[0])
    return _usual[key]


def _counted(units: frozenset[int]) -> list[str]:
    now = clock.now()
    flows = books.flows(BOOK, now - LOOK_BACK, now, Where(units=units), by=("procedure",))
    taken_in = {
        str(code): sum(n for (source, _), n in row.items() if source == OUTSIDE)
        for (code,), row in flows.items()
    }
    return sorted(taken_in, key=lambda code: (-taken_in[code], code))[: 3 * SHORTCUTS]


@dataclass(frozen=True)
class DeskQueue:
    """What waits at the desk, per kind of task: how many (up to MOST_COUNTED), and the most urgent."""

    counts: dict[str, int]
    first: dict[str, list[Task]]


QUEUE_KINDS = ("dossier.accept", "dossier.transfer", "dossier.return")


def desk_queue(desk: UnitNode, kinds: Iterable[str] = QUEUE_KINDS, few: int = FEW) -> DeskQueue:
    """Online filings to look at, dossiers to hand over, results to give out."""
    tasks = Task.objects.filter(unit_id=desk.id, status=Task.Status.OPEN)
    of_kind = {kind: tasks.filter(kind=kind) for kind in kinds}
    counts = counts_up_to({kind: [rows] for kind, rows in of_kind.items()})
    first = {
        kind: list(rows.order_by("due_order", "id")[:few])
        for kind, rows in of_kind.items()
        if counts[kind]
    }
    return DeskQueue(counts, first)
