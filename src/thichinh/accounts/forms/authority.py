"""What the pages about the authority itself post."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.actions.own_authority import SpecialDayIn, UnitFacts
from thichinh.accounts.models.definition import Letterhead, UnitKindDefinition
from thichinh.accounts.queries.own_units import WEEKDAYS, UnitLine
from thichinh.foundation.text import fold
from thichinh.foundation.ui.forms import REQUIRED, VNDateField


def _text(label: Any, *, required: bool = True, most: int = 200, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, error_messages=REQUIRED, **options
    )


class NewPasswordForm(forms.Form):
    """The password that somebody chooses behind a one-time link."""

    password = forms.CharField(
        label=_("Mật khẩu mới"),
        max_length=1000,
        strip=False,
        error_messages=REQUIRED,
        help_text=_("Ít nhất 10 ký tự; một câu ngắn dễ nhớ là tốt nhất."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )


class UnitForm(forms.Form):
    """A unit from a day on; `fixed` leaves kind and place as they are."""

    name = _text(_("Tên đơn vị"))
    kind = forms.ChoiceField(label=_("Loại"), error_messages=REQUIRED)
    parent = forms.ChoiceField(label=_("Thuộc"), error_messages=REQUIRED)
    duties = _text(
        _("Nhiệm vụ"),
        required=False,
        most=300,
        help_text=_(
            "Mã nhiệm vụ cách nhau bằng dấu phẩy, ví dụ: tu-phap, noi-vu. Thủ tục thuộc nhiệm vụ nào "
            "thì đơn vị ấy giải quyết; không đơn vị nào có thì Ủy ban giải quyết."
        ),
    )
    first_day = VNDateField(label=_("Từ ngày"))

    def __init__(
        self,
        *args: Any,
        kinds: Iterable[UnitKindDefinition],
        parents: Iterable[UnitLine],
        fixed: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            del self.fields["kind"], self.fields["parent"]
            return
        english = (get_language() or "vi").startswith("en")
        named = [
            (kind.code, kind.name_en if english else kind.name) for kind in kinds if kind.under
        ]
        places = [(line.node.code, "– " * line.depth + line.node.name) for line in parents]
        _choose(self, "kind", [("", "—"), *named])
        _choose(self, "parent", places)

    def facts(self) -> UnitFacts:
        data = self.cleaned_data
        duties = [fold(part).strip().replace(" ", "-") for part in data["duties"].split(",")]
        return UnitFacts(
            name=data["name"],
            kind=data.get("kind", ""),
            parent=data.get("parent", ""),
            first_day=data["first_day"],
            duties=[duty for duty in duties if duty],
        )


class ClosingForm(forms.Form):
    """The end of a unit."""

    first_day = VNDateField(label=_("Ngày đầu tiên không còn đơn vị này"))


class HoursForm(forms.Form):
    """The week, and one special day at a time."""

    monday = _text(_("Thứ Hai"), required=False, most=60)
    tuesday = _text(_("Thứ Ba"), required=False, most=60)
    wednesday = _text(_("Thứ Tư"), required=False, most=60)
    thursday = _text(_("Thứ Năm"), required=False, most=60)
    friday = _text(_("Thứ Sáu"), required=False, most=60)
    saturday = _text(_("Thứ Bảy"), required=False, most=60)
    sunday = _text(_("Chủ nhật"), required=False, most=60)
    first_day = VNDateField(label=_("Từ ngày"))
    special_day = VNDateField(label=_("Ngày đặc biệt"), required=False)
    special_kind = forms.ChoiceField(
        label=_("Hôm ấy"),
        required=False,
        choices=[("closure", _("Đóng cửa cả ngày")), ("half_day", _("Chỉ làm các giờ dưới đây")),
                 ("open", _("Làm việc dù là ngày nghỉ"))],
    )  # fmt: skip
    special_hours = _text(_("Giờ làm hôm ấy"), required=False, most=60)
    special_name = _text(_("Lý do"), required=False)

    def week(self) -> dict[str, Sequence[str]]:
        return {day: _slots(self.cleaned_data[day]) for day in WEEKDAYS}

    def added(self) -> SpecialDayIn | None:
        data = self.cleaned_data
        if not data["special_day"]:
            return None
        kind = data["special_kind"] or "closure"
        hours = () if kind == "closure" else _slots(data["special_hours"])
        return SpecialDayIn(data["special_day"], kind, data["special_name"] or "-", hours)


class LetterheadForm(forms.Form):
    """The head and foot of papers."""

    above = _text(_("Cơ quan cấp trên (để trống nếu không có)"), required=False)
    agency = _text(_("Tên cơ quan ban hành"))
    symbol = _text(_("Ký hiệu văn bản"), most=20)
    place = _text(_("Địa danh"), most=80)
    signer = _text(_("Chức vụ người ký"), most=80)
    organ_code = _text(
        _("Mã định danh điện tử của cơ quan"),
        required=False,
        most=13,
        help_text=_("Do tỉnh cấp, dạng 000.01.53.H48; đứng đầu mã mỗi hồ sơ."),
    )
    exercise = forms.BooleanField(
        label=_("Đây là bản diễn tập: dùng mã tạm, không nhận hồ sơ thật"), required=False
    )

    def letterhead(self) -> Letterhead:
        data = self.cleaned_data
        return Letterhead(**{name: data[name] for name in Letterhead.model_fields})


def _slots(text: str) -> list[str]:
    plain = text.replace("–", "-").replace(";", ",")
    return [slot.replace(" ", "") for slot in plain.split(",") if slot.strip()]


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
