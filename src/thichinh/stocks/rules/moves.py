"""Movements: what an act writes, what time had already made, what a correction may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from thichinh.foundation.errors import Refused
from thichinh.stocks.rules.books import StockBook

CORRECT = "stock.correct"
"""To correct the books. Nobody who acts on items, and nobody who looks after the machine,
holds it by a role that we ship: a correction is another pair of hands."""


@dataclass(frozen=True, slots=True)
class Move:
    """One item goes from one stock to another at an instant (stocks by their number).

    `amount` goes with it in a book that counts amounts, and is the same for each of its movements
    from the world outside back to it.
    """

    at: datetime
    source: int
    target: int
    amount: Decimal | None = None


def settled(scheduled: Move | None, at: datetime) -> Move | None:
    """The scheduled movement, if time has made it before an act at `at`.

    An act at the very instant of the deadline is still in time.
    """
    return scheduled if scheduled is not None and scheduled.at < at else None


def taken_over(
    scheduled: Move | None, moves: Sequence[Move], schedule: Move | None, at: datetime
) -> list[Move]:
    """What an act at `at` writes: what time had already made, then its own movements.

    Raises ValueError for a new clock that does not start where the item then lies: who moves a
    deadline that has passed says so by a movement. Where nothing is written, the caller knows where
    the item lies (`check_clock`).
    """
    made = settled(scheduled, at)
    written = [made, *moves] if made is not None else list(moves)
    if schedule is not None and written:
        check_clock(written[-1].target, schedule)
    return written


def check_clock(lies: int, schedule: Move) -> None:
    """Raise ValueError unless a new clock starts in the stock where the item lies."""
    if lies != schedule.source:
        raise ValueError(
            f"the item lies in stock {lies}, "
            f"and its new clock would move it out of stock {schedule.source}"
        )


def check_correction(book: StockBook, source: int, wrong: int, right: int, reason: str) -> None:
    """Raise Refused unless a movement to `wrong` can be made one to `right`, for a reason."""
    if not 0 <= right < len(book.stocks):
        raise Refused(_("Sổ không có ngăn này."))
    if right == wrong:
        raise Refused(_("Lần chuyển này đã đến đúng ngăn đó, không có gì để sửa."))
    if not reason.strip():
        raise Refused(reason=_("Hãy ghi lý do sửa."))
