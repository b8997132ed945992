"""What pages of accounts post. Forms read; the rules decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.models import Account, Person, Role
from thichinh.accounts.queries import HeldRole
from thichinh.accounts.rules import PersonFacts, UnitNode
from thichinh.foundation.ui.forms import (
    REQUIRED,
    IdentityNumberField,
    PhoneField,
    VNDateField,
)


def _text(label: Any, *, required: bool = True, most: int = 200, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, error_messages=REQUIRED, **options
    )


def _password(label: Any, autocomplete: str, *, keep: bool = False, **options: Any) -> Any:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete}, render_value=keep)
    return _text(label, strip=False, most=1000, widget=widget, **options)


class SignInForm(forms.Form):
    identifier = _text(
        _("Tên đăng nhập hoặc số định danh cá nhân"),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    password = _password(_("Mật khẩu"), "current-password")


class SignUpForm(forms.Form):
    full_name = _text(
        _("Họ và tên"), widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True})
    )
    identity_number = IdentityNumberField(
        label=_("Số định danh cá nhân"), help_text=_("12 chữ số trên thẻ căn cước công dân.")
    )
    phone = PhoneField(
        label=_("Số điện thoại"), help_text=_("Để cơ quan liên hệ khi hồ sơ cần bổ sung.")
    )
    password = _password(
        _("Mật khẩu"),
        "new-password",
        keep=True,
        help_text=_("Ít nhất 10 ký tự; một câu ngắn dễ nhớ là tốt nhất."),
    )

    def facts(self) -> PersonFacts:
        data = self.cleaned_data
        return PersonFacts(data["full_name"], data["identity_number"], phone=data["phone"])


class PasswordForm(forms.Form):
    old = _password(_("Mật khẩu hiện tại"), "current-password")
    password = _password(_("Mật khẩu mới"), "new-password", help_text=_("Ít nhất 10 ký tự."))


class ContactForm(forms.Form):
    phone = PhoneField(label=_("Số điện thoại"), required=False)
    email = _text(_("Thư điện tử"), required=False, most=254)
    address = _text(_("Địa chỉ"), required=False, most=300)


class PersonForm(ContactForm):
    """What a clerk reads from somebody's papers."""

    full_name = _text(_("Họ và tên hoặc tên tổ chức"))
    kind = forms.ChoiceField(label=_("Loại"), choices=Person.Kind.choices, error_messages=REQUIRED)
    identity_number = IdentityNumberField(label=_("Số định danh cá nhân"), required=False)
    tax_code = _text(_("Mã số thuế"), required=False, most=20)
    birth_date = VNDateField(label=_("Ngày sinh"), required=False)
    sex = forms.ChoiceField(label=_("Giới tính"), choices=Person.Sex.choices, required=False)
    field_order = ("full_name", "kind", "identity_number", "tax_code", "birth_date", "sex")

    def facts(self) -> PersonFacts:
        return PersonFacts(**self.cleaned_data)


class TokenForm(forms.Form):
    name = _text(_("Dùng cho chương trình"), most=80)
    days = forms.IntegerField(
        label=_("Thời hạn (ngày)"), min_value=1, max_value=365, initial=90, error_messages=REQUIRED
    )


class DelegationForm(forms.Form):
    """Which of my roles, to whom, when and why."""

    held = forms.ChoiceField(label=_("Vai trò uỷ quyền"), error_messages=REQUIRED)
    taker = forms.ChoiceField(label=_("Người được uỷ quyền"), error_messages=REQUIRED)
    valid_from = VNDateField(label=_("Từ ngày"))
    valid_to = VNDateField(label=_("Đến hết ngày"))
    reason = _text(_("Lý do"), most=300, help_text=_("Ví dụ: nghỉ phép, đi công tác."))

    def __init__(
        self, *args: Any, roles: Iterable[HeldRole], takers: Iterable[Account], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        held = [(f"{r.code}:{r.unit_id}", f"{r.title}, {r.unit_name}") for r in roles]
        people = [(a.pk, _named(a)) for a in takers]
        _choose(self, "held", held)
        _choose(self, "taker", [("", "—"), *people])


class AccountForm(forms.Form):
    """A new official."""

    display_name = _text(_("Họ và tên"), widget=forms.TextInput(attrs={"autofocus": True}))
    username = _text(
        _("Tên đăng nhập"), most=64, help_text=_("Chữ thường không dấu, ví dụ: an.nguyen.")
    )
    title = _text(_("Chức vụ"), required=False, most=120)
    unit = forms.ChoiceField(label=_("Đơn vị"), error_messages=REQUIRED)

    def __init__(self, *args: Any, units: Iterable[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "unit", [("", "—"), *_units(units)])


class RoleForm(forms.Form):
    """A role over a unit for a period."""

    role = forms.ChoiceField(label=_("Vai trò"), error_messages=REQUIRED)
    unit = forms.ChoiceField(label=_("Tại đơn vị"), error_messages=REQUIRED)
    include_subunits = forms.BooleanField(
        label=_("Gồm cả các đơn vị trực thuộc"), required=False, initial=True
    )
    valid_from = VNDateField(label=_("Từ ngày"))
    valid_to = VNDateField(
        label=_("Đến hết ngày"),
        required=False,
        help_text=_("Để trống nếu chưa định ngày kết thúc."),
    )

    def __init__(
        self, *args: Any, roles: Iterable[Role], units: Iterable[UnitNode], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "role", [("", "—"), *((r.code, r.title) for r in roles)])
        _choose(self, "unit", [("", "—"), *_units(units)])


def _choose(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _units(nodes: Iterable[UnitNode]) -> list[tuple[int, str]]:
    return [(node.id, node.name) for node in nodes]


def _named(account: Account) -> str:
    unit = account.unit.short_name if account.unit else ""
    return ", ".join(part for part in (account.display_name, account.title, unit) if part)
