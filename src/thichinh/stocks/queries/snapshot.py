"""Several reads as of one and the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import SerializationFailure, UniqueViolation

from thichinh.foundation.errors import Conflict


class _Snapshot(transaction.Atomic):
    """A transaction whose statements all see one and the same moment."""

    def __init__(self, *, writing: bool) -> None:
        super().__init__(using=None, savepoint=True, durable=True)
        self.writing = writing


@contextmanager
def one_snapshot(*, writing: bool = False) -> Iterator[None]:
    """Let several reads of the books see one and the same moment, whoever writes meanwhile.

    `writing` is for an action that keeps what it reads; whoever was faster makes it a Conflict.
    Inside a snapshot this joins it; inside any other transaction it raises, for that one cannot
    become a snapshot any more. The plans are the general ones: what is asked hits few rows through
    keys whatever the period, and planning anew costs more than reading.
    """
    if any(isinstance(b, _Snapshot) and b.writing >= writing for b in connection.atomic_blocks):
        yield
        return
    try:
        with _Snapshot(writing=writing):
            _see_one_moment(writing)
            yield
    except (OperationalError, IntegrityError) as error:
        if writing and isinstance(error.__cause__, SerializationFailure | UniqueViolation):
            raise Conflict(
                _("Có người khác vừa thay đổi đúng nội dung này. Hãy tải lại trang rồi làm lại.")
            ) from error
        raise


def _see_one_moment(writing: bool) -> None:
    if len(connection.atomic_blocks) > 1:
        return  # inside the transaction that a test rolls back: it alone may stand around this one
    mode = "READ WRITE" if writing else "READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, {mode}; "
            "SET LOCAL plan_cache_mode = force_generic_plan"
        )
