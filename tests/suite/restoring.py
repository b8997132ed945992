"""A transactional test leaves the database as it found it: only what it wrote is taken away.

Django's flush empties all tables, definitions and units included, and lets every application write
its permissions anew. Here the tables are compared with what they held when the run began.
"""

from __future__ import annotations

from django.db import connection, transaction

from tests.suite import databases

Content = tuple[int, int]
"""How many rows, and the newest transaction that wrote one: any write changes one of the two."""

_TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
_OUR_OWN = {"accounts_authorityepoch"}


def contents() -> dict[str, Content]:
    """What every table holds now."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = [row[0] for row in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(map(_content, tables)))
        return {table: (rows, newest) for table, rows, newest in cursor.fetchall()}


def _content(table: str) -> str:
    newest = "coalesce(max(xmin::text::bigint), 0)"
    return f"""SELECT '{table}', count(*), {newest} FROM "{table}" """


def restore(untouched: dict[str, Content]) -> None:
    """Empty the tables that were empty; where another one was written to, copy the template."""
    written = {
        table
        for table, content in contents().items()
        if content != untouched.get(table) and table not in _OUR_OWN
    }
    if any(untouched.get(table, (1, 0))[0] for table in written):
        databases.copy_again("empty")
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(written):
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the triggers cannot be put back
        for table in sorted(written):
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
    databases.begin_an_epoch()
