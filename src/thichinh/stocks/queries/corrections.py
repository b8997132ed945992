"""Corrections of the books: those of a period with who, when and why, and what may be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from thichinh.accounts.models import Account
from thichinh.accounts.rules import Actor
from thichinh.foundation.clock import as_lived
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import AuditEntry
from thichinh.stocks.models import Movement
from thichinh.stocks.queries.cells import NUMBER, Sql, leaves, rows
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
    audit = AuditEntry.objects.filter(
        action="stock.corrected", object_type="stocks.movement", object_id__in=list(last)
    )
    said = {entry.object_id: entry for entry in audit}
    people = Account.objects.in_bulk([e.account_id for e in said.values() if e.account_id])
    lines = book.items.records([known[pk].item for pk in last], actor) if book.items else {}
    found = []
    for wrong_id, right_id in last.items():
        wrong, right, entry = known[wrong_id], known[right_id], said.get(wrong_id)
        account = people.get(entry.account_id or 0) if entry else None
        found.append(
            Correction(
                at=wrong.at,
                recorded_at=entry.at if entry else as_lived(right.recorded_at),
                source=book.titled(wrong.source),
                wrong=book.titled(wrong.target),
                right=book.titled(right.target),
                who=account.display_name if account else _("Hệ thống"),
                reason=str(entry.data.get("reason", "")) if entry else "",
                line=lines.get(wrong.item),
            )
        )
    return found


def correctable(book: StockBook, item: int, actor: Actor) -> Correctable:
    """What may be corrected of an item. Raises Missing, NotAllowed, Refused once time moved it."""
    line = book.items.records([item], actor).get(item) if book.items else None
    if line is None:
        raise Missing()
    last = last_entry(book.code, item)
    if last is None:
        raise Refused(_("Hồ sơ vừa quá hạn, sổ chưa ghi xong. Hãy thử lại sau vài phút."))
    movement = Movement.objects.select_related("cell").get(pk=last)
    actor.require(CORRECT, movement.cell.unit_id)
    return Correctable(line, movement)


def _inside(book: StockBook, start: datetime, end: datetime, where: Where) -> Sql:
    inside, params = leaves(book.code, where)
    return (
        "FROM stocks_movement m JOIN stocks_cell c ON c.id = m.cell_id "
        f"WHERE m.corrects_id IS NOT NULL AND {inside} AND m.book_id = {NUMBER} "
        "AND m.at >= %s AND m.at < %s",
        [*params, book.code, start, end],
    )
