"""Many rows at once: COPY inside the caller's transaction, ids taken from the table's sequence."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import set_json_dumps
from pydantic_core import to_json


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` fresh primary keys of `model`, ascending; nobody else is given them.

    Taken one by one as an insert takes them, so there are gaps where somebody inserted meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(s) FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS s) q, "
            "generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, max(count, 0)],
        )
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def rare_cycle_search() -> Iterator[None]:
    """A load makes millions of objects and hardly a cycle: looking for them takes a sixth of it."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def references_checked_at_the_end(*tables: type[models.Model]) -> Iterator[None]:
    """Check the foreign keys of these tables once, by a join, when the block ends.

    Row by row they take a third of a large load. The constraints are taken away and put back as
    they were, which the database does only if every row keeps them; all of it in the caller's
    transaction. The tables are locked until it ends: for loads into a town nobody uses yet. Counted
    first: a load that was killed leaves statistics of a table with pages and no rows, by which the
    join would go through the other table once for every row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_REFERENCES, [[model._meta.db_table for model in tables]])
        references = cursor.fetchall()
        for table, name, *_ in references:
            cursor.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                    sql.Identifier(table), sql.Identifier(name)
                )
            )
        yield
        for counted in sorted({name for row in references for name in (row[0], row[3])}):
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(counted)))
        for table, name, definition, _ in references:
            cursor.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                    sql.Identifier(table), sql.Identifier(name), sql.SQL(definition)
                )
            )
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


_REFERENCES = """
SELECT c.relname, r.conname, pg_get_constraintdef(r.oid), o.relname
FROM pg_constraint r JOIN pg_class c ON c.oid = r.conrelid JOIN pg_class o ON o.oid = r.confrelid
WHERE r.contype = 'f' AND c.relname = ANY(%s) AND pg_table_is_visible(c.oid)
ORDER BY c.relname, r.conname
"""


def copy_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """COPY `rows` (values in the order of `fields`) into the model's table; returns how many.

    Values go in PostgreSQL's binary form, so each has the type of its column: an address is an
    `ipaddress` object; what becomes jsonb is what JSON can say, and
    None is no value there too. Triggers fire and constraints hold
    as for any insert. Raises psycopg's DataError for a value that its column cannot hold.
    """
    columns = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join([sql.Identifier(str(column.column)) for column in columns]),
    )
    copied = 0
    with connection.cursor() as wrapper:
        cursor = cast(Any, wrapper).cursor
        set_json_dumps(to_json, cursor)
        with cursor.copy(statement) as copy:
            copy.set_types([_type_of(column) for column in columns])
            for row in rows:
                copy.write_row(row)
                copied += 1
    return copied


def _type_of(column: models.Field[Any, Any]) -> str:
    """The name of a column's type without its size."""
    return str(column.db_type(connection)).partition("(")[0]
