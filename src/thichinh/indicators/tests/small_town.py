"""A few dossiers in the books: enough to lose two of them between two reports.

Period one opens with 3 and takes in 7: 5 end in time, 1 late, 4 remain (2 not due, 2 overdue).
Period two takes in 4 more (1 online): 3 end in time, and 5 remain (3 not due, 2 overdue).
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from thichinh.accounts.models import Unit
from thichinh.foundation.calendar import Period
from thichinh.foundation.clock import ZONE
from thichinh.stocks.actions import post
from thichinh.stocks.rules import BOOKS, CellKey, Move

FIRST = Period.between(date(2020, 12, 15), date(2021, 12, 14))
SECOND = Period.between(date(2021, 12, 15), date(2022, 6, 14))
BOTH = Period.between(FIRST.first, SECOND.last)
BOOK = "dossiers"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Town:
    """Posts movements by stock name; items are numbered from 1."""

    def __init__(self) -> None:
        self.items = count(1)
        self.unit = Unit.objects.get(code="pho-an")

    def dossier(self, *steps: tuple[str, str], channel: int = 1, unit: Unit | None = None) -> int:
        """One item: steps are (instant, stock it goes to), beginning outside."""
        book, item = BOOKS[BOOK], next(self.items)
        moves, stock = [], "outside"
        for instant, target in steps:
            moves.append(Move(at(instant), book.number(stock), book.number(target)))
            stock = target
        key = CellKey((unit or self.unit).pk, ("ho-tich", "khai-sinh", channel))
        post(BOOK, item, key, moves, settle=False)
        return item


def lose_two() -> tuple[Town, list[int]]:
    """The town, and the two items a report could lose."""
    town = Town()
    for end in ("2021-01-05", "2021-01-06"):
        town.dossier(("2020-12-01", "not_due"), (end, "early"))
    for end in ("2021-03-01", "2021-12-14T23:59:59"):
        town.dossier(("2021-02-01", "not_due"), (end, "on_time"))
    town.dossier(
        ("2020-12-14T23:59:59", "not_due"), ("2021-05-01", "paused"), ("2021-06-01", "withdrawn")
    )
    town.dossier(("2021-04-01", "not_due"), ("2021-04-10", "overdue"), ("2021-04-20", "late"))
    lost = [town.dossier(("2021-10-01", "not_due"), ("2021-11-01", "overdue")) for _ in range(2)]
    for end in ("2021-12-15T00:00:00", "2022-01-03"):
        town.dossier(("2021-12-01", "not_due"), (end, "early"))
    town.dossier(
        ("2021-12-20", "awaiting"), ("2021-12-21", "not_due"), ("2022-01-09", "early"), channel=2
    )
    for _ in range(3):
        town.dossier(("2022-06-01", "not_due"))
    return town, lost
