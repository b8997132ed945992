"""The archive that `backup` writes and `restore` reads: a plain tar that proves itself.

Its last member, `manifest.json`, names every other one with its size and SHA-256, the program's
migrations and what was found missing; `tar -xf` and `pg_restore` read all of it without this program.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from thichinh.launcher import management
from thichinh.launcher.parsing import Formatter
from thichinh.launcher.terminal import Trouble, show
from thichinh.launcher.town import free_bytes

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database.dump"
CHUNK = 1024 * 1024
KEPT = ("secret-key", "example-accounts")
"""Files of the data folder that belong to the town."""


@dataclass
class Writer:
    """An archive being written: every member is hashed as it goes in."""

    tar: tarfile.TarFile
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, name: str, content: IO[bytes], size: int) -> str:
        """Add a member and return its SHA-256."""
        reader = _Hashed(content)
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self.tar.addfile(member, reader)
        self.entries[name] = {"sha256": reader.digest.hexdigest(), "size": size}
        return reader.digest.hexdigest()

    def add_file(self, name: str, path: Path) -> str:
        """Add a file of the disk."""
        with path.open("rb") as content:
            return self.add(name, content, path.stat().st_size)


class _Hashed:
    """A content that is hashed while it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.content.read(size)
        self.digest.update(piece)
        return piece


def unpack(source: Path, staging: Path) -> dict[str, Any]:
    """Every member into the staging folder, compared with the manifest. Raises Trouble."""
    found: dict[str, dict[str, Any]] = {}
    try:
        with tarfile.open(source, mode="r|") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None or member.issparse() or not _is_ours(member.name):
                    raise _not_whole(f"{member.name}: not a part of a backup")
                if member.name in found or member.size > free_bytes(staging):
                    raise _not_whole(f"{member.name}: twice, or larger than the disk")
                found[member.name] = _keep(content, staging / member.name)
        manifest: dict[str, Any] = json.loads((staging / MANIFEST).read_text())
    except (tarfile.TarError, EOFError, ValueError, FileNotFoundError) as error:
        raise _not_whole(str(error)) from error
    del found[MANIFEST]
    _check_shape(manifest)
    wrong = [name for name, entry in manifest["entries"].items() if found.get(name) != entry]
    wrong += sorted(found.keys() - manifest["entries"].keys())
    if wrong:
        raise _not_whole(", ".join(wrong[:5]))
    return manifest


def _check_shape(manifest: Any) -> None:
    """Raise Trouble for a manifest that is none of ours, whatever it is."""
    lists = {"migrations": list, "problems": list, "entries": dict}
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _not_whole("format")
    for name, kind in lists.items():
        if not isinstance(manifest.get(name), kind):
            raise _not_whole(name)


def _is_ours(name: str) -> bool:
    parts = Path(name).parts
    known = name in (MANIFEST, DATABASE, *KEPT) or (
        len(parts) > 1 and parts[0] in ("files", "definitions")
    )
    return known and not Path(name).is_absolute() and ".." not in parts


def _keep(content: IO[bytes], target: Path) -> dict[str, Any]:
    target.parent.mkdir(parents=True, exist_ok=True)
    reader, size = _Hashed(content), 0
    with target.open("xb") as out:
        target.chmod(0o600)
        while piece := reader.read(CHUNK):
            size += len(piece)
            out.write(piece)
    return {"sha256": reader.digest.hexdigest(), "size": size}


def _not_whole(what: str) -> Trouble:
    return Trouble(
        f"Bản sao lưu không nguyên vẹn hoặc không phải của Thị Chính ({what}). Chưa phục hồi gì; hãy "
        "dùng bản sao lưu khác.",
        f"The backup is not whole, or not one of ours ({what}). Nothing was restored; use another.",
    )


def parser_of(verb: str, description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"thichinh {verb}", description=description, formatter_class=Formatter
    )
    parser.add_argument("file", metavar="TỆP", help="tệp sao lưu (.tar) (the archive)")
    parser.add_argument(
        "--format", choices=["text", "json"], default="text", help="cách in (how to print)"
    )
    return parser


@contextmanager
def answered(as_json: bool) -> Iterator[dict[str, Any]]:
    """Print what was found as JSON or as sentences; a trouble is JSON too where JSON was asked."""
    answer: dict[str, Any] = {}
    try:
        with management.plain_troubles():
            yield answer
    except Trouble as trouble:
        if not as_json:
            raise
        told = trouble.vietnamese
        answer.update(status="refused", message=told, error=told, problems=[])
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for name, value in answer.items():
            show(f"  {name}: {json.dumps(value, ensure_ascii=False)}")
