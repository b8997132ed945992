"""The rows other tables point to follow the published definitions."""

from __future__ import annotations

import re
from datetime import date

from django.db import transaction

from thichinh.accounts.models import Unit
from thichinh.foundation.clock import today
from thichinh.foundation.definitions import in_force, precedence
from thichinh.foundation.errors import Refused
from thichinh.foundation.models import DefinitionVersion
from thichinh.foundation.text import fold, sort_key
from thichinh.procedures.models import FIELD, PROCEDURE, ListedProcedure, Procedure
from thichinh.procedures.models import ProcedureDefinition as Definition


def project_procedure(row: DefinitionVersion, content: Definition) -> None:
    """Mirror a newly published version. Refused when its field or its authority is unknown."""
    _require_authority(content.authority)
    versions = DefinitionVersion.objects.filter(kind=PROCEDURE, code=content.code)
    _mirror(_in_force(list(versions), today()), _field_names())


@transaction.atomic
def refresh_procedures() -> int:
    """Point every row at the version in force today; returns how many rows changed.

    A version published ahead takes effect on its day by this, once a night.
    """
    versions: dict[str, list[DefinitionVersion]] = {}
    for version in DefinitionVersion.objects.filter(kind=PROCEDURE):
        versions.setdefault(version.code, []).append(version)
    shown = dict(Procedure.objects.values_list("code", "current_version_id"))
    names, changed = _field_names(), 0
    for code, known in versions.items():
        row = _in_force(known, today())
        if shown.get(code) != row.pk or _has_ended(row):
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


def _mirror(version: DefinitionVersion, fields: dict[str, tuple[str, str]]) -> Procedure:
    content = Definition.model_validate(version.content)
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
            "level": content.level,
            "service_level": content.service_level,
            "is_online": content.online,
            "is_active": version.effective_from <= today() and not _has_ended(version),
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


def _require_authority(code: str) -> None:
    """Where the tree of units is loaded, the deciding office must be in it."""
    if code == "commune" or not Unit.objects.exists():
        return
    if not Unit.objects.filter(code=code).exists():
        raise Refused(authority=f"Không có đơn vị nào mang mã “{code}”.")
