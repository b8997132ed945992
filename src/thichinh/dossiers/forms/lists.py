"""Filters of the officials' list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules import UnitNode
from thichinh.dossiers.models import Dossier
from thichinh.foundation.ui.forms import mark_vietnamese
from thichinh.procedures.models import FieldDefinition


class ListForm(forms.Form):
    """Text, state, unit, field; a procedure and one's own by links."""

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

    def __init__(
        self, data: Any, units: Iterable[UnitNode], fields: Iterable[FieldDefinition]
    ) -> None:
        super().__init__(data)
        unit, area = self.fields["unit"], self.fields["field"]
        assert isinstance(unit, forms.ChoiceField)
        assert isinstance(area, forms.ChoiceField)
        unit.choices = [("", _("Mọi đơn vị")), *((u.id, u.name) for u in units)]
        area.choices = [("", _("Mọi lĩnh vực")), *((f.code, f.name) for f in fields)]
        mark_vietnamese(unit)
        mark_vietnamese(area)
