"""The words of the interface: found in Python and templates, kept in `locale/*/LC_MESSAGES`.

Vietnamese is written in the sources and is its own key; every other language is a catalogue. Babel
does the reading, so no gettext tools are needed; templates are first turned into Python calls by
Django itself.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from thichinh.config import environment, house

SOURCES = environment.ROOT / "src" / "thichinh"
SKIPPED = {"tests", "migrations"}
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
HEADER = """# Words of the interface. Keys are the Vietnamese of the sources; translations are written by hand.
# ./thichinh messages --write brings the keys in step with the sources.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural}\\n"

"""

Key = str | tuple[str, ...] | list[str]


@dataclass(frozen=True)
class State:
    """How a catalogue stands against the sources."""

    path: Path
    missing: list[Key]
    stale: list[Key]
    broken: list[Key]

    @property
    def complete(self) -> bool:
        return not (self.missing or self.stale or self.broken)

    def sentence(self) -> str:
        """One line for a person, with the first keys that need a hand."""
        app, language = self.path.parts[-5], self.path.parts[-3]
        first = [*self.missing, *self.stale, *self.broken][:5]
        if self.complete:
            return f"✓ {app} {language}"
        counts = f"{len(self.missing)} missing, {len(self.stale)} stale, {len(self.broken)} broken"
        return f"✗ {app} {language}: {counts}: {first}"


def found(root: Path = SOURCES) -> Catalog:
    """Every message of the sources below a folder with the files that use it.

    An app of others has the words of the house already: in the interface those of the house count.
    """
    catalogue = Catalog()
    ours = [] if root == SOURCES else [_read(path) for path in _catalogues(SOURCES)]
    for path in _files(root):
        for _line, key, _comments, context in _messages_of(path):
            first = key if isinstance(key, str) else key[0]
            if not any(_translated(known.get(first, context)) for known in ours):
                place = (str(path.relative_to(root)), 0)
                catalogue.add(key, None, [place], flags=_flags(key), context=context)
    return catalogue


def roots() -> list[Path]:
    """The sources of the house, and the packages of the apps of others that are installed."""
    given = environment.read()
    return [SOURCES, *house.folders_of(given.extra_apps, given.apps_folder)]


def states() -> list[State]:
    """Each language's catalogue against its sources: nothing is written."""
    return [_state(path, found(root)) for root in roots() for path in _catalogues(root)]


def write() -> list[Path]:
    """Bring the keys of every catalogue in step; words already translated stay, new ones are empty.

    The files written: those of the tree that `thichinh` was imported from, and of each app of
    others its own, made where there is none.
    """
    return [path for root in roots() for path in _write(root)]


def _write(root: Path) -> list[Path]:
    sources = found(root)
    for path in _catalogues(root):
        kept = _read(path)
        fresh = Catalog(locale=path.parts[-3])
        for message in sorted(_keyed(sources), key=lambda message: message.locations):
            old = kept.get(message.id, message.context)
            fresh.add(
                message.id,
                old.string if old else None,
                message.locations,
                message.flags,
                context=message.context,
            )
        out = io.BytesIO()
        write_po(out, fresh, width=100, include_lineno=False, omit_header=True)
        header = HEADER.format(language=path.parts[-3], plural=fresh.plural_forms)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(header.encode() + out.getvalue())
    return _catalogues(root)


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).parts
        if path.suffix in {".py", ".html", ".txt"} and not SKIPPED & set(inside):
            yield path


def _messages_of(path: Path) -> Iterable[tuple[int, Any, list[str], str | None]]:
    text = path.read_text()
    if path.suffix != ".py":
        # What is not a message has become X's and blanks: shifted left, it is a flat Python file.
        turned = templatize(text, origin=str(path))
        text = "\n".join(line.lstrip() for line in turned.splitlines())
    return extract("python", io.BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"})


def _flags(key: Key) -> set[str]:
    first = key if isinstance(key, str) else key[0]
    return {"python-format"} if "%(" in first else set()


def _catalogues(root: Path) -> list[Path]:
    """The catalogues of a tree; an app that has none yet begins with the English one."""
    there = sorted(root.glob("locale/*/LC_MESSAGES/django.po"))
    return there or [root / "locale" / "en" / "LC_MESSAGES" / "django.po"]


def _read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=path.parts[-3])
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def _keyed(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _state(path: Path, sources: Catalog) -> State:
    kept = _read(path)
    missing = [
        message.id
        for message in _keyed(sources)
        if not _translated(kept.get(message.id, message.context))
    ]
    stale = [m.id for m in _keyed(kept) if not sources.get(m.id, m.context)]
    return State(
        path, missing, stale, [m.id for m in _keyed(kept) if _translated(m) and _broken(m)]
    )


def _translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    words = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(words)


def _broken(message: Message) -> bool:
    """Whether the translation asks for other values than its key, or loses an edge blank."""
    keys = message.id if isinstance(message.id, tuple | list) else [message.id]
    words = message.string if isinstance(message.string, tuple | list) else [message.string]
    return any(_shape(word) != _shape(keys[-1]) for word in words)


def _shape(given: str | None) -> tuple[frozenset[str], bool, bool]:
    text = given or ""
    names = frozenset(part.split(")")[0] for part in text.split("%(")[1:])
    braces = frozenset(part.split("}")[0] for part in text.split("{")[1:])
    return names | braces, text[:1].isspace(), text[-1:].isspace()
