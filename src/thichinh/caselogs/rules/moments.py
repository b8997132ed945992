"""Reading instants as logs write them, strictly: what cannot be read is refused, never guessed.

A `Moment` says whether only a day was written; what such a day means is decided by its role
(`facts`). Times without an offset belong to the mapping's zone; in the hour that autumn
repeats they are read as its first pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

YEARS = (1975, 2199)
"""The books begin in 1975 (`stocks.queries.books`); a year outside is a slip of the pen."""
NAMED = ("iso", "dmy", "mdy", "ymd", "epoch", "epoch_ms", "excel")
"""Formats with a name; any other is a strptime pattern."""
_ISO = re.compile(r"\d{4}-\d\d?-\d\d?(?:[T ]|$)|\d{8}(?:T|$)")
_CLOCK = (
    r"(?:(?:,?\s+|T)(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*([AaPp]\.?[Mm]\.?|SA|CH)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_DAYS = {
    "dmy": re.compile(rf"(?P<d>\d{{1,2}})[./-](?P<m>\d{{1,2}})[./-](?P<y>\d{{4}}|\d\d){_CLOCK}"),
    "mdy": re.compile(rf"(?P<m>\d{{1,2}})[./-](?P<d>\d{{1,2}})[./-](?P<y>\d{{4}}|\d\d){_CLOCK}"),
    "ymd": re.compile(rf"(?P<y>\d{{4}})[./-](?P<m>\d{{1,2}})[./-](?P<d>\d{{1,2}}){_CLOCK}"),
}
_HOURS = ("%H", "%I", "%M", "%X", "%c")


class Moment(NamedTuple):
    """An instant, or (`date_only`) the first instant of a day of which no hour was written."""

    at: datetime
    date_only: bool = False


class Unreadable(ValueError):
    """A text that is not an instant in any of the given formats."""


class OutOfYears(Unreadable):
    """An instant, but in a year that no book here knows."""


Reader = Callable[[str], Moment]


def moment_reader(formats: Sequence[str], zone: ZoneInfo, decimal: str = ".") -> Reader:
    """A reader that tries each format in turn. Raises Unreadable when called on bad text."""
    readers = [_one_reader(name, zone, decimal) for name in formats]

    def read(text: str) -> Moment:
        error: type[Unreadable] = Unreadable
        for reader in readers:
            try:
                moment = reader(text)
            except (ValueError, OverflowError, OSError):
                continue
            if YEARS[0] <= moment.at.year <= YEARS[1]:
                return moment
            error = OutOfYears
        raise error(text)

    return read


def check_format(name: str) -> None:
    """Raises ValueError unless `name` is a known format or a usable strptime pattern."""
    if name in NAMED:
        return
    sample = datetime(2021, 11, 23, 13, 45, 59, tzinfo=UTC)
    if "%" not in name:
        raise ValueError(
            f"không hiểu dạng thời gian {name!r}; dùng {', '.join(NAMED)} "
            "hoặc mẫu strptime như %d/%m/%Y %H:%M"
        )
    try:
        datetime.strptime(sample.strftime(name), name)  # noqa: DTZ007
    except ValueError as error:
        raise ValueError(f"mẫu thời gian {name!r} không dùng được: {error}") from error


def _one_reader(name: str, zone: ZoneInfo, decimal: str) -> Reader:
    if name == "iso":
        return lambda text: _iso(text, zone)
    if name in _DAYS:
        return lambda text: _days(_DAYS[name], text, zone)
    if name in ("epoch", "epoch_ms"):
        divisor = 1000 if name == "epoch_ms" else 1
        return lambda text: _epoch(text, divisor, decimal)
    if name == "excel":
        return lambda text: _excel(text, decimal, zone)
    date_only = not any(mark in name for mark in _HOURS)
    return lambda text: Moment(_in_zone(datetime.strptime(text, name), zone), date_only)  # noqa: DTZ007


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _iso(text: str, zone: ZoneInfo) -> Moment:
    found = _ISO.match(text)
    if found is None:
        raise Unreadable(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _days(_DAYS["ymd"], text, zone)
    return Moment(_in_zone(moment, zone), len(text) <= 10)


def _epoch(text: str, divisor: int, decimal: str) -> Moment:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    return Moment(start + timedelta(seconds=_number(text, decimal) / divisor))


def _excel(text: str, decimal: str, zone: ZoneInfo) -> Moment:
    """Days since 30/12/1899 as a spreadsheet counts them (from March 1900), to the second."""
    days = _number(text, decimal)
    wall = datetime(1899, 12, 30) + timedelta(seconds=round(days * 86400))  # noqa: DTZ001
    return Moment(wall.replace(tzinfo=zone), days.is_integer())


def _number(text: str, decimal: str) -> float:
    return float(text.replace(decimal, ".") if decimal == "," else text)


def _days(pattern: re.Pattern[str], text: str, zone: ZoneInfo) -> Moment:
    found = pattern.fullmatch(text)
    if found is None:
        raise Unreadable(text)
    hour, minute, second, fraction, half, offset = found.groups()[3:]
    year = int(found["y"])
    if len(found["y"]) == 2:
        year += 2000 if year < 70 else 1900
    moment = datetime(
        year, int(found["m"]), int(found["d"]), _hour(hour, half), int(minute or 0),
        int(second or 0), int(((fraction or "") + "000000")[:6]), tzinfo=zone,
    )  # fmt: skip
    return Moment(_shift(moment, offset), hour is None)


def _hour(hour: str | None, half: str | None) -> int:
    value = int(hour or 0)
    if half is None:
        return value
    if not 1 <= value <= 12:
        raise Unreadable(f"{hour} {half}")
    afternoon = half[0] in "pPC"
    return value % 12 + (12 if afternoon else 0)


def _shift(moment: datetime, offset: str | None) -> datetime:
    if offset is None:
        return moment
    if offset in ("Z", "UTC"):
        return moment.replace(tzinfo=UTC)
    return datetime.fromisoformat(moment.replace(tzinfo=None).isoformat() + offset)
