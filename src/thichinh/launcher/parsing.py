"""argparse as the front door speaks: Vietnamese first, and only what a verb itself takes."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser

WORDS = {
    "usage: ": "cách dùng (usage): ",
    "positional arguments": "tham số (arguments)",
    "options": "tuỳ chọn (options)",
    "show this help message and exit": "in trang này rồi thôi (show this page)",
    "%(prog)s: error: %(message)s\n": "✗ %(message)s\nXem cách dùng (help): ./%(prog)s --help\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "the following arguments are required: %s": "còn thiếu (missing): %s",
    "one of the arguments %s is required": "cần một trong (one of these is needed): %s",
    "unrecognized arguments: %s": "không có tham số (unknown arguments): %s",
    "not allowed with argument %s": "không đi cùng (does not go with) %s",
    "expected one argument": "cần đúng một giá trị sau nó (one value is needed)",
    "expected at most one argument": "chỉ được một giá trị sau nó (at most one value)",
    "expected at least one argument": "cần ít nhất một giá trị sau nó (at least one value)",
    "expected %s argument": "cần %s giá trị sau nó (values needed)",
    "invalid choice: %(value)r (choose from %(choices)s)": (
        "không có lựa chọn %(value)r; hãy chọn (choose from) %(choices)s"
    ),
    "invalid %(type)s value: %(value)r": "không dùng được giá trị (wrong value) %(value)r",
    "ambiguous option: %(option)s could match %(matches)s": (
        "%(option)s có thể là (could be) %(matches)s"
    ),
    "ignored explicit argument %r": "không nhận giá trị (takes no value) %r",
}
"""What argparse asks gettext for, as we say it."""
DJANGO_OWN = frozenset({
    "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color",
    "skip_checks",
})  # fmt: skip
"""Options that every management command has and no official needs."""


class Formatter(argparse.HelpFormatter):
    """Wraps a paragraph, leaves what was laid out in lines as it is."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)


def speak_vietnamese() -> None:
    """From now on argparse's own words are ours. It has no other place to say so than gettext's."""
    setattr(argparse, "_", lambda text: WORDS.get(text, text))  # noqa: B010
    setattr(argparse, "ngettext", lambda one, many, n: WORDS.get(one, one if n == 1 else many))  # noqa: B010


def show_only_ours(parser: ArgumentParser, *, ours: bool) -> None:
    """Hide what Django gives every command, and all options of a command that is Django's own."""
    parser.formatter_class = Formatter
    for action in parser._actions:
        if action.dest in DJANGO_OWN or not (ours or action.dest == "help"):
            action.help = argparse.SUPPRESS
