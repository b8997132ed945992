"""Who may do what in the database: an owner for the structure, and three roles for daily work.

The owner makes and changes tables; only migrations, restoring and the operator's own verbs work as it.
The web and the worker read and write rows and own nothing; what is append-only they may add to and read.
The backup reads. None of them can become the owner or a superuser. `grant` is run after migrations:
the tables tell by their triggers which are append-only, so that no list of them can fall behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

OWNER = "thichinh"
WEB, WORKER, BACKUP = "thichinh_web", "thichinh_worker", "thichinh_backup"
"""Their names, on the embedded server and on one of the operator's own (docs/guides/can-bo-cntt.md)."""
DAILY = (WEB, WORKER)
APPEND_ONLY = "foundation_refuse_change"
"""The trigger function that refuses updates and deletions."""
STRUCTURE = ("django_migrations",)
"""Tables that say how far the structure is: the owner's business."""

Connection = psycopg.Connection[Any]


def founding_statements(database: str, *, creates_databases: bool) -> list[str]:
    """What a superuser says once on the embedded server; each may be said again.

    `creates_databases`: the tests' owner makes copies of its database, and steps into the daily roles.
    """
    made = [
        f"DO $do$ BEGIN CREATE ROLE {role} LOGIN; "
        "EXCEPTION WHEN duplicate_object THEN NULL; END $do$"
        for role in (OWNER, WEB, WORKER, BACKUP)
    ]
    nothing = "NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS"
    made += [f"ALTER ROLE {role} {nothing}" for role in (OWNER, WEB, WORKER, BACKUP)]
    made += [f"GRANT pg_read_all_data TO {BACKUP}"]
    if creates_databases:
        made += [f"ALTER ROLE {OWNER} CREATEDB", f"GRANT {WEB}, {WORKER}, {BACKUP} TO {OWNER}"]
    return [*made, f"CREATE DATABASE {database} OWNER {OWNER}"]


def grant(connection: Connection) -> None:
    """Give the daily roles what their work needs and take away the rest. Run as the owner.

    A role that the server does not have is left out: an operator's own server may know fewer.
    """
    present = _present(connection)
    names = [role for role in DAILY if role in present]
    if names:
        for statement in _daily(connection, names):
            connection.execute(statement)
    if BACKUP in present:
        for statement in _reading(connection):
            connection.execute(statement)


def _daily(connection: Connection, names: list[str]) -> Iterable[sql.Composed]:
    database = sql.Identifier(connection.info.dbname)
    daily = sql.SQL(", ").join(map(sql.Identifier, names))
    yield sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database)
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, daily)
    yield sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(daily)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(daily)
    everything = "ON ALL TABLES IN SCHEMA public"
    yield sql.SQL(f"REVOKE ALL {everything} FROM {{}}").format(daily)
    yield sql.SQL(f"GRANT SELECT, INSERT, UPDATE, DELETE {everything} TO {{}}").format(daily)
    yield sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(daily)
    for table, right in refused(connection):
        name = sql.Identifier(table)
        yield sql.SQL(f"REVOKE {right} ON {{}} FROM {{}}").format(name, daily)
    for table in STRUCTURE:
        name = sql.Identifier(table)
        yield sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {} FROM {}").format(name, daily)
    if WORKER in names:  # it folds the books over a table of its own that lasts a transaction
        worker = sql.Identifier(WORKER)
        yield sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(database, worker)
        if (
            connection.info.server_version >= 170000
        ):  # and tidies what it folded; before, autovacuum does
            yield sql.SQL(f"GRANT MAINTAIN {everything} TO {{}}").format(worker)


def _reading(connection: Connection) -> Iterable[sql.Composed]:
    name, database = sql.Identifier(BACKUP), sql.Identifier(connection.info.dbname)
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, name)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name)
    yield sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(name)
    yield sql.SQL("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name)


def append_only(connection: Connection) -> list[str]:
    """The tables whose rows are neither changed nor removed."""
    found = refused(connection)
    return [table for table, right in found if right == "UPDATE" and (table, "DELETE") in found]


def refused(connection: Connection) -> list[tuple[str, str]]:
    """What is never done to the rows of which table, by the triggers that refuse it."""
    rows = connection.execute(
        "SELECT DISTINCT c.relname, e.act FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_proc p ON p.oid = t.tgfoid "
        "JOIN (VALUES ('DELETE', 8), ('UPDATE', 16)) AS e(act, bit) ON t.tgtype & e.bit <> 0 "
        "WHERE p.proname = %s AND c.relnamespace = 'public'::regnamespace AND t.tgtype & 1 = 1 "
        "ORDER BY 1, 2",
        [APPEND_ONLY],
    ).fetchall()
    return [(table, right) for table, right in rows]


def _present(connection: Connection) -> set[str]:
    """The roles below the owner that this server knows; whoever asks is the owner."""
    query = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND rolname <> current_user"
    return {row[0] for row in connection.execute(query, [[WEB, WORKER, BACKUP]]).fetchall()}
