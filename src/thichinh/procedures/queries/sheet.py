"""Everything a reader is told about one procedure, in words: for the page, the print and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from thichinh.accounts.queries.units import one_tree, unit_tree
from thichinh.accounts.rules import UnitNode, UnitTree, desk_name, organ_name
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Missing
from thichinh.foundation.models import DefinitionVersion
from thichinh.procedures.models import FieldDefinition, ProcedureDefinition
from thichinh.procedures.queries.performing import as_performed
from thichinh.procedures.queries.versions import definition_for, fields, versions_of
from thichinh.procedures.rules import fee_phrase, term_phrase


@dataclass(frozen=True)
class StepLine:
    """One step: what is done, by whom, in what time."""

    name: str
    who: str
    term: str


@dataclass(frozen=True)
class VersionLine:
    """One version in the list of versions."""

    version: int
    effective_from: date
    effective_to: date | None
    is_shown: bool


@dataclass(frozen=True)
class ProcedureSheet:
    """A version of a procedure as the notice board shows it."""

    definition: ProcedureDefinition
    title: str
    other_title: str
    field_name: str
    authority: str
    received_at: str
    term: str
    fee: str
    result_kind: str
    channels: tuple[tuple[str, str], ...]
    audience: tuple[str, ...]
    steps: tuple[StepLine, ...]
    versions: tuple[VersionLine, ...]
    in_force: bool
    english: bool

    @property
    def can_file(self) -> bool:
        """Whether the button to file online belongs on the page."""
        return self.in_force and self.definition.online


def sheet(code: str, version: int | None = None) -> ProcedureSheet:
    """The version in force today, or a named one. Raises Missing."""
    with one_tree():
        return _sheet(code, version)


def _sheet(code: str, version: int | None) -> ProcedureSheet:
    rows = versions_of(code)
    shown = _shown(code, rows, version)
    definition, day = _performed(shown)
    english = (get_language() or "vi").startswith("en")
    title, other = _titles(definition, english)
    authority, received_at = _authority(definition, day), _received_at(definition, day)
    return ProcedureSheet(
        definition=definition,
        title=title,
        other_title=other,
        field_name=_field_name(definition.field, english),
        authority=authority,
        received_at=received_at,
        term=term_phrase(definition.term),
        fee=fee_phrase(definition.fee),
        result_kind=_result_kinds()[definition.result.kind],
        channels=tuple((name, _channels()[name]) for name in definition.channels),
        audience=tuple(_audiences()[name] for name in definition.audience),
        steps=_steps(definition, received_at, authority),
        versions=tuple(_version_line(row, shown) for row in rows),
        in_force=definition.level is not None and _is_in_force(shown, rows),
        english=english,
    )


def _shown(code: str, rows: list[DefinitionVersion], version: int | None) -> DefinitionVersion:
    if version is None:
        wanted = definition_for(code).version_id
        return next(row for row in rows if row.pk == wanted)
    for row in rows:
        if row.version == version:
            return row
    raise Missing(_("Thủ tục này không có phiên bản bạn hỏi. Hãy xem phiên bản đang có hiệu lực."))


def _is_in_force(shown: DefinitionVersion, rows: list[DefinitionVersion]) -> bool:
    begun = [row for row in rows if row.effective_from <= today()]
    ended = shown.effective_to is not None and shown.effective_to < today()
    return bool(begun) and begun[0].pk == shown.pk and not ended


def _version_line(row: DefinitionVersion, shown: DefinitionVersion) -> VersionLine:
    return VersionLine(row.version, row.effective_from, row.effective_to, row.pk == shown.pk)


def _titles(definition: ProcedureDefinition, english: bool) -> tuple[str, str]:
    if english and definition.name_en:
        return definition.name_en, definition.name
    return definition.name, definition.name_en if english else ""


def _field_name(code: str, english: bool) -> str:
    known: dict[str, FieldDefinition] = {item.code: item for item in fields()}
    item = known.get(code)
    if item is None:
        return code
    return (item.name_en if english else "") or item.name


def _performed(row: DefinitionVersion) -> tuple[ProcedureDefinition, date]:
    """A version as it is performed today, or on the last or first day it was in force."""
    day = max(row.effective_from, today())
    if row.effective_to is not None:
        day = min(day, row.effective_to)
    return as_performed(ProcedureDefinition.model_validate(row.content), day), day


def _authority(definition: ProcedureDefinition, on: date) -> str:
    tree = unit_tree()
    if (named := tree.by_code.get(definition.authority)) is not None:
        return organ_name(named)
    committees = _committees(tree, definition.decides or definition.level or "", on)
    if len(committees) == 1:
        office = tree.office_for(committees[0], definition.authority, on)
        return organ_name(office or committees[0])
    if definition.level == "commune":
        return _("Ủy ban nhân dân xã, phường nơi nộp")
    return _("Ủy ban nhân dân nơi nộp")


def _received_at(definition: ProcedureDefinition, on: date) -> str:
    tree = unit_tree()
    desks = [node for node in tree.valid(on) if tree.receives(node.id, on) == definition.level]
    if len(desks) == 1:
        return desk_name(desks[0])
    return _("Nơi tiếp nhận hồ sơ của xã, phường nơi cư trú")


def _committees(tree: UnitTree, level: str, on: date) -> list[UnitNode]:
    return [n for n in tree.valid(on) if n.place == "committee" and n.level == level]


def _steps(
    definition: ProcedureDefinition, received_at: str, authority: str
) -> tuple[StepLine, ...]:
    who = {
        "desk": received_at,
        "competent": authority,
        "leader": _("Lãnh đạo ký"),
    }
    return tuple(
        StepLine(step.name, who[step.unit], term_phrase(step.term)) for step in definition.steps
    )


def _channels() -> dict[str, str]:
    return {
        "direct": _("Nộp tại quầy"),
        "online": _("Nộp trực tuyến"),
        "postal": _("Gửi qua bưu chính công ích"),
    }


def _audiences() -> dict[str, str]:
    return {
        "citizen": _("Cá nhân"),
        "business": _("Doanh nghiệp"),
        "household": _("Hộ kinh doanh, hộ gia đình"),
        "organisation": _("Cơ quan, tổ chức"),
    }


def _result_kinds() -> dict[str, str]:
    return {
        "certificate": _("Giấy chứng nhận"),
        "copy": _("Bản sao"),
        "decision": _("Quyết định"),
        "confirmation": _("Xác nhận"),
        "permit": _("Giấy phép"),
        "notice": _("Văn bản trả lời"),
        "benefit": _("Chế độ được hưởng"),
    }
