"""The imports of the national list so far, declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules import Actor
from thichinh.foundation.listing import Column, Listing, NewRow
from thichinh.foundation.text import vn_number
from thichinh.foundation.ui.values import time_tag
from thichinh.procedures import queries
from thichinh.procedures.models import ListImport


def _rows(actor: Actor, values: Mapping[str, Any], shelf: str) -> QuerySet[ListImport]:
    return queries.imports(actor)


def _number(key: str, label: Any, of: Callable[[ListImport], int]) -> Column[ListImport]:
    return Column(key, label, lambda row: vn_number(of(row)), export=of, is_number=True)


IMPORTS = Listing[ListImport](
    code="list_imports",
    title=_("Danh mục thủ tục quốc gia"),
    icon="table-import",
    rows=_rows,
    order="-at",
    head_template="procedures/_listed_head.html",
    context=lambda actor: {"total": queries.listed_count(actor)},
    new=NewRow("procedures:listed_upload", _("Nhập một tệp"), "definition.load"),
    empty_title=_("Chưa nhập danh mục nào"),
    empty_text=_("Tải tệp Excel từ Cổng dịch vụ công quốc gia rồi nhập ở đây."),
    columns=(
        Column("source", _("Danh mục"), lambda row: row.source),
        Column("at", _("Lúc"), lambda row: time_tag(row.at), export=lambda row: row.at, sort="at"),
        Column("who", _("Ai nhập"), lambda row: row.account.display_name if row.account else ""),
        _number("added", _("Mới"), lambda row: row.added),
        _number("changed", _("Thay đổi"), lambda row: row.changed),
        _number("missing", _("Không còn"), lambda row: row.missing),
        _number("refused", _("Từ chối"), lambda row: row.refused),
    ),
)
