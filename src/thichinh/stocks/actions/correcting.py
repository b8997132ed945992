"""Correcting the books: two further movements that name the one they correct."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.foundation import audit, clock
from thichinh.foundation.errors import Refused
from thichinh.stocks.models import Correction, Movement, Scheduled
from thichinh.stocks.queries import last_entry
from thichinh.stocks.rules import BOOKS, CORRECT, check_correction


@transaction.atomic
def correct(actor: Actor, movement: Movement, *, target: int, reason: str) -> None:
    """Undo an item's last movement by its opposite and write the right one, both naming it.

    Under the item's lock. Raises NotAllowed, and Refused for anything but the last movement: what
    came after it begins where it ended. A clock that no longer fits where the item lies is dropped.
    """
    actor.require(CORRECT, movement.cell.unit_id)
    book = BOOKS[movement.book.code]
    if book.items is not None:
        book.items.lock(movement.item)
    _one_at_a_time(movement)
    check_correction(book, movement.source, movement.target, target, reason)
    if last_entry(book.code, movement.item) != movement.pk:
        raise Refused(_("Chỉ sửa được lần chuyển cuối cùng. Hãy tải lại trang."))
    for start, goal in ((movement.target, movement.source), (movement.source, target)):
        if start != goal:
            Movement.objects.create(
                at=movement.at,
                book_id=movement.book_id,
                item=movement.item,
                cell_id=movement.cell_id,
                source=start,
                target=goal,
                amount=movement.amount,
                corrects=movement,
            )
    clocks = Scheduled.objects.filter(book=movement.book_id, item=movement.item)
    dropped, _models = clocks.exclude(source=target).delete()
    Correction.objects.create(
        movement=movement,
        at=clock.now(),
        account_id=actor.account_id,
        on_behalf_of_id=actor.on_behalf_of_id,
        reason=reason.strip(),
    )
    data = {"target": target, "dropped_clocks": dropped}  # no words of people in the audit
    audit.record(actor, "stock.corrected", movement, data=data)


def _one_at_a_time(movement: Movement) -> None:
    """Two corrections of an item wait for each other. Movements are append-only: the roles of the
    web and the worker may not lock their rows."""
    name = f"stocks correction {movement.book_id} {movement.item}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
