"""What is asked of the books: a day or a period, a unit, a split."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules import UnitNode
from thichinh.foundation.ui.forms import REQUIRED, VNDateField, mark_vietnamese
from thichinh.stocks.rules import BOOKS, UNIT, StockBook


class _PartForm(forms.Form):
    """Which book and which unit; `book` is what the page shows, where a form is drawn from it."""

    book = forms.ChoiceField(label=_("Sổ"), required=False)
    unit = forms.ChoiceField(label=_("Đơn vị"), required=False)

    def __init__(self, data: Any, units: Iterable[UnitNode], book: StockBook | None = None) -> None:
        super().__init__(data)
        self._offer("unit", [(node.code, node.name) for node in units])
        self._offer("book", [(known.code, known.title or known.code) for known in BOOKS])
        if book is not None and "by" in self.fields:
            splits = [(one.name, one.title) for one in book.dimensions]
            self._offer("by", [(UNIT, _("Đơn vị")), *splits])

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if name != "by":  # its words are the interface's own
            mark_vietnamese(field)


class DayForm(_PartForm):
    """What did we owe on which day, split how."""

    day = VNDateField(label=_("Hết ngày"), required=False)
    by = forms.ChoiceField(label=_("Chia theo"), required=False)
    field_order = ("book", "day", "unit", "by")


class PeriodForm(_PartForm):
    """What did a period do to the stocks."""

    start = VNDateField(label=_("Từ ngày"), required=False)
    end = VNDateField(label=_("Đến hết ngày"), required=False)
    field_order = ("book", "start", "end", "unit")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        start, end = said.get("start"), said.get("end")
        if start and end and end < start:
            self.add_error("end", _("Ngày cuối phải sau ngày đầu."))
        return said


class CorrectionForm(forms.Form):
    """Where an item really lies, and why the books said otherwise."""

    target = forms.TypedChoiceField(label=_("Ngăn đúng"), coerce=int, error_messages=REQUIRED)
    reason = forms.CharField(
        label=_("Lý do"),
        help_text=_("Ghi căn cứ, ví dụ số biên bản. Lý do hiện ở sổ và không sửa được nữa."),
        max_length=500,
        error_messages=REQUIRED,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, stocks: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        self._stocks = list(stocks)
        self._offer(self._stocks)

    def leave_out(self, stock: int) -> None:
        """Offer every stock but the one where the item is said to lie."""
        self._offer([(number, title) for number, title in self._stocks if number != stock])

    def _offer(self, stocks: Iterable[tuple[int, str]]) -> None:
        field = self.fields["target"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("Chọn ngăn")), *stocks]
        mark_vietnamese(field)
