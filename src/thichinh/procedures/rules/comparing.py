"""What a row of a list would change in what is already known of that procedure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from thichinh.procedures.rules.listed_rows import TITLES, ListedRow

FACTS = tuple(TITLES)


class Known(Protocol):
    """What is kept of a listed procedure: a row of the table, or a value in a test."""

    name: str
    issuer: str
    agency: str
    field_name: str
    is_official: bool


@dataclass(frozen=True)
class Difference:
    """One fact that is otherwise in the file. `kept`: the official word stays as it is."""

    fact: str
    old: str
    new: str
    kept: bool = False

    @property
    def title(self) -> str:
        """The fact as a person calls it."""
        return str(TITLES[self.fact])


def differences(row: ListedRow, known: Known, is_official: bool) -> list[Difference]:
    """Facts the file states otherwise; what it leaves empty says nothing.

    A list that somebody parsed from pages adds to an official export but never overrules it.
    """
    found = []
    for fact in FACTS:
        old, new = getattr(known, fact), getattr(row, fact)
        if new and new != old:
            overruled = known.is_official and not is_official and bool(old)
            found.append(Difference(fact, old, new, kept=overruled))
    return found


def merged(row: ListedRow, known: Known | None, is_official: bool) -> dict[str, str]:
    """The facts as they are kept after this row."""
    if known is None:
        return {fact: getattr(row, fact) for fact in FACTS}
    facts = {fact: getattr(known, fact) for fact in FACTS}
    changes = differences(row, known, is_official)
    return facts | {change.fact: change.new for change in changes if not change.kept}
