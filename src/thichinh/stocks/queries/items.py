"""The path of one item through the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from thichinh.foundation.clock import as_lived, now
from thichinh.stocks.models import Movement, Scheduled


@dataclass(frozen=True)
class Passage:
    """One movement of an item. `made` is false while time has still to make it."""

    at: datetime
    recorded_at: datetime | None
    source: int
    target: int
    made: bool
    corrects: bool = False


def last_entry(book: str, item: int) -> int | None:
    """The number of an item's last movement; None where time has moved it since."""
    last = Movement.objects.filter(book__code=book, item=item).order_by("-at", "-id").first()
    due = Scheduled.objects.filter(book__code=book, item=item, at__lt=now()).first()
    if last is None or (due is not None and due.at >= last.at):
        return None
    return last.pk


def passages(book: str, item: int) -> list[Passage]:
    """Every movement of an item in order, and what time will do or has just done."""
    rows = Movement.objects.filter(book__code=book, item=item).order_by("at", "id")
    found = [
        Passage(m.at, as_lived(m.recorded_at), m.source, m.target, True, m.corrects_id is not None)
        for m in rows
    ]
    for due in Scheduled.objects.filter(book__code=book, item=item):
        found.append(Passage(due.at, None, due.source, due.target, due.at < now()))
    return found
