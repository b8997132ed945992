"""The names at the top of an official paper (decree 30/2020/NĐ-CP, annex I, items 2 and 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thichinh.accounts.rules import UnitNode

COMMITTEES = frozenset({"province", "town", "commune", "ward"})
COMMITTEE = "Ủy ban nhân dân"


@dataclass(frozen=True)
class Letterhead:
    """The agency that issues, the one above it (none for a People's Committee), the signer."""

    above: str
    agency: tuple[str, ...]
    symbol: str
    place: str
    signer: str


def letterhead(unit: UnitNode, nodes: Mapping[int, UnitNode]) -> Letterhead:
    """A People's Committee stands alone; its offices stand below it."""
    committee = _committee_of(unit, nodes)
    place = _place(committee.name if committee else unit.name)
    if unit.kind in COMMITTEES:
        return Letterhead("", (COMMITTEE, unit.name), "BC-UBND", place, "Chủ tịch")
    above = f"{COMMITTEE} {_lower_kind(committee.name)}" if committee else ""
    return Letterhead(above, (unit.name,), "BC", place, "Thủ trưởng đơn vị")


def _committee_of(unit: UnitNode, nodes: Mapping[int, UnitNode]) -> UnitNode | None:
    seen: UnitNode | None = unit
    while seen is not None and seen.kind not in COMMITTEES:
        seen = nodes.get(seen.parent_id) if seen.parent_id else None
    return seen


def _place(name: str) -> str:
    """'Thị xã Đức Phổ' is where papers say 'Đức Phổ'."""
    for kind in ("Thị xã ", "Thành phố ", "Tỉnh ", "Phường ", "Xã "):
        if name.startswith(kind):
            return name.removeprefix(kind)
    return name


def _lower_kind(name: str) -> str:
    return name[:1].lower() + name[1:]
