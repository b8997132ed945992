"""Many rows at once: COPY inside the caller's transaction, ids taken from the table's sequence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


def reserve_ids(model: type[models.Model], count: int) -> range:
    """`count` fresh consecutive primary keys of `model`; nobody else is given them."""
    if count <= 0:
        return range(0)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        # One advisory lock per table: two bulk loads must not interleave nextval and setval.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"reserve:{table}"])
        cursor.execute(
            "SELECT setval(s, nextval(s) + %s - 1) "
            "FROM (SELECT pg_get_serial_sequence(%s, %s) AS s) q",
            [count, table, model._meta.pk.column],
        )
        last = int(cursor.fetchone()[0])
    return range(last - count + 1, last + 1)


def copy_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """COPY `rows` (values in the order of `fields`) into the model's table; returns how many.

    Dicts and lists become jsonb. Triggers fire and constraints hold as for any insert.
    """
    known = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in known]),
    )
    json_at = [i for i, field in enumerate(known) if isinstance(field, models.JSONField)]
    count = 0
    with connection.cursor() as wrapper:
        cursor = cast(Any, wrapper).cursor
        with cursor.copy(statement) as copy:
            for row in rows:
                if json_at:
                    values = list(row)
                    for i in json_at:
                        values[i] = Jsonb(values[i])
                    copy.write_row(values)
                else:
                    copy.write_row(row)
                count += 1
    return count
