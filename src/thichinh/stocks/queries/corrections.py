"""Corrections of the books: those of a period with who, when and why, and what may be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation.clock import as_lived
from thichinh.foundation.errors import Missing, Refused
from thichinh.stocks import models
from thichinh.stocks.models import Movement
from thichinh.stocks.queries.cells import Sql, leaves, rows
from thichinh.stocks.queries.items import last_entry
from thichinh.stocks.rules import CORRECT, Record, StockBook, Where

MOST = 200
"""As many are listed, the latest recorded first: more than that in a period is another trouble."""


@dataclass(frozen=True)
class Correction:
    """A movement that was corrected: where it led, where it leads now, by whom, when and why.

    `line` is the item, where the reader may see it.
    """

    at: datetime
    recorded_at: datetime
    source: str
    wrong: str
    right: str
    who: str
    reason: str
    line: Record | None


@dataclass(frozen=True)
class Correctable:
    """An item and its last movement, the one that may be corrected."""

    line: Record
    movement: Movement


def correction_count(book: StockBook, start: datetime, end: datetime, where: Where) -> int:
    """How many movements of [start, end) were corrected."""
    inside, params = _inside(book, start, end, where)
    return int(rows(f"SELECT count(DISTINCT m.corrects_id) {inside}", params)[0][0])


def corrections(
    book: StockBook, start: datetime, end: datetime, where: Where, actor: Actor
) -> list[Correction]:
    """The corrections of movements of [start, end), the latest recorded first."""
    inside, params = _inside(book, start, end, where)
    sql = f"SELECT m.corrects_id, max(m.id) {inside} GROUP BY 1 ORDER BY 2 DESC LIMIT {MOST}"
    last = {int(wrong): int(right) for wrong, right in rows(sql, params)}
    known = Movement.objects.in_bulk([*last, *last.values()])
    facts = models.Correction.objects.filter(movement__in=last)
    written = {fact.movement_id: fact for fact in facts.select_related("account", "on_behalf_of")}
    lines = book.items.records([known[pk].item for pk in last], actor) if book.items else {}
    found = []
    for wrong_id, right_id in last.items():
        wrong, right, fact = known[wrong_id], known[right_id], written.get(wrong_id)
        found.append(
            Correction(
                at=wrong.at,
                recorded_at=fact.at if fact else as_lived(right.recorded_at),
                source=book.titled(wrong.source),
                wrong=book.titled(wrong.target),
                right=book.titled(right.target),
                who=_who(fact),
                reason=fact.reason if fact else "",
                line=lines.get(wrong.item),
            )
        )
    return found


def _who(fact: models.Correction | None) -> str:
    if fact is None or fact.account is None:
        return _("Hệ thống")
    if fact.on_behalf_of is None:
        return str(fact.account.display_name)
    names = {"who": fact.account.display_name, "giver": fact.on_behalf_of.display_name}
    return _("%(who)s, thay mặt %(giver)s") % names


def correctable(book: StockBook, item: int, actor: Actor) -> Correctable:
    """What may be corrected of an item. Raises Missing, NotAllowed, Refused once time moved it."""
    line = book.items.records([item], actor).get(item) if book.items else None
    if line is None:
        raise Missing()
    last = last_entry(book.code, item)
    if last is None:
        raise Refused(_("Mục này vừa đến hạn, sổ chưa ghi xong. Hãy thử lại sau vài phút."))
    movement = Movement.objects.select_related("cell").get(pk=last)
    actor.require(CORRECT, movement.cell.unit_id)
    return Correctable(line, movement)


def _inside(book: StockBook, start: datetime, end: datetime, where: Where) -> Sql:
    inside, params = leaves(book.code, where, "m")
    return (
        "FROM stocks_movement m JOIN stocks_cell c ON c.id = m.cell_id "
        f"WHERE m.corrects_id IS NOT NULL AND {inside} "
        "AND m.at >= %s AND m.at < %s",
        [*params, start, end],
    )
