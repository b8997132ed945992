"""What a page posts: the portal's file."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from thichinh.foundation.ui.forms import UploadField

LARGEST = 30_000_000


class ListForm(forms.Form):
    """One file of the national portal's list."""

    file = UploadField(
        label=_("Tệp danh mục"),
        help_text=_("Tệp Excel tải từ Cổng dịch vụ công quốc gia (.xlsx), tối đa 30 MB."),
        max_bytes=LARGEST,
        types=(".xlsx", ".jsonl", ".gz", ".json"),
    )
