"""The dossiers as a table for others: codes and instants, nothing personal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import connection

from thichinh.foundation.calendar import start_of

_SELECT = """
SELECT d.number, p.code AS procedure, p.field, u.code AS unit, r.code AS receiving_unit,
       d.channel, d.state, d.outcome, d.submitted_at, d.received_at, d.due_at, d.resolved_at,
       d.returned_at
FROM dossiers_dossier d
JOIN procedures_procedure p ON p.id = d.procedure_id
JOIN accounts_unit u ON u.id = d.unit_id
JOIN accounts_unit r ON r.id = d.receiving_unit_id
"""


def export_rows(
    *, first: datetime | None = None, last: date | None = None, units: list[int] | None = None
) -> Iterator[bytes]:
    """CSV with a header, in blocks as the server sends them: memory does not grow with it.

    `first` is the earliest instant of reception, `last` the last day, inclusive.
    """
    parts: list[str] = []
    params: list[Any] = []
    if first is not None:
        parts.append("d.received_at >= %s")
        params.append(first)
    if last is not None:
        parts.append("d.received_at < %s")
        params.append(start_of(last + timedelta(days=1)))
    if units is not None:
        parts.append("d.unit_id = ANY(%s)")
        params.append(units)
    where = f"WHERE {' AND '.join(parts)} " if parts else ""
    statement = f"COPY ({_SELECT}{where}ORDER BY d.id) TO STDOUT (FORMAT csv, HEADER)"
    with connection.cursor() as wrapper:
        cursor = cast(Any, wrapper).cursor
        # COPY takes no parameters of its own: they are written into the text by the driver.
        text = cast(Any, connection.ops).compose_sql(statement, params) if params else statement
        with cursor.copy(text) as blocks:
            for block in blocks:
                yield bytes(block)
