"""`doctor --security`: who may do what on this installation, and where it is open."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg

from thichinh.config import environment
from thichinh.config.environment import Environment
from thichinh.launcher import cluster, roles, server
from thichinh.launcher.terminal import Trouble
from thichinh.launcher.town import Town, open_town, secret_key

Connection = psycopg.Connection[Any]


class Verdict(StrEnum):
    """How a check ended. Only `wrong` makes the status of the verb 1."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Check:
    """One question about security and its answer; `why` says what was seen and what to do."""

    name: str
    verdict: Verdict
    why: str


MARKS = {Verdict.OK: "✓", Verdict.WARNING: "!", Verdict.WRONG: "✗"}


def examine(*, as_json: bool) -> int:
    """Print every check; 0 only when nothing is wrong."""
    checks = list(_checks())
    wrong = any(check.verdict is Verdict.WRONG for check in checks)
    if as_json:
        answer = {"status": "wrong" if wrong else "ok", "checks": [asdict(c) for c in checks]}
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for check in checks:
            print(f"{MARKS[check.verdict]} {check.name}: {check.why}")
    return 1 if wrong else 0


def _checks() -> Iterator[Check]:
    try:
        given, town = environment.read(), open_town()
        os.environ.setdefault("THICHINH_SECRET_KEY", secret_key(town))
        addresses = server.addresses(town, given)
        embedded = not given.database_url
        with (
            server.database(town, quiet=True),
            psycopg.connect(addresses.owner, autocommit=True) as owner,
        ):
            yield _database_owner(addresses)
            yield _superuser_closed(town, owner, embedded=embedded)
            yield _worker_owns_nothing(addresses)
            yield _backup_only_reads(addresses)
            yield _append_only(owner, addresses)
    except Trouble as trouble:
        yield Check("database-reached", Verdict.WRONG, trouble.vietnamese)
        return
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        yield Check("database-reached", Verdict.WRONG, f"Một vai trò không vào được CSDL: {reason}")
        return
    yield _system_account(embedded=embedded)
    yield _private_files(town)
    yield _transport(given)
    yield _debug(given)


_POWERS = """
SELECT array_remove(ARRAY[
    CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
    CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
    CASE WHEN rolbypassrls THEN 'BYPASSRLS' END], NULL)
FROM pg_roles WHERE rolname = current_user
"""
_OWNED = """
SELECT count(*) FROM (
    SELECT relowner FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT proowner FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT nspowner FROM pg_namespace WHERE nspname = 'public'
    UNION ALL SELECT datdba FROM pg_database WHERE datname = current_database()
) AS owned(by) WHERE pg_has_role(by, 'USAGE')
"""
_REACHES = """
SELECT array_agg(rolname::text ORDER BY 1) FROM pg_roles
WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')
"""
_BUILDS = """
SELECT has_schema_privilege('public', 'CREATE') OR has_database_privilege(current_database(), 'CREATE')
"""
_WRITES = """
SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
AND (has_table_privilege(oid, 'INSERT') OR has_table_privilege(oid, 'UPDATE')
     OR has_table_privilege(oid, 'DELETE') OR has_table_privilege(oid, 'TRUNCATE'))
"""


def _one(connection: Connection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _too_much(connection: Connection, allowed: tuple[str, ...] = ()) -> list[str]:
    """What this role could do that daily work never needs, as the database says it of itself."""
    found = [f"có quyền {power}" for power in _one(connection, _POWERS)]
    if owned := _one(connection, _OWNED):
        found.append(f"sở hữu {owned} đối tượng")
    found += [
        f"vào được vai trò {role}"
        for role in _one(connection, _REACHES) or []
        if role not in allowed
    ]
    if _one(connection, _BUILDS):
        found.append("tạo được bảng")
    return found


def _of_role(name: str, address: str, allowed: tuple[str, ...] = ()) -> Check:
    with psycopg.connect(address, autocommit=True) as connection:
        user, found = _one(connection, "SELECT current_user::text"), _too_much(connection, allowed)
    if found:
        advice = "Hãy tạo các vai trò riêng như hướng dẫn cho cán bộ CNTT, mục PostgreSQL riêng."
        return Check(name, Verdict.WRONG, f"Vai trò {user} {', '.join(found)}. {advice}")
    return Check(
        name, Verdict.OK, f"Vai trò {user} không sở hữu gì, không vào được vai trò nào khác."
    )


def _database_owner(addresses: server.Addresses) -> Check:
    """The web's role owns nothing, may not change the structure and cannot climb."""
    return _of_role("database-owner", addresses.web)


def _worker_owns_nothing(addresses: server.Addresses) -> Check:
    return _of_role("worker-role", addresses.worker)


def _backup_only_reads(addresses: server.Addresses) -> Check:
    name = "backup-role"
    found = _of_role(name, addresses.backup, ("pg_read_all_data",))
    if found.verdict is Verdict.WRONG:
        return Check(name, Verdict.WARNING, found.why)
    with psycopg.connect(addresses.backup, autocommit=True) as connection:
        tables = _one(connection, _WRITES)
    if tables:
        return Check(name, Verdict.WRONG, f"Vai trò sao lưu ghi được vào {tables} bảng.")
    return Check(name, Verdict.OK, "Vai trò sao lưu chỉ đọc.")


def _superuser_closed(town: Town, owner: Connection, *, embedded: bool) -> Check:
    """Nobody signs in as the superuser from here: tried on the embedded server."""
    name = "superuser-closed"
    if _one(owner, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        return Check(
            name,
            Verdict.WRONG,
            "Vai trò sở hữu là superuser; hãy dùng vai trò thường làm chủ CSDL.",
        )
    if not embedded:
        return Check(name, Verdict.OK, "Không vai trò nào của Thị Chính là superuser.")
    try:
        psycopg.connect(cluster.describe(town).url(role=cluster.SUPERUSER)).close()
    except psycopg.OperationalError:
        return Check(name, Verdict.OK, "Máy chủ đi kèm không cho ai vào bằng superuser.")
    return Check(
        name, Verdict.WRONG, "Vào được máy chủ đi kèm bằng superuser; hãy khởi động lại Thị Chính."
    )


def _append_only(owner: Connection, addresses: server.Addresses) -> Check:
    """The triggers that refuse changes stand and are on, and the web has no right to change."""
    name, tables = "append-only", roles.append_only(owner)
    off = owner.execute(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid "
        "WHERE p.proname = %s AND tgenabled = 'D'",
        [roles.APPEND_ONLY],
    ).fetchall()
    if off or not tables:
        listed = ", ".join(row[0] for row in off) or "mọi bảng"
        return Check(name, Verdict.WRONG, f"Lớp chặn sửa đang tắt ở: {listed}.")
    with psycopg.connect(addresses.web, autocommit=True) as web:
        open_tables = web.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE has_table_privilege(name, 'UPDATE') "
            "OR has_table_privilege(name, 'DELETE') OR has_table_privilege(name, 'TRUNCATE')",
            [tables],
        ).fetchall()
    if open_tables:
        listed = ", ".join(row[0] for row in open_tables)
        return Check(
            name, Verdict.WRONG, f"Web có quyền sửa {listed}. Hãy chạy: ./thichinh migrate"
        )
    return Check(
        name, Verdict.OK, f"{len(tables)} bảng chỉ được ghi thêm, không ai sửa được qua web."
    )


def _system_account(*, embedded: bool) -> Check:
    """Whose account the processes run as."""
    name = "system-account"
    if os.geteuid() == 0:
        return Check(
            name,
            Verdict.WARNING,
            "Đang chạy bằng root. Khi dùng thật hãy chạy bằng tài khoản riêng (User= trong systemd).",
        )
    if embedded:
        return Check(
            name, Verdict.OK, "Tài khoản thường; superuser của máy chủ đi kèm đã khoá với cả nó."
        )
    return Check(name, Verdict.OK, "Tài khoản thường, PostgreSQL ở tài khoản khác.")


def _private_files(town: Town) -> Check:
    """Nobody else on the machine reads the data folder or the signing key."""
    name = "private-files"
    folders = (town.data, town.secret_key, town.data / "files", town.data / "definitions")
    open_ones = [str(path) for path in folders if path.exists() and _readable_by_others(path)]
    if _readable_by_others(town.data) and open_ones:
        return Check(
            name,
            Verdict.WRONG,
            f"Người khác trên máy đọc được {', '.join(open_ones)}. Hãy chạy: chmod 700 {town.data}",
        )
    return Check(name, Verdict.OK, f"Chỉ tài khoản chạy Thị Chính vào được {town.data}.")


def _readable_by_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _transport(given: Environment) -> Check:
    name, loopback = "transport", given.address in ("127.0.0.1", "::1", "localhost")
    if given.https:
        return Check(name, Verdict.OK, "Người dùng vào qua HTTPS.")
    if loopback:
        return Check(
            name, Verdict.OK, f"Chỉ máy này vào được ({given.address}); mở ra ngoài thì cần HTTPS."
        )
    return Check(
        name,
        Verdict.WRONG,
        f"Nghe ở {given.address} mà không có HTTPS: mật khẩu đi qua mạng không mã hoá. Hãy đặt một "
        "proxy có TLS phía trước rồi đặt THICHINH_HTTPS=1.",
    )


def _debug(given: Environment) -> Check:
    if given.debug:
        return Check(
            "debug", Verdict.WRONG, "THICHINH_DEBUG đang bật: trang lỗi lộ dữ liệu. Hãy tắt."
        )
    return Check("debug", Verdict.OK, "Trang gỡ lỗi tắt.")
