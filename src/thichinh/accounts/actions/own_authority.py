"""What the IT officer sets up for their own authority; each change is a new published version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from thichinh.accounts.models import Unit
from thichinh.accounts.models.definition import (
    AuthorityDefinition,
    DefinedUnit,
    Letterhead,
    UnitTreeDefinition,
)
from thichinh.accounts.queries import own_authority, unit
from thichinh.accounts.queries.first_day import OWN_HOURS
from thichinh.accounts.rules import Actor
from thichinh.foundation import audit
from thichinh.foundation.calendar import CALENDAR, CalendarDefinition
from thichinh.foundation.clock import today
from thichinh.foundation.definitions import LoadReport, publish
from thichinh.foundation.definitions.kinds import kind_named
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import DefinitionVersion
from thichinh.foundation.text import fold, one_line

HIGHEST_LAYER = 9


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit as the IT officer writes it; `first_day` is when what is written begins."""

    name: str
    kind: str
    parent: str
    first_day: date
    duties: Sequence[str] = ()


@transaction.atomic
def add_unit(actor: Actor, facts: UnitFacts) -> str:
    """Add a unit below another from a day on; its code. Raises Refused per field."""
    name = one_line(facts.name)
    if not name:
        raise Refused(name=_("Chưa ghi tên."))
    code = _free_code(facts.parent, name)
    node = {
        "code": code,
        "name": name,
        "short_name": name[:80],
        "kind": facts.kind,
        "duties": list(facts.duties),
    }

    def put(nodes: dict[str, dict[str, Any]], _above: dict[str, str]) -> None:
        if facts.parent not in nodes:
            raise Refused(parent=_("Chọn đơn vị cấp trên trong danh sách."))
        children = nodes[facts.parent].setdefault("children", [])
        if any(fold(child["name"]) == fold(name) for child in children):
            raise Refused(name=_("Đã có đơn vị tên này dưới đơn vị cấp trên đã chọn."))
        children.append(node)

    _change_tree(actor, facts.first_day, put, f"unit.added:{code}")
    return code


@transaction.atomic
def change_unit(actor: Actor, code: str, facts: UnitFacts) -> None:
    """Give a unit another name or other duties. Its code, kind and place stay."""
    name = one_line(facts.name)
    if not name:
        raise Refused(name=_("Chưa ghi tên."))

    def write(nodes: dict[str, dict[str, Any]], _above: dict[str, str]) -> None:
        node = _node(nodes, code)
        node["name"] = name
        node["short_name"] = name[:80] if code != own_authority().unit else node["short_name"]
        node["duties"] = list(facts.duties)

    _change_tree(actor, facts.first_day, write, f"unit.changed:{code}")


@transaction.atomic
def close_unit(actor: Actor, code: str, first_day_without: date) -> None:
    """End a unit and all below it: the day named is the first without them."""
    row = unit(code)
    if code == own_authority().unit:
        raise Refused(_("Không thể đóng chính cơ quan này."))
    if first_day_without <= row.valid_from:
        raise Refused(first_day=_("Ngày thôi hoạt động phải sau ngày lập đơn vị."))

    def drop(nodes: dict[str, dict[str, Any]], above: dict[str, str]) -> None:
        node = _node(nodes, code)
        nodes[above[code]]["children"].remove(node)

    _change_tree(actor, first_day_without, drop, f"unit.closed:{code}")


def _node(nodes: dict[str, dict[str, Any]], code: str) -> dict[str, Any]:
    if code not in nodes:
        raise Missing(_("Không có đơn vị mang mã “%(code)s”.") % {"code": code})
    return nodes[code]


Change = Callable[[dict[str, dict[str, Any]], dict[str, str]], None]


def _change_tree(actor: Actor, first_day: date, change: Change, act: str) -> None:
    """Publish the next version of the tree that the authority's root stands in."""
    own = own_authority()
    root = unit(own.unit)
    actor.require("account.manage", root)
    row = _tree_row(own.unit)
    if first_day < row.effective_from:
        raise Refused(
            first_day=_("Cây đơn vị đã có bản từ ngày %(day)s; hãy chọn ngày ấy hoặc sau đó.")
            % {"day": f"{row.effective_from:%d/%m/%Y}"}
        )
    tree = UnitTreeDefinition.model_validate(row.content).model_dump(mode="json")
    nodes, above = _index(tree["units"])
    change(nodes, above)
    tree |= {"version": row.version + 1, "effective_from": first_day.isoformat()}
    try:
        content = UnitTreeDefinition.model_validate(tree)
    except ValidationError as error:
        raise Refused(
            _("Cây đơn vị chưa đúng: %(why)s") % {"why": error.errors()[0]["msg"]}
        ) from error
    publish(kind_named("unit-tree"), content, LoadReport())
    audit.record(actor, "unit.tree_changed", root, data={"act": act, "version": content.version})


def _tree_row(root: str) -> DefinitionVersion:
    """The latest version of the tree in which a unit stands. Raises Missing."""
    for row in DefinitionVersion.objects.filter(kind="unit-tree").order_by("-version", "-id"):
        tree = UnitTreeDefinition.model_validate(row.content)
        if any(node.code == root for _parent, node in tree.nodes()):
            return row
    raise Missing(_("Chưa có cây đơn vị của cơ quan. Hãy lập cơ quan: ./thichinh init"))


def _index(
    units: Sequence[dict[str, Any]],
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    nodes: dict[str, dict[str, Any]] = {}
    above: dict[str, str] = {}

    def walk(found: Sequence[dict[str, Any]], parent: str) -> None:
        for node in found:
            node["children"] = list(node.get("children") or ())
            nodes[node["code"]] = node
            above[node["code"]] = parent
            walk(node["children"], node["code"])

    walk(units, "")
    return nodes, above


def _free_code(parent: str, name: str) -> str:
    words = "-".join(part for part in fold(name).replace(".", " ").split() if part.isalnum())
    base = f"{parent}.{words or 'don-vi'}"[:54].strip(".-")
    code, number = base, 2
    while Unit.objects.filter(code=code).exists():
        code, number = f"{base}-{number}", number + 1
    return code


@transaction.atomic
def write_letterhead(actor: Actor, head: Letterhead, organ_code: str, *, exercise: bool) -> None:
    """What stands on the authority's papers, and the organ identifier in its dossiers' numbers.

    `exercise` is the authority's word that no real dossier is taken in here.
    """
    own = own_authority()
    root = unit(own.unit)
    actor.require("account.manage", root)
    if organ_code and organ_code != root.organ_code:
        _write_organ_code(actor, own.unit, organ_code)
    rows = DefinitionVersion.objects.filter(kind="authority", code=own.code)
    row = rows.order_by("-version").first()
    if row is None:
        raise Missing(_("Bản cài đặt này chưa thuộc cơ quan nào. Hãy chạy: ./thichinh init"))
    told = AuthorityDefinition.model_validate(row.content)
    if (told.letterhead, told.exercise) == (head, exercise):
        return
    changed = told.model_copy(
        update={
            "letterhead": head,
            "exercise": exercise,
            "version": row.version + 1,
            "effective_from": max(today(), row.effective_from),
        }
    )
    publish(kind_named("authority"), changed, LoadReport())
    audit.record(actor, "authority.letterhead_written", root, data={"version": changed.version})


def _write_organ_code(actor: Actor, code: str, organ_code: str) -> None:
    try:
        DefinedUnit.model_validate(
            {"code": code, "name": "-", "short_name": "-", "kind": "ward", "organ_code": organ_code}
        )
    except ValidationError:
        raise Refused(
            organ_code=_("Mã định danh có dạng 000.01.53.H48, như tỉnh đã cấp.")
        ) from None

    def write(nodes: dict[str, dict[str, Any]], _above: dict[str, str]) -> None:
        _node(nodes, code)["organ_code"] = organ_code

    _change_tree(actor, max(today(), _tree_row(code).effective_from), write, "unit.organ_code")


@dataclass(frozen=True, slots=True)
class SpecialDayIn:
    """A day on which the authority is closed, or open although others rest."""

    day: date
    kind: str
    name: str
    hours: Sequence[str] = ()


@transaction.atomic
def write_hours(
    actor: Actor, week: dict[str, Sequence[str]], first_day: date, added: SpecialDayIn | None = None
) -> None:
    """The authority's weekly hours from a day on, over those of the country; and a special day.

    Raises Refused where the hours cannot be.
    """
    root = unit(own_authority().unit)
    actor.require("account.manage", root)
    if not any(week.values()):
        raise Refused(monday=_("Tuần làm việc cần ít nhất một buổi. Hãy ghi giờ của một ngày."))
    last = DefinitionVersion.objects.filter(kind=CALENDAR.name, code=OWN_HOURS).order_by("-version")
    row = last.first()
    known = CalendarDefinition.model_validate(row.content) if row else None
    days = [day.model_dump(mode="json") for day in known.days] if known else []
    if added is not None:
        days = [day for day in days if day["day"] != added.day.isoformat()]
        days.append(
            {"day": added.day, "kind": added.kind, "name": added.name, "hours": list(added.hours)}
        )
    begins = max(first_day, known.effective_from) if known else first_day
    try:
        content = CalendarDefinition.model_validate(
            {
                "code": OWN_HOURS,
                "version": known.version + 1 if known else 1,
                "effective_from": begins,
                "title": _("Giờ làm việc của cơ quan"),
                "layer": HIGHEST_LAYER,
                "week": week,
                "days": [day for day in days if str(day["day"]) >= begins.isoformat()],
            }
        )
    except ValidationError as error:
        raise Refused(
            _("Giờ viết như 07:00-11:30, 13:30-17:00; ngày đặc biệt phải từ ngày bắt đầu trở đi.")
        ) from error
    publish(CALENDAR, content, LoadReport())
    audit.record(actor, "authority.hours_written", root, data={"version": content.version})
