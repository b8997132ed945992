"""The officials' list of dossiers, declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.queries import unit_choices
from thichinh.accounts.rules import Actor
from thichinh.dossiers.actions import DOSSIER_ACTS
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries.shelves import (
    BY_DEADLINE,
    DossierShelf,
    DossierSieve,
    shelf_counts,
    shelf_first,
    shelf_rows,
)
from thichinh.foundation.acts.lists import mass_act
from thichinh.foundation.clock import now
from thichinh.foundation.listing import Column, Counts, Listing, Shelf
from thichinh.foundation.paging import Order
from thichinh.foundation.templatetags.ui import state_badge, timing_badge
from thichinh.foundation.ui.forms import mark_vietnamese
from thichinh.foundation.ui.values import time_tag, vietnamese
from thichinh.procedures.queries import fields


class DossierFilters(forms.Form):
    """Text, state, unit, field and one's own; a procedure by links."""

    q = forms.CharField(
        label=_("Tìm"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": _("Số hồ sơ, tên, số định danh")}
        ),
    )
    state = forms.TypedChoiceField(
        label=_("Trạng thái"), required=False, coerce=int, empty_value=None,
        choices=[("", _("Mọi trạng thái")), *((s.value, s.label) for s in Dossier.State)],
    )  # fmt: skip
    unit = forms.TypedChoiceField(
        label=_("Đơn vị"), required=False, coerce=int, empty_value=None, choices=[]
    )
    field = forms.ChoiceField(label=_("Lĩnh vực"), required=False, choices=[])
    procedure = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    mine = forms.BooleanField(required=False, label=_("Tôi thụ lý"))

    def __init__(self, actor: Actor, data: Any) -> None:
        super().__init__(data)
        unit, area = self.fields["unit"], self.fields["field"]
        assert isinstance(unit, forms.ChoiceField)
        assert isinstance(area, forms.ChoiceField)
        units = unit_choices(actor, "dossier.view")
        unit.choices = [("", _("Mọi đơn vị")), *((u.id, u.name) for u in units)]
        area.choices = [("", _("Mọi lĩnh vực")), *((f.code, f.name) for f in fields())]
        mark_vietnamese(unit)
        mark_vietnamese(area)


def _sieve(values: Mapping[str, Any]) -> DossierSieve:
    return DossierSieve(
        text=(values.get("q") or "").strip(),
        state=values.get("state"),
        unit_id=values.get("unit"),
        procedure=values.get("procedure") or "",
        field=values.get("field") or "",
        mine=bool(values.get("mine")),
    )


def _rows(actor: Actor, values: Mapping[str, Any], shelf: str) -> QuerySet[Dossier]:
    return shelf_rows(actor, cast(DossierShelf, shelf), _sieve(values))


def _first(
    actor: Actor, values: Mapping[str, Any], shelf: str, order: Order, beyond: Q, most: int
) -> QuerySet[Dossier]:
    return shelf_first(actor, cast(DossierShelf, shelf), _sieve(values), order, beyond, most)


def _usual_shelf(values: Mapping[str, Any], counts: Counts) -> str:
    """Looking for a text or a state looks everywhere unless told otherwise."""
    return "all" if values.get("q") or values.get("state") else "open"


def _page(dossier: Dossier) -> str:
    return reverse("dossiers:dossier", args=[dossier.number])


def _exactly(values: Mapping[str, Any], dossier: Dossier) -> str:
    """A full number goes straight to the dossier."""
    typed = (values.get("q") or "").strip().upper()
    return _page(dossier) if typed == dossier.number else ""


def _procedure(dossier: Dossier) -> SafeString:
    return format_html('<span class="clamp">{}</span>', vietnamese(dossier.procedure.name))


def _officer(dossier: Dossier) -> str:
    return dossier.assignee.display_name if dossier.assignee else ""


def _is_late(dossier: Dossier) -> bool:
    runs = not (dossier.resolved_at or dossier.closed_at or dossier.is_halted)
    return runs and dossier.due_at is not None and dossier.due_at < now()


def _due(dossier: Dossier) -> SafeString | str:
    if dossier.due_at is None:
        return ""
    ended = dossier.resolved_at or dossier.closed_at
    return timing_badge(dossier.due_at, ended, dossier.is_halted)


def _moment(dossier: Dossier) -> SafeString | str:
    if dossier.due_at:
        return time_tag(dossier.due_at)
    return format_html("{} {}", gettext("nộp"), time_tag(dossier.submitted_at))


DOSSIERS = Listing[Dossier](
    code="dossiers",
    title=_("Hồ sơ"),
    icon="folders",
    rows=_rows,
    first=_first,
    filters=DossierFilters,
    order="-number",
    key=lambda dossier: dossier.number,
    size=30,
    shelves=(
        Shelf(key="open", label=_("Đang giải quyết"), order="due"),
        Shelf(key="overdue", label=_("Quá hạn"), order="due"),
        Shelf(key="soon", label=_("Sắp đến hạn"), order="due"),
        Shelf(key="awaiting", label=_("Chờ tiếp nhận")),
        Shelf(key="paused", label=_("Tạm dừng")),
        Shelf(key="results", label=_("Chờ trả kết quả")),
        Shelf(key="all", label=_("Tất cả")),
    ),
    shelf_of=_usual_shelf,
    counts=lambda actor, values: shelf_counts(actor, _sieve(values)),
    alone=_exactly,
    mass=(mass_act(DOSSIER_ACTS, "transfer"),),
    row_mark=lambda dossier: "row-bad" if _is_late(dossier) else "",
    table_class="compact case-table",
    empty_title=_("Ngăn này không có hồ sơ nào"),
    columns=(
        Column(
            key="number",
            label=_("Hồ sơ"),
            cell=lambda dossier: format_html('<span class="nowrap">{}</span>', dossier.number),
            link=_page,
            under=_procedure,
            sort="pk",
        ),
        Column("procedure", _("Thủ tục"), lambda d: d.procedure.name, only="file"),
        Column("applicant", _("Người nộp"), lambda d: d.applicant.full_name),
        Column(
            key="unit",
            label=_("Đơn vị, người thụ lý"),
            cell=lambda dossier: vietnamese(dossier.unit.short_name),
            under=_officer,
            only="page",
        ),
        Column("decides", _("Đơn vị"), lambda d: d.unit.name, only="file"),
        Column("officer", _("Người thụ lý"), _officer, only="file"),
        Column(
            key="state",
            label=_("Trạng thái"),
            cell=lambda dossier: state_badge("dossier", dossier.state),
            export=lambda dossier: dossier.get_state_display(),
        ),
        Column(
            key="due",
            label=_("Hẹn trả"),
            cell=_due,
            under=_moment,
            export=lambda dossier: dossier.due_at,
            sort="due_at",
            sorts_on=frozenset(BY_DEADLINE),
        ),
    ),
)
