"""A row or a few in, without the ORM's cost of composing the same INSERT again and again.

For the few tables that every act writes. Values stand in the order of the fields, as for
`bulk.copy_rows`, so one description of a row serves both.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from django.db import connection, models


def insert_row(model: type[models.Model], fields: tuple[str, ...], row: Sequence[Any]) -> int:
    """Insert one row and return its primary key. Triggers and constraints hold as ever."""
    statement, json_at = _statement(model, fields)
    values = list(row)
    for i in json_at:
        values[i] = json.dumps(values[i], ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


def insert_rows(
    model: type[models.Model], fields: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert a handful of rows in one statement. For thousands there is `bulk.copy_rows`."""
    known = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    columns = ", ".join(f'"{field.column}"' for field in known)
    places = ", ".join(["(" + ", ".join(["%s"] * len(known)) + ")"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES {places}',
            [value for row in rows for value in row],
        )


@cache
def _statement(model: type[models.Model], fields: tuple[str, ...]) -> tuple[str, tuple[int, ...]]:
    known = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    columns = ", ".join(f'"{field.column}"' for field in known)
    places = ", ".join(["%s"] * len(known))
    pk = model._meta.pk.column
    sql = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places}) RETURNING "{pk}"'
    return sql, tuple(i for i, f in enumerate(known) if isinstance(f, models.JSONField))
