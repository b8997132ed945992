"""What a list is: its columns, filters, shelves, mass acts, and where its rows come from."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from thichinh.foundation.paging import Order
from thichinh.foundation.ui.values import or_dash

R = TypeVar("R", bound=Model)
Words = str | Promise


class Reader(Protocol):
    """The part of an actor that a list needs: who keeps views, and what may be done."""

    @property
    def account_id(self) -> int | None: ...

    def may(self, permission: str) -> bool: ...


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column. `cell` is what the page shows (text or safe markup), `export` what a file gets.

    `link` is the address that the cell leads to, `under` a second line below it. `sort` is a field
    of the rows without nulls: the heading then sorts by it, on the shelves `sorts_on` where it has
    nulls on others. `only` keeps a column to the page or to files; `when(actor, shelf)` says where
    the page shows it. The first column is the heading of its row.
    """

    key: str
    label: Words
    cell: Callable[[R], Any]
    _: KW_ONLY
    export: Callable[[R], Any] | None = None
    link: Callable[[R], str] | None = None
    under: Callable[[R], Any] | None = None
    sort: str = ""
    sorts_on: frozenset[str] | None = None
    only: Literal["", "page", "file"] = ""
    when: Callable[[Any, str], bool] = lambda actor, shelf: True
    is_number: bool = False

    def shown(self, row: R) -> Any:
        """What the page shows."""
        value = self.cell(row)
        if self.link:
            value = format_html('<a href="{}">{}</a>', self.link(row), value)
        under = self.under(row) if self.under else ""
        if not under:
            return value
        return format_html('{}<span class="d-block dim fw-normal">{}</span>', or_dash(value), under)

    def sorted_on(self, shelf: str) -> bool:
        """Whether its heading sorts there."""
        return bool(self.sort) and (self.sorts_on is None or shelf in self.sorts_on)

    def exported(self, row: R) -> Any:
        """The plain value for a file."""
        return self.export(row) if self.export else self.cell(row)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A part of the list with a tab of its own, such as what is overdue. `order` is its usual one."""

    key: str
    label: Words
    order: str = ""


@dataclass(frozen=True, slots=True)
class NewRow:
    """The button that leads to the page where a row is added, for who holds the permission."""

    url_name: str
    label: Words
    permission: str


@dataclass(frozen=True, slots=True)
class Picked:
    """A selected row: its name, and the revision that the page showed (None where it shows none)."""

    key: str
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class MassResult:
    """What became of one selected row: done, or the sentence why not."""

    key: str
    refusal: str = ""


@dataclass(frozen=True, kw_only=True)
class MassAct:
    """Something done to the selected rows, each for itself: one refused does not stop the others.

    `run(actor, rows, values, once)` answers for every row; `once` is the key of this press, under
    which a row is done once however often it is sent. `form` asks for what they all need.
    """

    key: str
    label: Words
    done: Words
    permission: str
    run: Callable[[Any, Sequence[Picked], Mapping[str, Any], str], list[MassResult]]
    icon: str = "checks"
    form: Callable[[Any, Any], forms.Form] | None = None
    """From the actor and the posted data (or None) to the form that asks, with a prefix of its own."""


_NOT_FILTERED = gettext_lazy(
    "Không có lựa chọn này, nên danh sách chưa lọc theo nó. Hãy chọn lại trong các lựa chọn ở đây."
)
_UNREADABLE = gettext_lazy(
    "Không đọc được giá trị này, nên danh sách chưa lọc theo nó. Hãy sửa hoặc xoá đi rồi lọc lại."
)
IMPOSSIBLE = {
    "invalid_choice": _NOT_FILTERED,
    "invalid_list": _NOT_FILTERED,
    "invalid_pk_value": _NOT_FILTERED,
    "invalid": _UNREADABLE,
}
TOO_LONG = gettext_lazy(
    "Dài quá %(limit_value)d ký tự, nên danh sách chưa lọc theo nó. Hãy viết ngắn hơn rồi lọc lại."
)


@dataclass(frozen=True, kw_only=True)
class RowAct(Generic[R]):
    """A button of each row that `may(actor, row)`: an address to open or, with `posts`, to send to.

    `of` names the row for who hears the page: every row has a button of the same words.
    """

    label: Words
    url: Callable[[R], str]
    may: Callable[[Any, R], bool]
    of: Callable[[R], str]
    posts: bool = False


Filters = Callable[[Any, Any], forms.Form] | Mapping[str, forms.Field]
"""The fields of the filters; or a function from the actor and the query of the address to their form,
where what may be chosen depends on who asks."""


Counts = Mapping[str, int | None]
"""How many lie on each shelf, and what else the words under the title count."""


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[R]):
    """A list of an app. `rows(actor, values, shelf)` is what the reader may see, filtered.

    `order` names a column's key, with "-" for downwards; `key` names a row in selections and
    `revision` counts what was done to it, so that nobody acts on what they did not see; `counts`
    tells how many lie on each shelf, None where nobody knows; `row_mark` is a row's CSS class.
    `shelf_of(values, counts)` is the shelf where none is asked for, `subtitle` what stands under the
    title, from the counts. `first(actor, values, shelf, order, beyond, most)` reads a page's rows
    where one query over `rows` would read too many. `alone(values, row)` is the address that a list
    of one row leads to at once ('' for none).
    Without `exports` nothing leaves the page as a file.
    """

    code: str
    title: Words
    columns: tuple[Column[R], ...]
    rows: Callable[[Any, Mapping[str, Any], str], QuerySet[R]]
    order: str
    key: Callable[[R], str] = lambda row: str(row.pk)
    revision: Callable[[R], int | None] = lambda row: getattr(row, "revision", None)
    filters: Filters | None = None
    shelves: tuple[Shelf, ...] = ()
    shelf_of: Callable[[Mapping[str, Any], Counts], str] | None = None
    counts: Callable[[Any, Mapping[str, Any]], Counts] | None = None
    subtitle: Callable[[Counts], Words] = lambda counts: ""
    first: Callable[[Any, Mapping[str, Any], str, Order, Q, int], Iterable[R]] | None = None
    alone: Callable[[Mapping[str, Any], R], str] = lambda values, row: ""
    mass: tuple[MassAct, ...] = ()
    row_acts: tuple[RowAct[R], ...] = ()
    size: int = 50
    exports: bool = True
    row_mark: Callable[[R], str] = lambda row: ""
    icon: str = "list"
    table_class: str = ""
    empty_title: Words = ""
    empty_text: Words = ""
    new: NewRow | None = None
    place: tuple[str, str] | None = None
    """The fields of latitude and longitude (WGS 84 degrees, may be null): the list is a map as well."""
    head_template: str = ""
    """A template under the title: buttons, explanations. It gets the context of the page."""
    context: Callable[[Any], Mapping[str, Any]] = field(default=lambda actor: {})

    def column(self, key: str) -> Column[R] | None:
        """The column of this key, if there is one."""
        return next((column for column in self.columns if column.key == key), None)

    def filter_form(self, actor: Any, query: Any) -> forms.Form | None:
        """The filters, holding what the address asks."""
        if self.filters is None:
            return None
        if callable(self.filters):
            form = self.filters(actor, query)
        else:
            form = forms.Form(query)
            form.fields.update({name: copy.deepcopy(one) for name, one in self.filters.items()})
        for one in form.fields.values():
            _say_why(one)
        return form

    def order_named(self, text: str, shelf: str) -> Order | None:
        """The order that "due" or "-due" in an address means, None where no column sorts so."""
        column = self.column(text.removeprefix("-"))
        if column is None or not column.sorted_on(shelf):
            return None
        return Order(column.sort, descending=text.startswith("-"))


def _say_why(one: forms.Field) -> None:
    """What a filter says of a value that it cannot have, where it has no words of its own.

    Django's words ask to choose again, and do not say that the list below is not filtered by it.
    """
    shipped: dict[str, Any] = {}
    for kind in reversed(type(one).__mro__):
        if kind.__module__.startswith("django."):
            shipped |= getattr(kind, "default_error_messages", {})
    for code, words in IMPOSSIBLE.items():
        if code in shipped and one.error_messages.get(code) == shipped[code]:
            one.error_messages[code] = words
    for check in one.validators:
        if isinstance(check, MaxLengthValidator):
            check.message = TOO_LONG
