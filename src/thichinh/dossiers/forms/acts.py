"""What a press on the dossier page posts, and how each act is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.models import Account

_AREA = forms.Textarea(attrs={"rows": 3})


class ActForm(forms.Form):
    """The guard of every act: its key, and the revision of the page it was pressed on."""

    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    granted = forms.ChoiceField(
        required=False, choices=[("1", "1"), ("0", "0")], widget=forms.HiddenInput
    )
    reason = forms.CharField(label=_("Lý do"), required=False, max_length=2000, widget=_AREA)
    note = forms.CharField(label=_("Ghi chú"), required=False, max_length=2000, widget=_AREA)
    officer = forms.TypedChoiceField(
        label=_("Cán bộ thụ lý"), required=False, coerce=int, empty_value=None, choices=[]
    )

    def __init__(self, data: Any = None, officers: Iterable[Account] = (), **options: Any) -> None:
        super().__init__(data, **options)
        field = self.fields["officer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Chọn cán bộ")), *((o.pk, o.display_name) for o in officers)]
