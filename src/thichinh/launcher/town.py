"""The data folder of one town: where its things lie, who owns them, whether they can be written."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from thichinh.launcher.terminal import Trouble

ROOT = Path(__file__).resolve().parents[3]
LONGEST_FOLDER = 80  # a socket path holds 107 bytes; the longest name we put in the folder has 20


@dataclass(frozen=True)
class Town:
    """One data folder, made and checked by `open_town`."""

    data: Path
    runtime: Path  # locks and sockets, private to the account that runs the town

    @property
    def postgres(self) -> Path:
        """The cluster as an ordinary user; as root a link to the system user's folder."""
        return self.data / "postgres"

    @property
    def logs(self) -> Path:
        """What the processes wrote."""
        return self.data / "logs"

    @property
    def secret_key(self) -> Path:
        """The installation's signing key."""
        return self.data / "secret-key"

    @property
    def keeper_socket(self) -> Path:
        """Where the keeper of the database server listens."""
        return self.runtime / "keeper.sock"

    @property
    def code(self) -> str:
        """Twelve characters that name this data folder on this machine."""
        return hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]


def data_folder() -> Path:
    """`THICHINH_DATA`, else `var/` beside the program."""
    return Path(os.path.abspath(os.environ.get("THICHINH_DATA") or ROOT / "var"))


def free_bytes(data: Path) -> int:
    """What is left on the disk of a data folder, or of its cluster where that lies on another."""
    folders = (data, data / "postgres")
    return min(shutil.disk_usage(folder).free for folder in folders if folder.exists())


def open_town(data: Path | None = None) -> Town:
    """Make the folders if they are missing, and refuse a folder that cannot serve.

    Raises `Trouble` for a folder that is unreadable, read-only, full or another user's.
    """
    folder = data or data_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = folder.resolve()
        _check_owner(folder)
        _check_writable(folder)
        (folder / "logs").mkdir(mode=0o700, exist_ok=True)
        return Town(data=folder, runtime=_runtime_folder(folder))
    except OSError as error:
        raise explained(error, folder) from error


def explained(error: OSError, folder: Path) -> Trouble:
    """An operating-system error about the data folder as a sentence that says what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Trouble(
            f"Đĩa chứa {folder} đã đầy. Hãy giải phóng chỗ trống rồi chạy lại; dữ liệu đã ghi vẫn nguyên.",
            f"The disk of {folder} is full. Free some space and run this again; nothing stored is lost.",
        )
    if error.errno == errno.EROFS:
        return Trouble(
            f"Đĩa chứa {folder} chỉ cho đọc. Hãy đặt THICHINH_DATA vào một thư mục ghi được.",
            f"The disk of {folder} is read-only. Point THICHINH_DATA to a folder that can be written.",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return Trouble(
            f"Tài khoản này không đọc hoặc ghi được thư mục dữ liệu {folder}. "
            "Hãy cấp quyền, hoặc đặt THICHINH_DATA vào thư mục khác.",
            f"This account may not read or write the data folder {folder}. "
            "Grant access, or point THICHINH_DATA elsewhere.",
        )
    return Trouble(
        f"Không dùng được thư mục dữ liệu {folder}: {error.strerror}.",
        f"The data folder {folder} cannot be used: {error}.",
    )


def _check_owner(folder: Path) -> None:
    owner = folder.stat().st_uid
    if owner == os.geteuid() or not any(folder.iterdir()):
        return
    if os.geteuid() == 0 and not (folder / "postgres").exists():
        return
    raise Trouble(
        f"Thư mục dữ liệu {folder} thuộc một tài khoản khác (uid {owner}). "
        "Hãy chạy bằng tài khoản đó, hoặc đặt THICHINH_DATA vào thư mục khác.",
        f"The data folder {folder} belongs to another account (uid {owner}). "
        "Run as that account, or point THICHINH_DATA to another folder.",
    )


def _check_writable(folder: Path) -> None:
    """Write and remove a block, so that a full disk is met here and not inside a transaction."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-") as probe:
        probe.write(secrets.token_bytes(64 * 1024))
        probe.flush()
        os.fsync(probe.fileno())


def _runtime_folder(folder: Path) -> Path:
    """`run/` inside the data; a private short folder of /tmp where that path is too long."""
    inside = folder / "run"
    if len(os.fsencode(inside)) <= LONGEST_FOLDER:
        inside.mkdir(mode=0o700, exist_ok=True)
        return inside
    pointer = folder / "run-folder"
    known = Path(pointer.read_text()) if pointer.exists() else None
    if known is not None and _is_private(known):
        return known
    made = Path(tempfile.mkdtemp(prefix="thichinh-", dir="/tmp"))
    pointer.write_text(str(made))
    return made


def _is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    private = stat.S_IMODE(found.st_mode) == 0o700 and found.st_uid == os.geteuid()
    return stat.S_ISDIR(found.st_mode) and private


def secret_key(town: Town) -> str:
    """The signing key, generated on first use and readable by this account alone."""
    try:
        return town.secret_key.read_text().strip()
    except FileNotFoundError:
        descriptor, name = tempfile.mkstemp(dir=town.data, prefix=".secret-")  # 0600 from birth
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, town.secret_key)  # fails when another process was first
        except FileExistsError:
            pass
        finally:
            os.unlink(name)
        return town.secret_key.read_text().strip()
    except OSError as error:
        raise explained(error, town.data) from error
