"""The web server process: granian serving `launcher.front`."""

from __future__ import annotations

from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server import Server

from thichinh.config import environment


def main() -> None:
    """Serve until SIGTERM. Address, port and sizes come from the environment."""
    given = environment.read()
    log: dict[str, Any] = {"log_enabled": True, "log_access": False}
    Server(
        "thichinh.launcher.front:application",
        address=given.address,
        port=given.port,
        interface=Interfaces.RSGI,
        workers=given.web_processes,
        http=HTTPModes.http1,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
        **log,
    ).serve()


if __name__ == "__main__":
    main()
