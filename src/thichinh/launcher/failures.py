"""What a failed verb prints on stdout for a program that asked for `--format json`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from thichinh.config import environment
from thichinh.config.house import WrongHouse
from thichinh.foundation.contributions import WrongApp
from thichinh.foundation.errors import DomainError, Refused
from thichinh.launcher.terminal import Trouble, failure_as_json


class _Noticed:
    """stdout that knows whether anything was written to it."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.is_used = stream, False

    def write(self, text: str) -> int:
        self.is_used = self.is_used or bool(text)
        return int(self.stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def failures_as_json() -> Iterator[None]:
    """A failure inside prints one object on stdout, unless the verb printed its own, and goes on."""
    stdout = sys.stdout
    noticed: Any = _Noticed(stdout)
    sys.stdout = noticed
    try:
        with _wrong_words_raised():
            yield
    except BaseException as error:
        told = _told(error)
        if told and not noticed.is_used:
            print(told)
        raise
    finally:
        sys.stdout = stdout


@contextmanager
def _wrong_words_raised() -> Iterator[None]:
    """argparse says what is wrong on stderr and ends the program; here it raises Trouble instead."""
    before = ArgumentParser.error

    def error(self: ArgumentParser, message: str) -> NoReturn:
        raise Trouble(f"{message}. Xem cách dùng (help): ./{self.prog} --help", status=2)

    setattr(ArgumentParser, "error", error)  # noqa: B010
    try:
        yield
    finally:
        setattr(ArgumentParser, "error", before)  # noqa: B010


def _told(error: BaseException) -> str:
    match error:
        case SystemExit():  # the verb ended by itself and has said what it found
            return ""
        case Trouble():
            return failure_as_json(error)
        case DomainError():
            fields = error.fields if isinstance(error, Refused) else {}
            return failure_as_json(Trouble(error.message), **({"fields": fields} if fields else {}))
        case environment.WrongSetting() | WrongApp():
            return failure_as_json(wrong_setting(error))
        case KeyboardInterrupt():
            return failure_as_json(Trouble("Đã dừng theo yêu cầu.", "Interrupted."))
    return failure_as_json(
        Trouble(
            f"Chương trình có lỗi ({type(error).__name__}). Hãy gửi những dòng trên stderr cho người "
            "làm phần mềm.",
            "A fault of the program. Send what stands on stderr to its makers.",
        )
    )


def wrong_setting(error: environment.WrongSetting | WrongApp) -> Trouble:
    """A variable of the environment, a list of apps or an app itself that cannot be used."""
    if isinstance(error, WrongHouse | WrongApp):
        return Trouble(error.vietnamese, error.english)
    return Trouble(f"Biến cài đặt sai: {error}", f"Wrong setting: {error}")
