"""Many rows at once: COPY inside the caller's transaction, ids taken from the table's sequence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from types import NoneType
from typing import Any, cast
from uuid import UUID

from django.db import connection, models
from psycopg import sql
from pydantic_core import to_json


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
    is_json = [isinstance(field, models.JSONField) for field in known]
    count = 0
    with connection.cursor() as wrapper:
        cursor = cast(Any, wrapper).cursor
        with cursor.copy(statement) as copy:
            for batch in _batches(rows):
                copy.write("".join([_line(row, is_json) for row in batch]))
                count += len(batch)
    return count


BATCH = 500
"""Rows sent at a time: the server reads them while the next ones are put together."""


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _line(row: Sequence[Any], is_json: Sequence[bool]) -> str:
    """One row in COPY's text format: much faster than adapting each value for a query."""
    texts = [
        _json(value) if json else _TEXT.get(type(value), _other)(value)
        for value, json in zip(row, is_json, strict=True)
    ]
    return "\t".join(texts) + "\n"


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


def _moment(value: datetime) -> str:
    return value.isoformat(" ")


_TEXT: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _: "\\N",
    str: _string,
    int: str,
    bool: lambda value: "t" if value else "f",
    float: repr,
    Decimal: str,
    datetime: _moment,
    date: date.isoformat,
    UUID: str,
}


def _other(value: Any) -> str:
    """Members of choices are written as their value, and their type is remembered."""
    for kind, text in ((str, _member_text), (int, _member_number)):
        if isinstance(value, kind):
            _TEXT[type(value)] = text
            return text(value)
    raise TypeError(f"COPY does not know how to write {type(value).__name__}")


def _member_text(value: str) -> str:
    return _string(str.__str__(value))


def _member_number(value: int) -> str:
    return str(int(value))
