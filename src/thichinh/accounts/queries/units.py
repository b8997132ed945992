"""The unit tree, kept in the process for as long as the authority epoch stays the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from threading import Lock

from django.utils.translation import gettext as _

from thichinh.accounts.models import AuthorityEpoch, Unit, UnitSuccession
from thichinh.accounts.rules import Actor, UnitNode, UnitTree
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Missing

_FACTS = [
    "id", "code", "name", "short_name", "kind", "parent_id", "path", "sort_key",
    "valid_from", "valid_to", "organ_code", "level", "place", "organ_name", "organ_name_en",
    "desk_name", "desk_name_en", "duties",
]  # fmt: skip
_lock = Lock()
_kept: list[tuple[int, UnitTree]] = []
_held: ContextVar[UnitTree | None] = ContextVar("thichinh_unit_tree", default=None)


def current_epoch() -> int:
    """The state of authority as of now: one small query."""
    return AuthorityEpoch.objects.values_list("value", flat=True).get(pk=1)


def unit_tree(epoch: int | None = None) -> UnitTree:
    """Every unit ever, as one value. With the epoch of an Actor it costs no query when known."""
    held = _held.get()
    if held is not None:
        return held
    epoch = epoch or current_epoch()
    with _lock:
        if _kept and _kept[0][0] == epoch:
            return _kept[0][1]
    tree = _load_tree()
    with _lock:
        _kept[:] = [(epoch, tree)]
    return tree


@contextmanager
def one_tree(epoch: int | None = None) -> Iterator[UnitTree]:
    """Ask for the tree once for everything inside: many reads that make one page or report."""
    tree = unit_tree(epoch)
    token = _held.set(tree)
    try:
        yield tree
    finally:
        _held.reset(token)


def _load_tree() -> UnitTree:
    nodes = {row["id"]: UnitNode(**row) for row in Unit.objects.values(*_FACTS)}
    taken_over: defaultdict[int, list[int]] = defaultdict(list)
    for old, new in UnitSuccession.objects.order_by("old__sort_key").values_list("old", "new"):
        taken_over[new].append(old)
    return UnitTree(nodes, {new: tuple(olds) for new, olds in taken_over.items()})


def unit(code: str) -> Unit:
    """The unit with this code. Raises Missing."""
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise Missing(_("Không có đơn vị mang mã “%(code)s”.") % {"code": code})
    return found


def unit_choices(actor: Actor, permission: str, on: date | None = None) -> list[UnitNode]:
    """Units to choose from in a form: where the permission holds, existing on the day first."""
    reach, day = actor.units(permission), on or today()
    nodes = [n for n in unit_tree(actor.epoch).nodes.values() if actor.everywhere or n.id in reach]
    return sorted(nodes, key=lambda n: (not n.is_valid(day), n.sort_key, n.id))
