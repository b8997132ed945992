"""`doctor`: what is wrong with an installation, line by line, and what to do about it."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import Enum

import psycopg

from thichinh.config import environment
from thichinh.launcher import assets, management, server
from thichinh.launcher.terminal import Trouble
from thichinh.launcher.town import Town, free_bytes, open_town, secret_key

LITTLE_SPACE = 1024**3
SILENT_WORKER_SECONDS = 120


class Grade(Enum):
    """How bad a finding is."""

    OK = "OK"
    WARNING = "CẢNH BÁO"
    ERROR = "LỖI"


@dataclass(frozen=True)
class Finding:
    """One line of the examination: what was looked at, how it is, what to do."""

    grade: Grade
    about: str
    text: str
    advice: str = ""


def examine(*, as_json: bool = False) -> int:
    """Print every finding; 1 when there is an error, else 0."""
    findings = []
    for finding in _findings():
        findings.append(finding)
        if not as_json:
            print(f"{finding.grade.value:<9} {finding.about}: {finding.text}")
            if finding.advice:
                print(f"{'':<9} → {finding.advice}")
    errors = sum(finding.grade is Grade.ERROR for finding in findings)
    warnings = sum(finding.grade is Grade.WARNING for finding in findings)
    if as_json:
        listed = [asdict(finding) | {"grade": finding.grade.name.lower()} for finding in findings]
        answer = {"status": "wrong" if errors else "ok", "findings": listed}
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        print(f"{errors} lỗi, {warnings} cảnh báo. ({errors} errors, {warnings} warnings)")
    return 1 if errors else 0


def _findings() -> Iterator[Finding]:
    yield _python()
    yield _clock()
    yield _assets()
    yield _fonts()
    try:
        town = open_town()
    except Trouble as trouble:
        yield Finding(Grade.ERROR, "Thư mục dữ liệu", trouble.vietnamese, trouble.english)
        return
    yield _disk(town)
    yield _proxies(environment.read())
    try:
        os.environ.setdefault("THICHINH_SECRET_KEY", secret_key(town))
        with server.database(town, quiet=True) as line:
            yield from _database(town, embedded=line is not None)
    except Trouble as trouble:
        yield Finding(Grade.ERROR, "Cơ sở dữ liệu", trouble.vietnamese, trouble.english)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(Grade.OK, "Python", f"{version} ({sys.prefix})")


def _clock() -> Finding:
    now = datetime.now(UTC)
    if now.year < 2024:
        advice = (
            "Hãy chỉnh đồng hồ máy (ví dụ timedatectl set-ntp true); hạn trả kết quả tính theo nó."
        )
        return Finding(Grade.ERROR, "Đồng hồ", f"{now:%d/%m/%Y %H:%M} UTC", advice)
    return Finding(Grade.OK, "Đồng hồ", f"{now:%d/%m/%Y %H:%M} UTC, hiển thị giờ Việt Nam")


def _assets() -> Finding:
    if not (assets.FRONTEND / "package.json").exists() or assets.in_step():
        return Finding(Grade.OK, "Giao diện", "đã dựng")
    return Finding(
        Grade.WARNING,
        "Giao diện",
        "chưa dựng hoặc cũ hơn mã nguồn",
        "./thichinh run sẽ dựng lại khi khởi động.",
    )


def _fonts() -> Finding:
    fonts = sorted((assets.DIST / "fonts").glob("*.ttf"))
    if fonts:
        return Finding(Grade.OK, "Phông chữ in", f"{len(fonts)} tệp")
    return Finding(
        Grade.WARNING,
        "Phông chữ in",
        "không có",
        "Phiếu và báo cáo PDF cần phông chữ; hãy chạy ./thichinh run một lần để dựng giao diện.",
    )


def _disk(town: Town) -> Finding:
    free = free_bytes(town.data)
    text = f"{town.data}, còn {free / 1024**3:.1f} GB".replace(".", ",")
    if free < LITTLE_SPACE:
        return Finding(Grade.WARNING, "Đĩa", text, "Hãy giải phóng chỗ trống: cần ít nhất 1 GB.")
    return Finding(Grade.OK, "Đĩa", text)


def _proxies(given: environment.Environment) -> Finding:
    """Behind a proxy that is not counted, all visitors share one address and its tries."""
    about = "Proxy"
    if given.https and not given.proxies:
        return Finding(
            Grade.WARNING,
            about,
            "có HTTPS nhưng THICHINH_PROXIES là 0: mọi khách dùng chung một địa chỉ",
            "Hãy đặt THICHINH_PROXIES bằng số proxy đứng trước, thường là 1; nếu không, một người "
            "gõ sai mật khẩu nhiều lần làm mọi người phải chờ.",
        )
    return Finding(Grade.OK, about, f"{given.proxies} proxy đứng trước")


def _database(town: Town, *, embedded: bool) -> Iterator[Finding]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for look in (_server, _checksums, _extensions):
            yield look(connection, embedded)
        yield _migrations()
        yield _definitions(connection)
        yield _contradictions()
        yield _worker(connection, begun=_begun_ago(town))
        yield _books(connection)
        yield from _messages(connection, environment.read())


Connection = psycopg.Connection[tuple[object, ...]]


def _value(connection: Connection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _server(connection: Connection, embedded: bool) -> Finding:
    kind = "đi kèm" if embedded else "của DATABASE_URL"
    text = f"{_value(connection, 'show server_version')} ({kind})"
    if _value(connection, "show fsync") != "on":
        advice = "Hãy đặt fsync = on: mất điện có thể làm hỏng dữ liệu."
        return Finding(Grade.ERROR, "PostgreSQL", f"{text}, fsync tắt", advice)
    return Finding(Grade.OK, "PostgreSQL", text)


def _checksums(connection: Connection, embedded: bool) -> Finding:
    if _value(connection, "show data_checksums") == "on":
        return Finding(Grade.OK, "Tổng kiểm trang dữ liệu", "bật")
    advice = "Dừng máy chủ rồi chạy pg_checksums --enable để phát hiện đĩa hỏng sớm."
    return Finding(Grade.WARNING, "Tổng kiểm trang dữ liệu", "tắt", advice)


def _extensions(connection: Connection, embedded: bool) -> Finding:
    query = "select array_agg(extname::text order by extname) from pg_extension"
    present = _value(connection, query)
    missing = [name for name in server.EXTENSIONS if name not in (present or [])]  # type: ignore[operator]
    if not missing:
        return Finding(Grade.OK, "Phần mở rộng", ", ".join(server.EXTENSIONS))
    advice = "./thichinh migrate sẽ tạo; nếu bị từ chối, nhờ người quản trị máy chủ tạo giúp."
    return Finding(Grade.WARNING, "Phần mở rộng", f"thiếu {', '.join(missing)}", advice)


def _migrations() -> Finding:
    management.set_up()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connection.close()
    if not waiting:
        return Finding(Grade.OK, "Cấu trúc dữ liệu", "khớp với chương trình")
    text = f"còn {len(waiting)} bước cập nhật chưa chạy"
    return Finding(Grade.ERROR, "Cấu trúc dữ liệu", text, "Hãy chạy: ./thichinh migrate")


def _definitions(connection: Connection) -> Finding:
    about, table = "Định nghĩa", "foundation_definitionversion"
    if not _exists(connection, table):
        return Finding(Grade.ERROR, about, "chưa có bảng", "Hãy chạy: ./thichinh migrate")
    count = _value(connection, f"select count(*) from {table}")
    if not count:
        return Finding(Grade.ERROR, about, "chưa nạp", "Hãy chạy: ./thichinh definitions load")
    return Finding(Grade.OK, about, f"{count} phiên bản")


def _contradictions() -> Finding:
    """What the definitions in force say against one another, or of apps that are not installed."""
    from thichinh.foundation.clock import today
    from thichinh.foundation.definitions import CONSISTENCIES

    found = [sentence for one in CONSISTENCIES for sentence in one.problems(today())]
    if not found:
        return Finding(Grade.OK, "Đối chiếu định nghĩa", "không mâu thuẫn")
    advice = "Hãy cài lại ứng dụng đã gỡ, hoặc công bố phiên bản mới không dùng đến nó."
    return Finding(Grade.WARNING, "Đối chiếu định nghĩa", "; ".join(found[:5]), advice)


def _begun_ago(town: Town) -> float | None:
    """Seconds since the worker of this data folder was begun; None when none runs from it."""
    try:
        lock = os.open(town.runtime / "worker.lock", os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return time.time() - os.fstat(lock).st_mtime  # touched when it was started
    finally:
        os.close(lock)
    return None


def _worker(connection: Connection, begun: float | None) -> Finding:
    about, advice = "Việc nền", "./thichinh run chạy cả việc nền; nếu tách riêng: ./thichinh worker"
    if not _exists(connection, "procrastinate_workers"):
        return Finding(Grade.ERROR, about, "chưa có bảng", "Hãy chạy: ./thichinh migrate")
    query = "select extract(epoch from now() - max(last_heartbeat))::int from procrastinate_workers"
    silent = _value(connection, query)
    beats = isinstance(silent, int) and silent <= SILENT_WORKER_SECONDS
    if not beats and begun is not None and begun < SILENT_WORKER_SECONDS:
        return Finding(Grade.OK, about, "đang khởi động")
    if not isinstance(silent, int):
        return Finding(Grade.WARNING, about, "không chạy", advice)
    if not beats:
        return Finding(Grade.WARNING, about, f"im lặng {silent} giây", advice)
    return Finding(Grade.OK, about, f"nhịp cuối {silent} giây trước")


def _books(connection: Connection) -> Finding:
    """The nightly proof leaves its result in `stocks_proof`, when that table is there."""
    about = "Sổ cái"
    advice = "Hãy chạy: ./thichinh stocks prove"
    if not _exists(connection, "stocks_proof"):
        return Finding(Grade.ERROR, about, "chưa có bảng", "Hãy chạy: ./thichinh migrate")
    row = connection.execute(
        "select balanced, at from stocks_proof order by id desc limit 1"
    ).fetchone()
    if row is None and not _value(connection, "select exists(select from stocks_movement)"):
        return Finding(Grade.OK, about, "chưa có hồ sơ nào để đối chiếu")
    if row is None:
        return Finding(Grade.WARNING, about, "chưa đối chiếu lần nào", advice)
    if not row[0]:
        return Finding(Grade.ERROR, about, f"lệch trong lần đối chiếu {row[1]:%d/%m/%Y}", advice)
    return Finding(Grade.OK, about, f"cân, đối chiếu lần cuối {row[1]:%d/%m/%Y}")


def _messages(connection: Connection, given: environment.Environment) -> Iterator[Finding]:
    """Whether e-mail and SMS can leave the house, and what is stuck in the outbox."""
    ways = (
        ("Thư điện tử", "email", given.smtp_host, "THICHINH_SMTP_HOST"),
        ("Tin nhắn SMS", "sms", given.sms_url, "THICHINH_SMS_URL"),
    )
    if not _exists(connection, "notifications_delivery"):
        return  # the line about the structure says so
    for about, channel, given_as, variable in ways:
        yield _channel(about, _stuck(connection, channel), given_as, variable)


def _stuck(connection: Connection, channel: str) -> tuple[int, int]:
    """How many messages of this week were given up, or wait for a channel to be configured."""
    rows = connection.execute(
        "select state, count(*)::int from notifications_delivery "
        "where state in (3, 4) and channel = %s and due_at > now() - interval '7 days' "
        "+ coalesce((select shift from foundation_townclock), interval '0') group by state",
        [channel],
    ).fetchall()
    counts: dict[object, int] = {state: count for state, count in rows if isinstance(count, int)}
    return counts.get(3, 0), counts.get(4, 0)


def _channel(about: str, stuck: tuple[int, int], given_as: str, variable: str) -> Finding:
    given_up, waiting = stuck
    if not given_as:
        advice = f"Hãy đặt {variable}; chưa cần gửi thì bỏ qua."
        text = f"chưa cài đặt, {waiting} thông báo đang chờ"
        return Finding(Grade.WARNING if waiting else Grade.OK, about, text, advice)
    if given_up:
        text = f"{given_up} thông báo không gửi được, xem trang Nhật ký thông báo"
        return Finding(Grade.WARNING, about, text, "Sửa địa chỉ hoặc máy chủ rồi bấm Gửi lại.")
    return Finding(Grade.OK, about, "đã cài đặt, mọi thông báo đều gửi được")


def _exists(connection: Connection, table: str) -> bool:
    row = connection.execute("select to_regclass(%s)", [table]).fetchone()
    return row is not None and row[0] is not None
