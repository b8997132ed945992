"""Form fields that read what Vietnamese type, and one way to put a refusal back into a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thichinh.foundation.errors import DomainError, Refused
from thichinh.foundation.text import parse_vn_date, vn_date, vn_number
from thichinh.foundation.ui.values import is_vietnamese

REQUIRED: dict[str, Any] = {"required": gettext_lazy("Hãy điền mục này.")}
MEGABYTE = 1_000_000
T = TypeVar("T")


def add_refusal(form: forms.BaseForm, refused: DomainError) -> None:
    """Show why it was not done in the form: at its fields where the form has them, else on top."""
    fields = refused.fields if isinstance(refused, Refused) else {}
    for name, sentence in fields.items():
        form.add_error(name if name in form.fields else None, sentence)
    if not fields:
        form.add_error(None, refused.message)


def _parsed(parse: Callable[[str], T], typed: str) -> T:
    try:
        return parse(typed)
    except Refused as refused:
        raise forms.ValidationError(refused.message) from refused


class DateInput(forms.TextInput):
    """A date typed as dd/mm/yyyy; no picker that thinks month first."""

    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        base = {"inputmode": "numeric", "data-date": "", "autocomplete": "off", "maxlength": "30"}
        super().__init__({**base, **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        return vn_date(value) if isinstance(value, date) else value


class _Names(forms.Select):
    """Choices whose words are Vietnamese names; the empty one is a sentence of ours."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if str(option["value"]):
            option["attrs"]["lang"] = "vi"
        return option


def mark_vietnamese(field: forms.ChoiceField) -> None:
    """Say on a page in another language that the choices of a field are Vietnamese names."""
    if not is_vietnamese():
        field.widget = _Names(field.widget.attrs)
        field.choices = field.choices  # the setter hands them to the new widget


class VNDateField(forms.Field):
    """A date as people type it: 25/6/2022, 25-06-2022, 25062022."""

    widget = DateInput
    default_error_messages = REQUIRED

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        return value if isinstance(value, date) else _parsed(parse_vn_date, str(value))


class _DigitsField(forms.Field):
    """Digits that people group with spaces, dots or dashes; kept as digits only."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    default_error_messages = REQUIRED
    pattern = re.compile("")
    wrong: Any = ""

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s.\-()]", "", str(value or ""))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not self.pattern.fullmatch(value):
            raise forms.ValidationError(self.wrong)


class IdentityNumberField(_DigitsField):
    """The 12 digits of a citizen's identity number (Law on Citizen Identification 2014, art. 12)."""

    pattern = re.compile(r"(\d)(?!\1{11})\d{11}", re.ASCII)
    wrong = gettext_lazy("Số định danh cá nhân có đúng 12 chữ số. Hãy xem lại trên thẻ căn cước.")


class PhoneField(_DigitsField):
    """A Vietnamese telephone number: 10 digits from 0, or +84 and 9 digits."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})
    pattern = re.compile(r"(?:0|\+84)\d{9,10}")
    wrong = gettext_lazy("Số điện thoại có 10 chữ số, bắt đầu bằng 0. Ví dụ 0905 123 456.")


class UploadInput(forms.ClearableFileInput):
    """A plain file control that knows its limit, so that the page can say it before sending."""

    allow_multiple_selected = False


class UploadField(forms.FileField):
    """A file of at most `max_bytes`, with one of the extensions in `types`."""

    widget = UploadInput
    default_error_messages = {**REQUIRED, "empty": gettext_lazy("Tệp này rỗng.")}

    def __init__(
        self, *, max_bytes: int = 10 * MEGABYTE, types: Sequence[str] = (), **options: Any
    ) -> None:
        self.max_bytes, self.types = max_bytes, tuple(types)
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs["data-max-bytes"] = str(self.max_bytes)
        if self.types:
            attrs["accept"] = ",".join(self.types)
        return attrs

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            self._check(file)
        return file

    def _check(self, file: UploadedFile[Any]) -> None:
        if (file.size or 0) > self.max_bytes:
            raise forms.ValidationError(
                _("Tệp “%(name)s” lớn hơn %(limit)s. Hãy chọn tệp nhỏ hơn.")
                % {"name": file.name, "limit": file_size(self.max_bytes)}
            )
        if self.types and not (file.name or "").lower().endswith(self.types):
            raise forms.ValidationError(
                _("Chỉ nhận tệp %(types)s.") % {"types": ", ".join(self.types)}
            )


def file_size(amount: int) -> str:
    """1500000 -> '1,5 MB'; sizes are decimal, as shops and portals count them."""
    if amount >= MEGABYTE:
        places = 0 if amount % MEGABYTE == 0 else 1
        return f"{vn_number(amount / MEGABYTE, places)} MB"
    return f"{vn_number(max(1, round(amount / 1000)))} kB"
