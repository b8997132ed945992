"""One PostgreSQL cluster of the embedded server: made once, started, repaired, described.

Unix socket only, peer authentication mapped to the accounts that run the town, checksums on,
fsync on. Nobody enters as the superuser: what only it may do is done before the server is started.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from thichinh.launcher import binaries, children, roles, system_user
from thichinh.launcher.terminal import Trouble
from thichinh.launcher.town import Town

DATABASE = "thichinh"
SUPERUSER = "postgres"
_ROOM = 1000
"""Megabytes a new database asks for: the example town takes 670 with its log."""
_MEGABYTE = 1024 * 1024
_PAUSE = threading.Event()


@dataclass(frozen=True)
class Cluster:
    """Where a town's cluster lies and as whom it runs (`user` is None for the own account)."""

    programs: Path
    folder: Path
    socket: Path
    log: Path
    user: tuple[int, int] | None
    accounts: tuple[str, ...]
    volatile: bool = False

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.folder / "data"

    def url(self, database: str = DATABASE, role: str = roles.OWNER) -> str:
        """The address at which a role works on a database."""
        return f"postgresql:///{database}?host={quote(str(self.socket))}&user={role}"


def describe(town: Town, *, volatile: bool = False) -> Cluster:
    """The cluster of a town on this machine, folders made, nothing started.

    `volatile` is for throw-away clusters of tests: no fsync.
    """
    if os.geteuid() == 0:
        user = system_user.ensure_user()
        with system_user.home_lock():
            folder = system_user.town_folder(town, user)
        socket = folder / "socket"
        socket.mkdir(mode=0o700, exist_ok=True)
        os.chown(socket, user.pw_uid, user.pw_gid)
        programs, drop = binaries.for_system_user(), (user.pw_uid, user.pw_gid)
        accounts: tuple[str, ...] = ("root", user.pw_name)
    else:
        folder, socket, drop = town.postgres, town.runtime, None
        folder.mkdir(mode=0o700, exist_ok=True)
        programs, accounts = binaries.installed(), (pwd.getpwuid(os.geteuid()).pw_name,)
    log = town.logs / "postgresql.log"
    return Cluster(programs, folder, socket, log, drop, accounts, volatile)


def prepare(cluster: Cluster) -> None:
    """Make the cluster when there is none, refuse one of another version, renew who may enter."""
    if not cluster.data.exists():
        _refuse_little_space(cluster.folder)
        _initialise(cluster)
    _check_version(cluster)
    _write_access_rules(cluster)
    _clear_stale_lock(cluster)
    _found_roles(cluster)


def start(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Start the server and return once it accepts connections. Raises `Trouble` with the reason."""
    deadline = time.monotonic() + 20
    while True:
        mark = cluster.log.stat().st_size if cluster.log.exists() else 0
        server = children.start(
            [str(cluster.programs / "postgres"), "-D", str(cluster.data), *_settings(cluster)],
            log=cluster.log,
            user=cluster.user,
            death=signal.SIGINT,
            environment=_environment(),
        )
        if _became_ready(cluster, server):
            return server
        logged = _log_since(cluster.log, mark)
        if "still in use" not in logged or time.monotonic() > deadline:
            raise _explained(logged, cluster)
        _PAUSE.wait(0.2)  # the backends of a killed server need a moment to notice


def destroy(cluster: Cluster) -> None:
    """Remove a throw-away cluster with its folder."""
    shutil.rmtree(cluster.folder.resolve(), ignore_errors=True)


def _initialise(cluster: Cluster) -> None:
    """Initdb aside, then rename: a killed first start leaves nothing half-made."""
    staging = cluster.folder / "data.new"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    if cluster.user is not None:
        os.chown(staging, *cluster.user)
    command = [str(cluster.programs / "initdb"), "-D", str(staging), "-U", SUPERUSER]
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    command += ["--builtin-locale=C.UTF-8", "--data-checksums", "--auth=peer", "--no-instructions"]
    command += ["--no-sync"] if cluster.volatile else []
    mark = cluster.log.stat().st_size if cluster.log.exists() else 0
    process = children.start(
        command, log=cluster.log, user=cluster.user, environment=_environment()
    )
    if process.wait() != 0:
        raise _explained(_log_since(cluster.log, mark), cluster)
    staging.rename(cluster.data)


def _environment() -> dict[str, str]:
    """Nothing of the caller's environment reaches the server but where programs are."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _check_version(cluster: Cluster) -> None:
    found = (cluster.data / "PG_VERSION").read_text().strip()
    if found != str(binaries.MAJOR):
        raise Trouble(
            f"Dữ liệu trong {cluster.data} thuộc PostgreSQL {found}, còn chương trình này đi kèm "
            f"PostgreSQL {binaries.MAJOR}. Hãy xuất bằng pg_dump của bản {found} rồi nạp vào một "
            "thư mục mới (THICHINH_DATA), hoặc dùng DATABASE_URL.",
            f"The data in {cluster.data} belongs to PostgreSQL {found}; this program ships "
            f"{binaries.MAJOR}. Dump it with version {found} and load it into a new THICHINH_DATA, "
            "or point DATABASE_URL to a server that reads it.",
        )


def _write_access_rules(cluster: Cluster) -> None:
    """Peer authentication: the kernel says who connects, the map says who that may be. No account is
    the superuser, not even root's: whoever breaks into the web has nowhere to climb to."""
    rules = {
        "pg_hba.conf": f"local all {SUPERUSER} reject\nlocal all all peer map=town\n",
        "pg_ident.conf": "".join(
            f'town "{account}" {role}\n'
            for account in cluster.accounts
            for role in (roles.OWNER, roles.WEB, roles.WORKER, roles.BACKUP)
        ),
    }
    for name, content in rules.items():
        path = cluster.folder / name
        path.write_text(content)
        path.chmod(0o640)
        if cluster.user is not None:
            os.chown(path, 0, cluster.user[1])


def _found_roles(cluster: Cluster) -> None:
    """The roles and the database, by the superuser of a server that nobody can reach: PostgreSQL's
    single-user mode. Done once; a note beside the data remembers which statements were said."""
    statements = roles.founding_statements(DATABASE, creates_databases=cluster.volatile)
    digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    note = cluster.folder / "roles"
    if note.exists() and note.read_text() == digest:
        return
    uid, gid = cluster.user or (None, None)
    done = subprocess.run(
        [str(cluster.programs / "postgres"), "--single", "-D", str(cluster.data), SUPERUSER],
        input="".join(f"{statement}\n" for statement in statements),
        capture_output=True,
        text=True,
        env=_environment(),
        user=uid,
        group=gid,
        extra_groups=[] if cluster.user else None,
        cwd="/",
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "ERROR" in line or "FATAL" in line]
    wrong = [line for line in said if f'database "{DATABASE}" already exists' not in line]
    if wrong or done.returncode:
        raise _explained("\n".join(wrong) or done.stderr, cluster)
    note.write_text(digest)


def _clear_stale_lock(cluster: Cluster) -> None:
    """A postmaster.pid whose process is not our server is removed; a live server is ended first."""
    pid = children.server_on(cluster.data)
    if pid is None:
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)
        return
    os.kill(pid, signal.SIGINT)
    if not children.wait_for_end(pid, 30):
        os.kill(pid, signal.SIGQUIT)
        children.wait_for_end(pid, 30)


def _settings(cluster: Cluster) -> list[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEGABYTE
    values = {
        "listen_addresses": "",
        "unix_socket_directories": str(cluster.socket),
        "unix_socket_permissions": "0700",
        "hba_file": str(cluster.folder.resolve() / "pg_hba.conf"),
        "ident_file": str(cluster.folder.resolve() / "pg_ident.conf"),
        "max_connections": "100",
        "shared_buffers": f"{min(max(memory // 8, 64), 512)}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(max(memory // 16, 64), 256)}MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "Asia/Ho_Chi_Minh",
        "log_timezone": "Asia/Ho_Chi_Minh",
        "log_line_prefix": "%m [%p] %d ",
        "log_error_verbosity": "terse",  # DETAIL would quote rows: names, identity numbers
    }
    if cluster.volatile:
        values |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return [part for name, value in values.items() for part in ("-c", f"{name}={value}")]


def _became_ready(cluster: Cluster, server: subprocess.Popen[bytes]) -> bool:
    """Until the server writes 'ready' into its lock file; recovery after a crash may take minutes."""
    lock = cluster.data / "postmaster.pid"
    while server.poll() is None:
        try:
            lines = lock.read_text().split("\n")
        except FileNotFoundError:
            lines = []
        if len(lines) > 7 and lines[0] == str(server.pid) and lines[7].strip() == "ready":
            return True
        _PAUSE.wait(0.02)
    return False


def _log_since(log: Path, mark: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(mark)
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def _refuse_little_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free // _MEGABYTE
    if free < _ROOM:
        raise Trouble(
            f"Đĩa chứa {folder} chỉ còn {free} MB; cơ sở dữ liệu mới cần ít nhất {_ROOM} MB.",
            f"The disk of {folder} has {free} MB left; a new database needs at least {_ROOM} MB.",
        )


def _explained(logged: str, cluster: Cluster) -> Trouble:
    tail = "\n    ".join(logged.strip().splitlines()[-5:])
    if "No space left on device" in logged:
        return Trouble(
            f"Đĩa chứa {cluster.folder} đã đầy nên PostgreSQL không khởi động được. "
            "Hãy giải phóng chỗ trống rồi chạy lại; dữ liệu đã ghi vẫn nguyên.",
            f"The disk of {cluster.folder} is full, PostgreSQL cannot start. Free some space and "
            "run this again; nothing stored is lost.",
        )
    if "Read-only file system" in logged or "Permission denied" in logged:
        return Trouble(
            f"PostgreSQL không ghi được vào {cluster.folder}. Hãy kiểm tra quyền của thư mục và đĩa.",
            f"PostgreSQL cannot write to {cluster.folder}; check the folder and the disk.\n    {tail}",
        )
    return Trouble(
        f"PostgreSQL không khởi động được; nhật ký ở {cluster.log}.",
        f"PostgreSQL did not start; its log is {cluster.log}. Last words:\n    {tail}",
    )
