"""`docs/reference/acts.md`: every verb of the house as it is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import groupby
from typing import Any

from django.utils.translation import override

from thichinh.foundation.acts.declaring import Field, Verb

_HEAD = """\
# What may be done, by whom, and what follows

Every verb as its app declares it; written by `./thichinh reference --write`, and a test compares.
The law itself is a pure function of the app (`rules/acts.py`) and stays the judge: the states here say
where a page offers the verb. Every act is one transaction: lock, authority, revision, law, rows,
audit, event (ADR 0028).
"""
_ABOUT = {
    "opens": "Begins its subject.",
    "logged": "Only an imported log tells of it.",
}


def page(verbs: Iterable[Verb[Any, Any]]) -> str:
    """The whole page, one part for each kind of subject."""
    with override("vi"):
        parts = [
            "\n".join(_part(subject, list(found)))
            for subject, found in groupby(verbs, key=lambda verb: verb.subject)
        ]
    return "\n".join([_HEAD, *parts])


def _part(subject: str, verbs: list[Verb[Any, Any]]) -> Iterator[str]:
    yield f"## {subject}\n"
    yield "| verb | from → to | who, and where | asks for | article |"
    yield "| --- | --- | --- | --- | --- |"
    for verb in verbs:
        cells = (f"`{verb.code}` {verb.done}", _states(verb), _who(verb), _form(verb), verb.article)
        yield _row(cells)
    yield "\n| verb | clock | books | opens the task | event | message | API |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for verb in verbs:
        yield _row(
            (
                f"`{verb.code}`",
                verb.clock,
                "; ".join(verb.book),
                _codes(verb.tasks),
                verb.event.__name__ if verb.event else "",
                _codes((verb.message,) if verb.message else ()),
                f"`…/{verb.code}`" if verb.api else "",
            )
        )
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell or "—" for cell in cells) + " |"


def _states(verb: Verb[Any, Any]) -> str:
    if verb.kind != "act":
        ends = f" → {_named(verb.to)}" if verb.to else ""
        return f"{_ABOUT[verb.kind]}{ends}"
    return f"{_named(verb.states)} → {_named(verb.to)}"


def _named(states: tuple[Any, ...]) -> str:
    return ", ".join(
        state.name.lower() if isinstance(state, Enum) else str(state) for state in states
    )


def _who(verb: Verb[Any, Any]) -> str:
    held = [
        f"`{one.permission}` at {one.at.words}" + (f" ({one.words})" if one.words else "")
        for one in verb.authority
    ]
    if verb.own:
        held.append("whose own affair it is")
    if verb.steps:
        held.append("who may do all of " + ", ".join(code for code, _said in verb.steps))
    return "; ".join(held)


def _form(verb: Verb[Any, Any]) -> str:
    return ", ".join(_asked(one) for one in verb.form.fields)


def _asked(one: Field) -> str:
    kind = one.kind.replace("yes_no", "yes or no").replace("_", " ")
    return f"`{one.code}` ({kind}{', required' if one.missing else ''})"


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)
