"""The lists of people and of officials' accounts, declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from thichinh.accounts import queries
from thichinh.accounts.models import Account, Person
from thichinh.accounts.rules import Actor
from thichinh.foundation.listing import Column, Listing, NewRow
from thichinh.foundation.templatetags.ui import badge
from thichinh.foundation.text import vn_date
from thichinh.foundation.ui.forms import mark_vietnamese
from thichinh.foundation.ui.values import vietnamese


class AccountFilters(forms.Form):
    """Begun words of a name or user name, and a unit."""

    q = forms.CharField(label=_("Tên hoặc tên đăng nhập"), required=False, max_length=100)
    unit = forms.TypedChoiceField(
        label=_("Đơn vị"), required=False, coerce=int, empty_value=None, choices=[]
    )

    def __init__(self, actor: Actor, data: Any) -> None:
        super().__init__(data)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        units = queries.unit_choices(actor, "account.manage")
        unit.choices = [("", _("Tất cả")), *((node.id, node.name) for node in units)]
        mark_vietnamese(unit)


def _rows(actor: Actor, values: Mapping[str, Any], shelf: str) -> QuerySet[Account]:
    return queries.officials(actor, values.get("q") or "", values.get("unit"))


def _state(account: Account) -> str:
    if account.is_active:
        return badge(gettext("Đang dùng"), "good", icon="check")
    return badge(gettext("Đã khoá"), "neutral", icon="lock")


ACCOUNTS = Listing[Account](
    code="accounts",
    title=_("Tài khoản cán bộ"),
    icon="users",
    rows=_rows,
    filters=AccountFilters,
    order="name",
    new=NewRow("accounts:new_account", _("Tạo tài khoản"), "account.manage"),
    columns=(
        Column(
            key="name",
            label=_("Họ và tên"),
            cell=lambda account: account.display_name,
            link=lambda account: reverse("accounts:account", args=[account.pk]),
            sort="sort_name",
        ),
        Column(
            key="username",
            label=_("Tên đăng nhập"),
            cell=lambda account: account.username,
            sort="username",
        ),
        Column(key="title", label=_("Chức vụ"), cell=lambda account: account.title),
        Column(
            key="unit",
            label=_("Đơn vị"),
            cell=lambda account: vietnamese(account.unit.name if account.unit else ""),
            sort="unit__sort_key",
        ),
        Column(key="state", label=_("Trạng thái"), cell=_state),
    ),
)


class PeopleFilters(forms.Form):
    """A number from the left, or begun words of a name."""

    q = forms.CharField(
        label=_("Số định danh, điện thoại, mã số thuế hoặc tên (không cần dấu)"),
        required=False,
        max_length=200,
    )

    def __init__(self, actor: Actor, data: Any) -> None:
        super().__init__(data)


def _people(actor: Actor, values: Mapping[str, Any], shelf: str) -> QuerySet[Person]:
    return queries.people_like(actor, values.get("q") or "")


PEOPLE = Listing[Person](
    code="people",
    exports=False,  # a list of people is looked at one by one, never carried away
    title=_("Người dân, tổ chức"),
    icon="user-search",
    rows=_people,
    filters=PeopleFilters,
    order="name",
    new=NewRow("accounts:new_person", _("Thêm người"), "person.edit"),
    empty_title=_("Tìm một người hoặc một tổ chức"),
    empty_text=_("Gõ số định danh, số điện thoại, mã số thuế, hoặc vài chữ đầu của tên."),
    columns=(
        Column(
            key="name",
            label=_("Tên"),
            cell=lambda person: person.full_name,
            link=lambda person: reverse("accounts:person", args=[person.pk]),
            sort="likeness",
        ),
        Column(
            key="born",
            label=_("Ngày sinh"),
            cell=lambda person: vn_date(person.birth_date) if person.birth_date else "",
            export=lambda person: person.birth_date,
        ),
        Column(
            key="number",
            label=_("Số định danh hoặc mã số thuế"),
            cell=lambda person: person.identity_number or person.tax_code,
        ),
        Column(key="phone", label=_("Điện thoại"), cell=lambda person: person.phone),
        Column(key="address", label=_("Địa chỉ"), cell=lambda person: person.address),
    ),
)
