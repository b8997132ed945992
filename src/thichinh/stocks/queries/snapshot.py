"""Several reads as of one and the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import SerializationFailure, UniqueViolation

from thichinh.foundation.errors import Conflict

_inside: ContextVar[bool | None] = ContextVar("snapshot", default=None)
"""Whether the snapshot that is open may write; None where none is open."""


@contextmanager
def one_snapshot(*, writing: bool = False) -> Iterator[None]:
    """Let several reads of the books see one and the same moment, whoever writes meanwhile.

    `writing` is for an action that keeps what it reads; whoever was faster makes it a Conflict.
    Inside a snapshot this joins it; inside any other transaction it raises RuntimeError, for that
    one cannot become a snapshot any more. The plans are the general ones: what is asked hits few
    rows through keys whatever the period, and planning anew costs more than reading.
    """
    around = _inside.get()
    if around is not None and around >= writing:
        yield
        return
    # A durable block lets no transaction stand around it but one that is never committed, such as
    # that of a test: there the statements see one moment less, and nothing is asked of it.
    outermost = not connection.in_atomic_block
    try:
        with transaction.atomic(durable=True):
            if outermost:
                _see_one_moment(writing)
            entered = _inside.set(writing)
            try:
                yield
            finally:
                _inside.reset(entered)
    except (OperationalError, IntegrityError) as error:
        if writing and isinstance(error.__cause__, SerializationFailure | UniqueViolation):
            raise Conflict(
                _("Có người khác vừa thay đổi đúng nội dung này. Hãy tải lại trang rồi làm lại.")
            ) from error
        raise


def _see_one_moment(writing: bool) -> None:
    mode = "READ WRITE" if writing else "READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, {mode}; "
            "SET LOCAL plan_cache_mode = force_generic_plan"
        )
