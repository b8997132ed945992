"""As root, PostgreSQL runs as a system user in a folder of its own that nobody else can enter.

PostgreSQL refuses to run as root. The checkout may lie in /root or in anyone's home: instead of
opening its parent folders to the world, the binaries and the cluster of a town live under
`/var/lib/thichinh`, and `var/postgres` is a link to the cluster.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from thichinh.launcher import children
from thichinh.launcher.terminal import Trouble, show
from thichinh.launcher.town import Town, explained

NAME = "thichinh"
HOME = Path("/var/lib/thichinh")


def ensure_user() -> pwd.struct_passwd:
    """The system user, made when it is missing."""
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    program = shutil.which("useradd") or "/usr/sbin/useradd"
    command = [program, "--system", "--user-group", "--no-create-home", "--home-dir", str(HOME)]
    command += ["--shell", "/usr/sbin/nologin", NAME]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        done = None
    try:
        return pwd.getpwnam(NAME)  # made here, or by another run a moment before
    except KeyError:
        reason = done.stderr.strip() if done is not None else f"{program} not found"
        raise Trouble(
            f"Không tạo được tài khoản hệ thống '{NAME}' cho PostgreSQL. Hãy tạo bằng: "
            f"useradd --system {NAME}",
            f"The system user '{NAME}' for PostgreSQL could not be made: {reason}",
        ) from None


@contextmanager
def home_lock() -> Iterator[None]:
    """One process at a time lays things out under `/var/lib/thichinh`."""
    try:
        HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        HOME.chmod(0o755)
        descriptor = os.open(HOME, os.O_RDONLY)
    except OSError as error:
        raise explained(error, HOME) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def town_folder(town: Town, user: pwd.struct_passwd) -> Path:
    """The town's folder under `/var/lib/thichinh`, linked from `var/postgres`.

    Root owns it, so that what the server reads as configuration stays out of the server's hands.
    A town whose data folder was moved keeps its cluster; a copied one is told so. Where the data
    folder was removed, what comes there next is another town: the old cluster is kept aside.
    """
    link = town.postgres
    if link.is_dir() and not link.is_symlink():
        raise Trouble(
            f"Cơ sở dữ liệu trong {link} do một tài khoản thường tạo ra; root không dùng chung được.",
            f"The cluster in {link} was made by an ordinary account; run as that account.",
        )
    folder = Path(os.readlink(link)) if link.is_symlink() else HOME / town.code
    _refuse_copy(folder, town)
    if not link.is_symlink():
        _set_aside(folder, town)
    folder.mkdir(mode=0o750, exist_ok=True)
    os.chown(folder, 0, user.pw_gid)
    folder.chmod(0o750)
    (folder / "town").write_text(str(town.data))
    if not link.is_symlink():
        link.symlink_to(folder)
    return folder


def _set_aside(folder: Path, town: Town) -> None:
    """Nothing is thrown away: the way back is said."""
    if not (folder / "data").exists():
        return
    if children.server_on(folder / "data"):
        raise Trouble(
            f"{town.data} đã bị xoá trong khi thị xã ở đó vẫn mở. Hãy dừng nó (Ctrl-C) rồi chạy lại.",
            f"{town.data} was removed while its town is still open. Stop that one and run this again.",
        )
    kept = folder.with_name(f"{folder.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    folder.rename(kept)
    show(f"! {town.data} là thư mục mới nên có cơ sở dữ liệu mới; dữ liệu cũ còn ở {kept}.")
    show(f"  Muốn dùng lại: ln -sfn {kept} {town.postgres}  (the old database is kept there)")


def _refuse_copy(folder: Path, town: Town) -> None:
    note = folder / "town"
    if not note.exists():
        return
    other = Path(note.read_text())
    theirs = other / "postgres"
    if other != town.data and theirs.is_symlink() and Path(os.readlink(theirs)) == folder:
        raise Trouble(
            f"{town.data} là bản sao của {other} và trỏ vào cùng một cơ sở dữ liệu. "
            f"Hãy xóa {town.postgres} để bản sao bắt đầu cơ sở dữ liệu riêng.",
            f"{town.data} is a copy of {other} and points to the same database. "
            f"Remove {town.postgres} to give the copy its own.",
        )
