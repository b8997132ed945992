"""The rows other tables point to follow the published definitions."""

from __future__ import annotations

import re
from datetime import date
from itertools import groupby

from django.db import transaction

from thichinh.foundation.clock import today
from thichinh.foundation.definitions import DefinitionModel, in_force, precedence
from thichinh.foundation.errors import Refused
from thichinh.foundation.forms import unknown_sources
from thichinh.foundation.models import DefinitionVersion
from thichinh.foundation.text import fold, sort_key
from thichinh.procedures.models import FIELD, PROCEDURE, ListedProcedure, Procedure
from thichinh.procedures.models import ProcedureDefinition as Definition
from thichinh.procedures.queries import as_performed, is_offered


def project_procedure(row: DefinitionVersion, content: Definition) -> None:
    """Mirror a newly published version. Refused when its field or a source of its form is
    unknown."""
    if problems := unknown_sources(content.questions):
        raise Refused(" ".join(problems))
    versions = DefinitionVersion.objects.filter(kind=PROCEDURE, code=content.code)
    _mirror(_in_force(list(versions), today()), _field_names())


def project_performers(row: DefinitionVersion, content: DefinitionModel) -> None:
    """A new division of competence, or choice of the authority, shows in every row at once."""
    versions = DefinitionVersion.objects.filter(kind=PROCEDURE).order_by("code")
    names = _field_names()
    for _code, known in groupby(versions, key=lambda version: version.code):
        _mirror(_in_force(list(known), today()), names)


@transaction.atomic
def refresh_procedures() -> int:
    """Point every row at the version in force today; returns how many rows changed.

    A version published ahead takes effect on its day by this, once a night.
    """
    versions: dict[str, list[DefinitionVersion]] = {}
    for version in DefinitionVersion.objects.filter(kind=PROCEDURE):
        versions.setdefault(version.code, []).append(version)
    rows = Procedure.objects.values_list("code", "current_version_id", "level", "is_active")
    shown = {code: facts for code, *facts in rows}
    names, changed = _field_names(), 0
    for code, known in versions.items():
        row = _in_force(known, today())
        content = as_performed(Definition.model_validate(row.content))
        if shown.get(code) != [row.pk, content.level or "", _is_offered(row, content)]:
            changed += 1
            _mirror(row, names)
    return changed


def _in_force(versions: list[DefinitionVersion], on: date) -> DefinitionVersion:
    """The version that counts; else the last that did; before the first has begun, that one."""
    begun = [version for version in versions if version.effective_from <= on]
    if begun:
        return in_force(versions, on) or max(begun, key=precedence)
    return min(versions, key=precedence)


def _has_ended(version: DefinitionVersion) -> bool:
    return version.effective_to is not None and version.effective_to < today()


def _is_offered(version: DefinitionVersion, content: Definition) -> bool:
    """In force today, performed by somebody, and offered by the authority."""
    in_time = version.effective_from <= today() and not _has_ended(version)
    return in_time and is_offered(content)


def _mirror(version: DefinitionVersion, fields: dict[str, tuple[str, str]]) -> Procedure:
    content = as_performed(Definition.model_validate(version.content))
    if content.field not in fields:
        raise Refused(field=f"Chưa có lĩnh vực “{content.field}” trong definitions/fields.")
    name, name_en = fields[content.field]
    row, _created = Procedure.objects.update_or_create(
        code=content.code,
        defaults={
            "national_code": content.national_code or "",
            "name": content.name,
            "name_en": content.name_en,
            "search_name": _search_text(content, name, name_en),
            "sort_name": sort_key(content.name),
            "field": content.field,
            "field_name": name,
            "level": content.level or "",
            "service_level": content.service_level,
            "is_online": content.online,
            "is_active": _is_offered(version, content),
            "current_version": version,
        },
    )
    _link_listed(row)
    return row


def _search_text(content: Definition, field: str, field_en: str) -> str:
    """Folded words, each after one space, so that ` tu` finds words that begin so."""
    called = " ".join(content.keywords)
    code = content.national_code or ""
    text = (content.name, content.name_en, called, field, field_en, code)
    return "".join(f" {word}" for word in re.findall(r"[\w.]+", fold(" ".join(text))))


def _field_names() -> dict[str, tuple[str, str]]:
    rows = DefinitionVersion.objects.filter(kind=FIELD).order_by("effective_from", "version")
    return {row.code: (row.content["name"], row.content["name_en"]) for row in rows}


def _link_listed(procedure: Procedure) -> None:
    """The portal's entry with our national code is ours, whichever of the two came first."""
    ListedProcedure.objects.filter(procedure=procedure).exclude(
        code=procedure.national_code
    ).update(procedure=None)
    if procedure.national_code:
        ListedProcedure.objects.filter(code=procedure.national_code).update(procedure=procedure)
