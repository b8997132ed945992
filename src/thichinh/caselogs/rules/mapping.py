"""What a mapping definition may say: how an event log becomes dossiers.

`docs/reference/mapping.md` is the manual of this model and `import cases --help` prints it. A
source (`TextSource`, `TimeSource`) may be written as a bare column name or as a block of keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from thichinh.caselogs.rules.moments import check_format
from thichinh.foundation.definitions import DefinitionModel

CHANNELS = {"direct": 1, "online": 2, "postal": 3}
EMPTY = ("", "null", "none", "nan", "nat", "n/a", "#n/a", "nil", "empty", "missing")
TIME_ROLES = (
    "submitted_at", "received_at", "due_at", "resolved_at",
    "returned_at", "withdrawn_at", "stopped_at", "refused_at",
)  # fmt: skip


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float | date) else value


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, str | int | float) else value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, LookupError) as error:
        raise ValueError(
            f"không có múi giờ {value!r}; ví dụ Asia/Ho_Chi_Minh, Europe/Amsterdam, UTC"
        ) from error
    return value


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"biểu thức chính quy sai: {error}") from error
    return value


def _format(value: str) -> str:
    check_format(value)
    return value


Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
Formats = Annotated[tuple[Annotated[str, BeforeValidator(_format)], ...], BeforeValidator(_listed)]
Zone = Annotated[str, BeforeValidator(_zone)]
Pattern = Annotated[str, BeforeValidator(_regex)]
Amount = Annotated[float, Field(ge=0, le=4000)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=60)]

ProcedureCode = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class Part(BaseModel):
    """A piece of a mapping: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True
    )


def _one_of(part: Part, names: Iterable[str]) -> None:
    names = tuple(names)
    given = [name for name in names if getattr(part, name)]
    if len(given) != 1:
        found = f"đang có {' và '.join(given)}" if given else "chưa có khoá nào"
        raise ValueError(f"cần đúng một trong các khoá {', '.join(names)}; {found}")


class TextSource(Part):
    """Where a text comes from: a column, several joined, a template of `{column}`, a constant."""

    column: Text | None = None
    columns: Texts = ()
    join: str = Field(default=" ")
    template: Text | None = None
    constant: Text | None = None
    pattern: Pattern | None = None
    map: dict[Text, Text] = {}
    default: Text | None = None
    which: Literal["first", "last"] = "first"

    model_config = ConfigDict(str_strip_whitespace=False)

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, data: Any) -> Any:
        return {"column": data} if isinstance(data, str | int) else data

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        _one_of(self, ("column", "columns", "template", "constant"))
        return self


class ChannelSource(TextSource):
    """A text that ends up as direct, online or postal; these words alone mean themselves."""

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, data: Any) -> Any:
        if isinstance(data, str) and data in CHANNELS:
            return {"constant": data}
        return {"column": data} if isinstance(data, str | int) else data

    @model_validator(mode="after")
    def _speaks_of_channels(self) -> Self:
        named = [*self.map.values(), *(v for v in (self.default, self.constant) if v is not None)]
        for value in named:
            if value not in CHANNELS and not (value == self.constant and self.map):
                raise ValueError(f"{value!r} không phải kênh; chỉ nhận direct, online, postal")
        return self


class Lifecycle(TextSource):
    """Which transitions are events (`keep`), which only say when one began (`start`)."""

    keep: Texts = ("complete",)
    start: Texts = ()


class Condition(Part):
    """Look only at the events of the case whose column holds (or does not hold) a value."""

    column: Text
    is_in: Texts = Field(default=(), alias="in")
    not_in: Texts = ()
    present: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.is_in and not self.not_in and self.present is None:
            raise ValueError("cần một trong các khoá in, not_in, present")
        return self


class Term(Part):
    """A time limit: `amount` itself or the number in `column` (through `map`, else `default`).

    The first four units follow the legal calendar; weekdays, days and hours need none.
    """

    unit: Literal[
        "working_days", "working_hours", "legal_days", "same_day", "weekdays", "days", "hours"
    ]
    amount: Amount | None = None
    column: Text | None = None
    map: dict[Text, Amount] = {}
    default: Amount | None = None
    until: Literal["instant", "end_of_day"] = "instant"

    @model_validator(mode="after")
    def _has_an_amount(self) -> Self:
        if self.unit != "same_day" and (self.amount is None) == (self.column is None):
            raise ValueError("cần đúng một trong hai khoá amount (số) và column (cột chứa số)")
        return self


class TimeSource(Part):
    """Where an instant comes from: a column, an event of the case, other sources, a term."""

    column: Text | None = None
    columns: Texts = ()
    join: str = " "
    template: Text | None = None
    event: Literal["first", "last"] | None = None
    activity: Texts = ()
    which: Literal["first", "last"] | None = None
    first_of: tuple[TimeSource, ...] = ()
    earliest: tuple[TimeSource, ...] = ()
    latest: tuple[TimeSource, ...] = ()
    term: Term | None = None
    when: Condition | None = None
    formats: Formats = ()
    timezone: Zone | None = None

    model_config = ConfigDict(str_strip_whitespace=False)

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, data: Any) -> Any:
        return {"column": data} if isinstance(data, str | int) else data

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        _one_of(
            self,
            ("column", "columns", "template", "event", "activity",
             "first_of", "earliest", "latest", "term"),
        )  # fmt: skip
        return self

    @property
    def parts(self) -> tuple[TimeSource, ...]:
        return self.first_of or self.earliest or self.latest


class CsvOptions(Part):
    """How the text file is written. `auto` looks at the header line."""

    model_config = ConfigDict(str_strip_whitespace=False)

    delimiter: str = "auto"
    quote: str = Field(default='"', min_length=1, max_length=1)
    encoding: str = "utf-8"
    header: bool = True
    columns: Texts = ()
    skip_lines: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _is_readable(self) -> Self:
        if self.delimiter not in ("auto", "tab") and len(self.delimiter) != 1:
            raise ValueError("delimiter là một ký tự, hoặc tab, hoặc auto")
        if not self.header and not self.columns:
            raise ValueError("header: false thì phải nêu tên các cột ở columns")
        try:
            "".encode(self.encoding)
        except LookupError as error:
            raise ValueError(
                f"không có bảng mã {self.encoding!r}; ví dụ utf-8, latin-1, cp1258, utf-16"
            ) from error
        return self


class TimeOptions(Part):
    """How instants are written: formats tried in order, zone of those without an offset."""

    timezone: Zone = "Asia/Ho_Chi_Minh"
    formats: Formats = ("iso",)
    decimal: Literal[".", ","] = "."


class Faults(Part):
    """What a fault costs; `refuse` is the default everywhere."""

    bad_event: Literal["event", "case"] = "event"
    duplicate_event: Literal["refuse", "keep"] = "refuse"
    end_before_start: Literal["refuse", "same_day", "repair"] = "refuse"
    due_before_received: Literal["refuse", "repair"] = "refuse"


class Authority(Part):
    """The unit that owns the imported dossiers; created as a root of its own when unknown."""

    code: Slug
    name: str = Field(default="", max_length=200)

    @model_validator(mode="before")
    @classmethod
    def _bare_code(cls, data: Any) -> Any:
        return {"code": data} if isinstance(data, str) else data


class ProcedureSource(Part):
    """One procedure for every case (`code`, `name`), or one per value of a source (`by`)."""

    code: ProcedureCode | None = None
    name: str = Field(default="", max_length=500)
    field: ProcedureCode | None = None
    field_name: str = Field(default="Hồ sơ nhập từ nhật ký", max_length=200)
    by: TextSource | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, data: Any) -> Any:
        return {"by": data} if isinstance(data, str | int) else data

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        _one_of(self, ("code", "by"))
        return self


class Steps(Part):
    """Which activities stay as acts in the dossier's history, and under which name."""

    keep: Texts = ()
    drop: Texts = ()
    names: dict[Text, Text] = {}

    @model_validator(mode="before")
    @classmethod
    def _bare_names(cls, data: Any) -> Any:
        return {"keep": data} if isinstance(data, str | list) else data


class CaseMapping(DefinitionModel):
    """How the rows of an event log become dossiers of an authority."""

    code: str = ""
    effective_from: date = date(1970, 1, 1)
    name: str = ""
    note: str = ""
    format: Literal["auto", "csv", "xes"] = "auto"
    csv: CsvOptions = CsvOptions()
    time: TimeOptions = TimeOptions()
    empty: Texts = EMPTY
    authority: Authority | None = None
    procedure: ProcedureSource | None = None
    unit: TextSource | None = None
    applicant: TextSource | None = None
    case_id: TextSource
    event_id: TextSource | None = None
    activity: TextSource
    timestamp: TimeSource
    started_at: TimeSource | None = None
    lifecycle: Lifecycle | None = None
    resource: TextSource | None = None
    group: TextSource | None = None
    channel: ChannelSource = ChannelSource(constant="direct")
    submitted_at: TimeSource | None = None
    received_at: TimeSource = TimeSource(event="first")
    due_at: TimeSource
    resolved_at: TimeSource | None = None
    returned_at: TimeSource | None = None
    withdrawn_at: TimeSource | None = None
    stopped_at: TimeSource | None = None
    refused_at: TimeSource | None = None
    outcome: TextSource | None = None
    ignore_activities: Texts = ()
    steps: Steps = Steps()
    faults: Faults = Faults()

    @model_validator(mode="after")
    def _terms_only_for_due(self) -> Self:
        for role in TIME_ROLES:
            source = getattr(self, role)
            if role != "due_at" and source is not None and _has_term(source):
                raise ValueError(f"{role}: khoá term chỉ dùng cho due_at")
        for role in ("timestamp", "started_at"):
            source = getattr(self, role)
            if source is not None and not (source.column or source.columns or source.template):
                raise ValueError(f"{role}: chỉ nhận column, columns hoặc template của dòng")
        return self


def _has_term(source: TimeSource) -> bool:
    return source.term is not None or any(_has_term(part) for part in source.parts)
