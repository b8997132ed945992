"""Publishing definitions from YAML files, and checking them by publishing and rolling back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from pydantic import ValidationError

from thichinh.foundation.clock import today
from thichinh.foundation.definitions.kinds import CONSISTENCIES, DefinitionModel, Kind, kinds
from thichinh.foundation.definitions.layers import MANIFEST, Layer, layers_of
from thichinh.foundation.definitions.reading import forget_cache
from thichinh.foundation.errors import DomainError, Refused
from thichinh.foundation.faults import fault_sentence
from thichinh.foundation.models import DefinitionVersion
from thichinh.foundation.yaml_files import read_yaml


@dataclass(frozen=True, slots=True)
class Problem:
    """One file that cannot be published, and why."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@dataclass(slots=True)
class LoadReport:
    """What a load did: published versions, versions already there, problems.

    `warnings` are contradictions that stood in what was published before, such as an indicator whose
    app is not installed any more: nobody can mend them by these files, so they stop none.
    """

    published: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


class _RollBack(Exception):
    pass


def load(root: Path) -> LoadReport:
    """Publish every new version of a folder and of the layers above it, all or nothing.

    Raises Refused on any problem.
    """
    with transaction.atomic():
        report = _load(root)
        if report.problems:
            raise Refused("\n".join(str(problem) for problem in report.problems))
    return report


def check(root: Path) -> LoadReport:
    """Publish everything, report every problem, and leave the database as it was."""
    report = LoadReport()
    try:
        with transaction.atomic():
            report = _load(root)
            raise _RollBack
    except _RollBack:
        forget_cache()
    return report


def publish(kind: Kind[Any], content: DefinitionModel, report: LoadReport) -> None:
    """Publish one version. The same content again is nothing; other content is refused.

    One publication at a time until it is committed: readers take the highest id for the state of
    things (`load_stamp`), and would miss a lower one that is committed later.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('definitions.publish'))")
    body = content.model_dump(mode="json")
    checksum = hashlib.sha256(
        json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
    known = DefinitionVersion.objects.filter(
        kind=kind.name, code=content.code, version=content.version
    ).first()
    if known is not None:
        if known.checksum != checksum and not _agrees(kind, content, known):
            raise Refused(
                f"{kind.name} “{content.code}” phiên bản {content.version} đã công bố, không sửa "
                f"được. Hãy viết phiên bản {content.version + 1} với ngày hiệu lực mới."
            )
        report.unchanged += 1
        return
    row = DefinitionVersion.objects.create(
        kind=kind.name,
        code=content.code,
        version=content.version,
        effective_from=content.effective_from,
        effective_to=content.effective_to,
        content=body,
        checksum=checksum,
    )
    forget_cache()
    if kind.project is not None:
        kind.project(row, content)
    report.published.append(f"{kind.name}:{content.code} v{content.version}")


def _agrees(kind: Kind[Any], content: DefinitionModel, known: DefinitionVersion) -> bool:
    """Whether a file says what was published, read with the keys that this release knows."""
    published = kind.model.model_validate(known.content)
    ignored = set(content.said_elsewhere | (content.default_changed - content.model_fields_set))
    return bool(content.model_dump(exclude=ignored) == published.model_dump(exclude=ignored))


def _load(root: Path) -> LoadReport:
    report = LoadReport()
    known = set(_contradictions(binding=True))
    layers = layers_of(root)
    for kind in kinds():
        above: set[str] = set()
        for layer in layers:
            codes: set[str] = set()
            for folder in layer.folders:
                for path in sorted((folder / kind.folder).rglob("*.yaml")):
                    name = str(path.relative_to(folder))
                    codes |= _load_file(kind, path, name, layer, above, report)
            above |= codes
    report.warnings += _unread(layers)
    if not report.problems:
        found = list(_contradictions(binding=True))
        report.problems += [problem for problem in found if problem not in known]
        report.warnings += [problem for problem in found if problem in known]
        report.warnings += _contradictions(binding=False)
    return report


def _unread(layers: Iterable[Layer]) -> Iterator[Problem]:
    """Files below the folders of definitions that no kind reads: a folder or a name is misspelt."""
    known = [kind.folder for kind in kinds()]
    for folder in dict.fromkeys(folder for layer in layers for folder in layer.folders):
        for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
            name = path.relative_to(folder)
            place = str(name.parent)
            if name == Path(MANIFEST):
                continue
            if not any(place == kind or place.startswith(f"{kind}/") for kind in known):
                near = get_close_matches(name.parts[0] if place != "." else "", known, n=1)
                hint = f" Có phải “{near[0]}” không?" if near else ""
                yield Problem(
                    str(name),
                    f"không loại định nghĩa nào đọc thư mục “{place}”.{hint} Chưa đọc tệp.",
                )
            elif path.suffix == ".yml":
                yield Problem(str(name), "tên tệp phải kết thúc bằng .yaml. Chưa đọc tệp.")


def _contradictions(*, binding: bool) -> Iterator[Problem]:
    """What the definitions in force today, or from a later day on, say against one another."""
    forget_cache()
    later = DefinitionVersion.objects.filter(effective_from__gt=today())
    days = [today(), *later.values_list("effective_from", flat=True).distinct()]
    for consistency in CONSISTENCIES:
        if consistency.binds is not binding:
            continue
        sentences = dict.fromkeys(s for day in sorted(days) for s in consistency.problems(day))
        yield from (Problem(consistency.name, sentence) for sentence in sentences)


def _load_file(
    kind: Kind[Any], path: Path, name: str, layer: Layer, above: set[str], report: LoadReport
) -> set[str]:
    """Publish the documents of a file; the codes it speaks of."""
    codes: set[str] = set()
    try:
        parsed = read_yaml(path)
    except Refused as error:
        report.problems.append(Problem(name, f"không đọc được YAML: {error.message}"))
        return codes
    if not any(parsed):
        report.warnings.append(Problem(name, "tệp trống, không có định nghĩa nào."))
    for document in parsed:
        if document is None:
            continue
        try:
            content = kind.model.model_validate(document)
            codes.add(content.code)
            if content.code in above and (
                wrong := layer.refusal(content.version, content.made_from)
            ):
                raise Refused(f"{kind.name} “{content.code}”: {wrong}")
            with transaction.atomic():
                publish(kind, content, report)
        except ValidationError as error:
            report.problems += [Problem(name, _sentence(item)) for item in error.errors()]
        except DomainError as error:
            report.problems.append(Problem(name, error.message))
    return codes


def _sentence(item: Any) -> str:
    where = ".".join(str(part) for part in item["loc"]) or "(cả tài liệu)"
    if item["type"] == "value_error":
        return f"{where}: {item['ctx']['error']}"
    given = item["input"]
    written = f" Tệp ghi “{str(given)[:60]}”." if isinstance(given, str | int | float) else ""
    return f"{where}: {fault_sentence(item)}{written}"
