"""Many rows at once: COPY inside the caller's transaction, ids taken from the table's sequence."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from operator import methodcaller
from types import NoneType
from typing import Any, cast
from uuid import UUID

from django.db import connection, models
from psycopg import sql
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

    Dicts and lists become jsonb. Triggers fire and constraints hold as for any insert.
    """
    is_json = _json_columns(model, fields)
    count = 0
    with _copying(model, fields) as write:
        for batch in _batches(rows):
            write(_lines(batch, is_json))
            count += len(batch)
    return count


def rows_as_text(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> str:
    """What `copy_rows` would send: may be put together where there is no database."""
    is_json = _json_columns(model, fields)
    return "".join([_lines(batch, is_json) for batch in _batches(rows)])


def copy_text(model: type[models.Model], fields: Sequence[str], text: str) -> None:
    """COPY what `rows_as_text` put together."""
    if text:
        with _copying(model, fields) as write:
            write(text)


def _json_columns(model: type[models.Model], fields: Sequence[str]) -> list[bool]:
    return [isinstance(model._meta.get_field(name), models.JSONField) for name in fields]


@contextmanager
def _copying(model: type[models.Model], fields: Sequence[str]) -> Iterator[Callable[[str], None]]:
    known = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in known]),
    )
    with connection.cursor() as wrapper:
        cursor = cast(Any, wrapper).cursor
        with cursor.copy(statement) as copy:
            yield copy.write


NULL = "\\N"
"""What stands for no value in the text."""
BATCH = 500
"""Rows sent at a time: the server reads them while the next ones are put together."""


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _lines(batch: Sequence[Sequence[Any]], is_json: Sequence[bool]) -> str:
    """Rows in COPY's text format, column by column: most columns hold one type throughout."""
    columns = [
        [_json(value) for value in column] if json else _column(column)
        for column, json in zip(zip(*batch, strict=True), is_json, strict=True)
    ]
    return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def _column(values: tuple[Any, ...]) -> Sequence[str]:
    kinds = set(map(type, values))
    if kinds == {int}:
        return list(map(str, values))
    if kinds == {str} and not _SPECIAL.search("".join(values)):
        return values
    if kinds == {NoneType}:
        return [NULL] * len(values)
    return [_TEXT.get(type(value), _other)(value) for value in values]


_SPECIAL = re.compile(r"[\x00\\\n\t\r]")


def _string(text: str) -> str:
    """Backslash, tab and line ends are COPY's own. Raises ValueError for what text cannot hold."""
    if "\x00" in text:
        raise ValueError("PostgreSQL text cannot contain NUL characters")
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text or "\t" in text or "\r" in text:
        text = text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return text


def _json(value: Any) -> str:
    return "{}" if value == {} else _string(to_json(value).decode())


_TEXT: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _: NULL,
    str: _string,
    int: str,
    bool: lambda value: "t" if value else "f",
    float: repr,
    Decimal: str,
    datetime: methodcaller("isoformat", " "),
    date: date.isoformat,
    UUID: str,
}


def _other(value: Any) -> str:
    """Members of choices are written as their value, and their type is remembered."""
    if isinstance(value, str):
        _TEXT[type(value)] = _member_text
    elif isinstance(value, int):
        _TEXT[type(value)] = int.__repr__
    else:
        raise TypeError(f"COPY does not know how to write {type(value).__name__}")
    return _TEXT[type(value)](value)


def _member_text(value: str) -> str:
    return _string(str.__str__(value))
