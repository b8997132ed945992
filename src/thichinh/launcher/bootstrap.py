"""Make the Python environment on first use, keep it in step with the lock files, hand over to it.

Standard library only, run by whatever Python the machine has (3.11 or newer).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from thichinh.launcher.terminal import (
    Trouble,
    complain,
    failure_as_json,
    prepare_streams,
    show,
    step,
    wants_json,
)

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "thichinh-environment.json"
PROGRAM = VENV / "bin" / "thichinh"
_PROGRAM_TEXT = f'#!/bin/sh\nexec "{PYTHON}" -m thichinh.launcher.cli "$@"\n'
DEVELOPER_VERBS = {"test", "check", "bench", "pictures", "size", "lock"}


def main() -> None:
    """Entry of the `thichinh` script: never returns, it becomes the program inside `.venv`."""
    prepare_streams()
    os.environ.pop("PYTHONPATH", None)
    try:
        ensure_environment(_lock_file(sys.argv[1:]))
    except Trouble as trouble:
        if wants_json(sys.argv[1:]):
            print(failure_as_json(trouble), flush=True)
        sys.exit(complain(trouble))
    except KeyboardInterrupt:
        sys.exit(130)
    os.execv(PYTHON, [str(PYTHON), "-m", "thichinh.launcher.cli", *sys.argv[1:]])


def _lock_file(arguments: list[str]) -> str:
    verb = arguments[0] if arguments else "help"
    return "requirements-dev.txt" if verb in DEVELOPER_VERBS else "requirements.txt"


def ensure_environment(lock_name: str) -> None:
    """Nothing to do when the stamp matches; otherwise build or update, one process at a time."""
    if _in_step(lock_name):
        if not _is_linked():
            _link_program()
        return
    with _only_one():
        if _in_step(lock_name):
            return
        if not _usable():
            _make_venv()
        _install(lock_name)
        _link_program()
        _write_stamp(lock_name)


def _is_linked() -> bool:
    """An environment made by an older version starts the program as that version named it."""
    return PROGRAM.exists() and PROGRAM.read_text() == _PROGRAM_TEXT


def _in_step(lock_name: str) -> bool:
    stamp = _read_stamp()
    return (
        os.access(PYTHON, os.X_OK)
        and stamp.get("root") == str(ROOT)
        and stamp.get(lock_name) == _digest(ROOT / lock_name)
    )


def _read_stamp() -> dict[str, str]:
    try:
        content: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return content


def _write_stamp(lock_name: str) -> None:
    """A developer's lock contains the runtime lock, so it vouches for both."""
    names = {lock_name, "requirements.txt"}
    content = {"root": str(ROOT)} | {name: _digest(ROOT / name) for name in sorted(names)}
    other = "requirements-dev.txt"
    if other not in names and _read_stamp().get(other) == _digest(ROOT / other):
        content[other] = _digest(ROOT / other)
    STAMP.write_text(json.dumps(content))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def _only_one() -> Iterator[None]:
    """Two first runs at once: the second waits for the first. The lock dies with its process."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            show(
                "… Một lần chạy khác đang chuẩn bị môi trường; đang chờ. (Another run is setting up.)"
            )
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _usable() -> bool:
    if not os.access(PYTHON, os.X_OK):
        return False
    probe = [str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _make_venv() -> None:
    if not os.access(ROOT, os.W_OK):
        raise Trouble(
            f"Không ghi được vào thư mục {ROOT}. Hãy cấp quyền ghi hoặc sao chép mã nguồn sang nơi khác.",
            f"The folder {ROOT} cannot be written. Give yourself write access or clone elsewhere.",
        )
    _ensure_ensurepip()
    with step("Tạo môi trường Python (.venv)"):
        shutil.rmtree(VENV, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(VENV)])


def _ensure_ensurepip() -> None:
    if subprocess.run([sys.executable, "-c", _VENV_PROBE], check=False).returncode == 0:
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    command = f"apt-get update && apt-get install -y {package}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Trouble(
            f"Python trên máy này thiếu phần tạo môi trường (venv). Hãy gõ: sudo sh -c '{command}'",
            f"This Python lacks its venv module. Type: sudo sh -c '{command}'",
        )
    with step(f"Cài gói {package}"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        _run(["sh", "-c", command], environment)


_VENV_PROBE = "import importlib.util as u, sys; sys.exit(not (u.find_spec('ensurepip') and u.find_spec('venv')))"


def _install(lock_name: str) -> None:
    lock = str(ROOT / lock_name)
    with step("Cài các thư viện đã khóa phiên bản"):
        if not _install_with_uv(lock):
            _run(_pip("install", "--require-hashes", "-r", lock))


def _install_with_uv(lock: str) -> bool:
    """Uv is quick; a machine whose index is set up for pip alone falls back to pip."""
    bootstrap = _pip("install", "--require-hashes", "-r", str(ROOT / "requirements-uv.txt"))
    if not _succeeds(bootstrap):
        return False
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy"}
    environment.pop("VIRTUAL_ENV", None)
    command = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    return _succeeds([*command, "--require-hashes", "-r", lock], environment)


def _pip(*arguments: str) -> list[str]:
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    return [str(PYTHON), "-m", "pip", arguments[0], *quiet, *arguments[1:]]


def _succeeds(command: list[str], environment: dict[str, str] | None = None) -> bool:
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    return done.returncode == 0


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise _explained(command, done.stdout + done.stderr)


def _explained(command: list[str], output: str) -> Trouble:
    tail = "\n    ".join(output.strip().splitlines()[-6:])
    if "No space left" in output or "Disk quota" in output:
        return Trouble(
            f"Đĩa đã đầy nên chưa cài được. Hãy giải phóng chỗ trống tại {ROOT} rồi chạy lại.",
            f"The disk is full. Free some space under {ROOT} and run this again.",
        )
    if any(word in output for word in ("NewConnectionError", "ConnectTimeout", "Name or service")):
        return Trouble(
            "Chưa tải được thư viện: máy không nối được tới kho gói Python. Hãy kiểm tra mạng rồi chạy lại.",
            f"The package index cannot be reached; check the network and run this again.\n    {tail}",
        )
    return Trouble(
        f"Lệnh cài đặt không chạy được: {' '.join(command[:4])} …",
        f"A set-up command failed; its last words:\n    {tail}",
    )


def _link_program() -> None:
    """Make the package importable and lay the program `thichinh` beside Python, without a build."""
    (packages,) = (VENV / "lib").glob("python3.*/site-packages")
    (packages / "thichinh-source.pth").write_text(f"{ROOT / 'src'}\n")
    PROGRAM.write_text(_PROGRAM_TEXT)
    PROGRAM.chmod(0o755)


if __name__ == "__main__":
    main()
