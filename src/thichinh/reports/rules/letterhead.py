"""The names at the top of an official paper (decree 30/2020/NĐ-CP, annex I, items 2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass

from thichinh.accounts.models.definition import Letterhead as OwnLetterhead
from thichinh.accounts.rules import UnitNode, UnitTree


@dataclass(frozen=True)
class Letterhead:
    """The agency that issues, the one above it (none for a People's Committee), the signer."""

    above: str
    agency: tuple[str, ...]
    symbol: str
    place: str
    signer: str


def letterhead(unit: UnitNode, tree: UnitTree, own: OwnLetterhead | None = None) -> Letterhead:
    """A People's Committee stands alone; its offices stand below it.

    `own` is what the authority wrote for its own papers; what it left empty is as for every unit.
    """
    committee = tree.committee_of(unit.id)
    usual = _usual(unit, committee)
    if own is None:
        return usual
    return Letterhead(
        own.above or usual.above,
        (own.agency,) if own.agency else usual.agency,
        own.symbol or usual.symbol,
        own.place or usual.place,
        own.signer or usual.signer,
    )


def _usual(unit: UnitNode, committee: UnitNode | None) -> Letterhead:
    place = committee.short_name if committee else unit.name
    if unit.place == "committee":
        return Letterhead("", _lines(unit.organ_name), "BC-UBND", place, "Chủ tịch")
    above = committee.organ_name if committee else ""
    return Letterhead(above, (unit.name,), "BC", place, "Thủ trưởng đơn vị")


def _lines(organ: str) -> tuple[str, ...]:
    """'Ủy ban nhân dân xã A' stands over two lines, each with a capital."""
    kind, found, name = organ.partition(" nhân dân ")
    return (f"{kind} nhân dân", name[:1].upper() + name[1:]) if found else (organ,)
