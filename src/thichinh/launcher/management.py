"""Django management commands as verbs of the front door."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import django
import psycopg
from django.apps import apps
from django.core.management import BaseCommand, CommandError, get_commands, load_command_class
from django.core.management.base import SystemCheckError
from django.db import Error, OperationalError, ProgrammingError, connections
from psycopg.errors import DiskFull, UndefinedColumn, UndefinedTable

from thichinh.foundation.yaml_files import file_fault
from thichinh.launcher import assets
from thichinh.launcher.parsing import show_only_ours
from thichinh.launcher.terminal import Trouble
from thichinh.launcher.town import data_folder, free_bytes
from thichinh.launcher.verbs import Verb

OWN_PACE = {"procrastinate"}
"""The worker waits for a database that is away; each of its jobs asks the clock for itself."""
LOG_PIECE = 16 * 1024 * 1024
"""Bytes of a segment of PostgreSQL's write-ahead log."""
WITHOUT_SCHEMA = {"migrate", "makemigrations", "check", "makemessages", "diffsettings"}


def set_up() -> None:
    """Load Django once, with its catalogues compiled: without the English of the verbs it refuses.

    Raises WrongApp for an app that cannot be installed as it stands.
    """
    if not apps.ready:
        assets.compile_catalogues()
        django.setup()


def require(title: str, name: str) -> None:
    """Refuse a command that no app provides."""
    set_up()
    if name not in get_commands():
        raise Trouble(f"Chưa có việc '{title}' trong bản cài đặt này.", f"'{title}' is not here.")


@dataclass(frozen=True)
class Call:
    """A management command with its arguments understood: nothing has been asked or started yet."""

    name: str
    command: BaseCommand
    options: dict[str, Any]


def understand(title: str, name: str, arguments: list[str], about: Verb | None = None) -> Call:
    """What a command line wants. Help ends the program with 0, wrong words with 2.

    `about` is the verb of the front door that the command answers, None for Django's own name.
    Settings are read by now, so DATABASE_URL has to be right.
    """
    require(title, name)
    command = _command(name)
    setattr(command, "_called_from_command_line", True)  # noqa: B010  # then wrong words end with status 2
    parser = command.create_parser("thichinh", title.removeprefix("thichinh "))
    if about is not None:
        ours = type(command).__module__.startswith("thichinh.")
        show_only_ours(parser, ours=ours)
        parser.description = parser.description if ours else about.sentence
        parser.epilog = parser.epilog or about.examples_text
    return Call(name, command, vars(parser.parse_args(arguments)))


def run(call: Call) -> int:
    """Run one command. What it cannot do is a DomainError, or Trouble with its exit status."""
    try:
        with plain_troubles():
            return execute(call)
    except SystemCheckError as error:
        raise Trouble(str(error)) from error
    except CommandError as error:
        raise Trouble(str(error), status=error.returncode) from error
    finally:
        connections.close_all()


@contextmanager
def plain_troubles() -> Iterator[None]:
    """What a database that is full, away or empty does to an act, as Trouble with the next step."""
    try:
        yield
    except (psycopg.Error, Error, OSError) as error:
        trouble = _trouble(error)
        if trouble is None:
            raise
        raise trouble from error


def _trouble(error: BaseException) -> Trouble | None:
    cause = error.__cause__ if isinstance(error, Error) else error
    away = isinstance(error, OperationalError | psycopg.OperationalError)
    if (
        isinstance(cause, DiskFull)
        or (isinstance(cause, OSError) and cause.errno == errno.ENOSPC)
        or (away and _no_room_for_the_log())
    ):
        return Trouble(
            "Đĩa đã đầy; việc đang làm dở đã được huỷ. Hãy dọn bớt hoặc thêm đĩa rồi chạy lại.",
            "The disk is full; what was under way is undone. Make room and run it again.",
        )
    if isinstance(cause, UndefinedTable | UndefinedColumn):
        return Trouble(
            "Cơ sở dữ liệu chưa có cấu trúc của bản này. Hãy chạy: ./thichinh migrate, rồi "
            "./thichinh definitions load.",
            "The database lacks this version's tables: migrate, then load the definitions.",
        )
    if away:
        reason = str(error).strip().splitlines()[0]
        return Trouble(
            "Cơ sở dữ liệu không trả lời. Hãy chạy ./thichinh doctor.",
            f"The database does not answer: {reason}",
        )
    if isinstance(cause, OSError) and cause.errno == errno.EIO:
        return Trouble(
            "Đĩa báo lỗi khi đọc hoặc ghi. Hãy thử với bản sao của tệp ở đĩa khác.",
            "The disk reports an error. Try a copy of the file on another disk.",
        )
    if isinstance(cause, OSError) and cause.filename is not None:
        return Trouble(
            f"Không dùng được {cause.filename}: {file_fault(cause)} Hãy kiểm tra đường dẫn và quyền, "
            "rồi chạy lại.",
            f"{cause.filename} cannot be used ({cause.strerror}). Check its path and permissions.",
        )
    return None


def execute(call: Call) -> int:
    """Run one command; what goes wrong in it is the caller's."""
    options = dict(call.options)
    positional = options.pop("args", ())
    if call.name not in WITHOUT_SCHEMA | OWN_PACE:
        _keep_pace()
    call.command.execute(*positional, **options)
    if call.name == "migrate":
        from thichinh.launcher.prepare import grant_roles  # it wants Django ready

        grant_roles()
    return 0


def _no_room_for_the_log() -> bool:
    """Whether the embedded server cannot write its next piece of log: then it gives up, saying less."""
    return data_folder().exists() and free_bytes(data_folder()) < LOG_PIECE


def _keep_pace() -> None:
    """Every command lives in the town's time, as every page and job does."""
    from thichinh.foundation import clock  # only now is Django there

    try:
        clock.keep_pace()
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable):
            raise  # before `migrate` there is no town yet; Django's own commands do without


def _command(name: str) -> BaseCommand:
    app = get_commands()[name]
    return app if isinstance(app, BaseCommand) else load_command_class(app, name)
