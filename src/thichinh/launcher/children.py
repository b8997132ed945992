"""Child processes that never outlive the process that started them."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(what: int = signal.SIGTERM) -> None:
    """Ask the kernel to send this process `what` when its parent is gone, even by kill -9."""
    _libc.prctl(PR_SET_PDEATHSIG, what, 0, 0, 0)


def _bound_to(parent: int, what: int) -> Callable[[], None]:
    def bind() -> None:
        die_with_parent(what)
        if os.getppid() != parent:  # the parent died between fork and here
            os._exit(1)

    return bind


def start(
    command: Sequence[str],
    *,
    log: Path | int,
    environment: Mapping[str, str] | None = None,
    user: tuple[int, int] | None = None,
    death: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child in its own process group, its output appended to `log`.

    `user` is (uid, gid) to drop to; `death` is the signal it gets when this process dies.
    """
    output = (
        os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        if isinstance(log, Path)
        else log
    )
    uid, gid = user or (None, None)
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environment) if environment is not None else None,
            process_group=0,
            user=uid,
            group=gid,
            extra_groups=[] if user else None,
            cwd="/",
            umask=0o077,
            preexec_fn=_bound_to(os.getpid(), death),
        )
    finally:
        if isinstance(log, Path):
            os.close(output)


def stop(child: subprocess.Popen[bytes], what: int = signal.SIGTERM, patience: float = 15) -> None:
    """Ask a child to end, then end its whole group."""
    if child.poll() is None:
        child.send_signal(what)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    sweep(child.pid)


def sweep(group: int) -> None:
    """Kill what is left of a dead child's process group, so that a restart finds its port free."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def server_on(data: Path) -> int | None:
    """The process id of the PostgreSQL server that works in this data directory, if one does."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        program = Path(os.readlink(f"/proc/{pid}/exe")).name
        folder = Path(os.readlink(f"/proc/{pid}/cwd"))
    except (OSError, ValueError):
        return None
    return pid if program.startswith("postgres") and folder == data.resolve() else None


def wait_for_end(pid: int, patience: float) -> bool:
    """True once the process (need not be a child) has ended; False when patience ran out first."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ready, _, _ = select.select([descriptor], [], [], patience)
        return bool(ready)
    finally:
        os.close(descriptor)
