"""The officials' list of things, and the public one."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tests.tenant import queries
from tests.tenant.actions import THING_ACTS
from tests.tenant.models import Thing
from tests.tenant.rules import KEEP, SUBJECT
from thichinh.foundation.acts.lists import mass_act
from thichinh.foundation.listing import Column, Listing, NewRow
from thichinh.foundation.templatetags.ui import state_badge
from thichinh.foundation.text import vn_date, vn_money

STATES = [("", _("Tất cả")), *Thing.State.choices]


def _rows(actor: Any, values: Mapping[str, Any], shelf: str) -> QuerySet[Thing]:
    rows = queries.visible_to(actor).filter(number__istartswith=values.get("q") or "")
    return rows.filter(state=values["state"]) if values.get("state") else rows


ABOUT = (
    Column("kind", _("Loại đồ"), lambda t: queries.names("kind")(()).get(t.kind)),
    Column(
        "place", _("Nơi nhặt được"), lambda t: queries.names("place_kind")(()).get(t.place_kind)
    ),
    Column("unit", _("Nơi giữ"), lambda t: t.unit.name),
    Column("day", _("Ngày nhận"), lambda t: vn_date(t.recorded_at), sort="recorded_at"),
)
THINGS = Listing[Thing](
    code=SUBJECT,
    title=_("Đồ thất lạc"),
    rows=_rows,
    filters={
        "q": forms.CharField(label=_("Số"), required=False, max_length=40),
        "state": forms.ChoiceField(label=_("Trạng thái"), required=False, choices=STATES),
    },
    order="-day",
    key=lambda thing: thing.number,
    place=("latitude", "longitude"),
    mass=(mass_act(THING_ACTS, "hand_over"), mass_act(THING_ACTS, "give_up")),
    new=NewRow("lost_property:found", _("Ghi đồ nhặt được"), KEEP),
    columns=(
        Column("number", _("Số"), lambda t: t.number, sort="number",
                link=lambda t: reverse("lost_property:page", args=[t.number])),
        *ABOUT,
        Column("value", _("Giá trị"), lambda t: vn_money(t.value), export=lambda t: t.value, is_number=True),
        Column("state", _("Trạng thái"), lambda t: state_badge(SUBJECT, t.state),
                export=lambda t: t.get_state_display()),
    ),
)  # fmt: skip
ANNOUNCED = Listing[Thing](
    code="lost_property_announced", title=_("Đồ thất lạc đang giữ"), exports=False, order="-day",
    rows=lambda actor, values, shelf: queries.announced(),
    columns=(Column("number", _("Số"), lambda t: t.number), *ABOUT),
)  # fmt: skip
