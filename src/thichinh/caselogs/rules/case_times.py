"""Where the dates of a case come from: columns, events, the earliest of several, a term."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from thichinh.caselogs.rules.log import Event
from thichinh.caselogs.rules.mapping import Term, TimeSource
from thichinh.caselogs.rules.moments import Moment
from thichinh.caselogs.rules.refusals import Fault
from thichinh.caselogs.rules.sources import Compiler, MomentOf, matcher, shown
from thichinh.foundation.calendar import WorkTerm
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import fold_marks

DueIn = Callable[[datetime, WorkTerm], datetime]
"""Adds a term of the legal calendar: `lambda start, term: add_term(calendar, start, term)`."""
Events = Sequence[Event]
Of = Callable[[Events, datetime | None], Moment | None]
LEGAL_UNITS = {
    "working_days": "working_days",
    "working_hours": "hours",
    "legal_days": "days",
    "same_day": "same_day",
}


class CaseTimes:
    """The dates of a case by one mapping, each a function of its events."""

    def __init__(self, compiler: Compiler, due_in: DueIn) -> None:
        mapping = compiler.mapping
        self._compiler = compiler
        self._due_in = due_in
        self._zone = ZoneInfo(mapping.time.timezone)
        self._received = self._source(mapping.received_at, "received_at", "first")
        self._submitted = self._optional("submitted_at", "first")
        self._due = self._source(mapping.due_at, "due_at", "last")
        self._returned = self._optional("returned_at", "last")
        self._endings = {
            name: self._optional(f"{name}_at", "last")
            for name in ("resolved", "withdrawn", "stopped", "refused")
        }

    def received(self, events: Events) -> Moment | None:
        return self._received(events, None)

    def submitted(self, events: Events) -> Moment | None:
        return self._submitted(events, None)

    def due(self, events: Events, received: datetime) -> Moment | None:
        return self._due(events, received)

    def returned(self, events: Events) -> Moment | None:
        return self._returned(events, None)

    def ending(self, name: str, events: Events) -> Moment | None:
        return self._endings[name](events, None)

    def _optional(self, role: str, which: str) -> Of:
        source: TimeSource | None = getattr(self._compiler.mapping, role)
        return _never if source is None else self._source(source, role, which)

    def _source(self, source: TimeSource, key: str, which: str) -> Of:
        """One source as a function; `which` event counts where the mapping does not say."""
        found = self._unconditional(source, key, source.which or which)
        if source.when is None:
            return found
        passes = self._compiler.condition(source.when, f"{key}.when.column")
        return lambda events, received: found(
            [event for event in events if passes(event.values)], received
        )

    def _unconditional(self, source: TimeSource, key: str, which: str) -> Of:
        if source.parts:
            return self._choice(source, [self._source(p, key, which) for p in source.parts])
        if source.term is not None:
            return self._term(source.term)
        if source.event is not None:
            return _first_event if source.event == "first" else _last_event
        if source.activity:
            return _of_activity(matcher(source.activity), which)
        newest = source.which == "last"
        return _of_column(self._compiler.moment(source, key), newest)

    @staticmethod
    def _choice(source: TimeSource, parts: list[Of]) -> Of:
        def choose(events: Events, received: datetime | None) -> Moment | None:
            found = [m for part in parts if (m := part(events, received)) is not None]
            if not found or source.first_of:
                return found[0] if found else None
            return min(found) if source.earliest else max(found)

        return choose

    def _term(self, term: Term) -> Of:
        amount_of = self._amount(term)

        def due(events: Events, received: datetime | None) -> Moment | None:
            amount = amount_of(events)
            if received is None or amount is None:
                return None
            return Moment(self._add(received, term, amount), term.until == "end_of_day")

        return due

    def _add(self, received: datetime, term: Term, amount: float) -> datetime:
        if term.unit in LEGAL_UNITS:
            return self._legal(received, LEGAL_UNITS[term.unit], amount).astimezone(self._zone)
        local = received.astimezone(self._zone)
        if term.unit == "hours":
            return (received + timedelta(hours=amount)).astimezone(self._zone)
        if term.unit == "days":
            return local + timedelta(days=amount)
        return _add_weekdays(local, int(amount))

    def _legal(self, received: datetime, unit: str, amount: float) -> datetime:
        try:
            term = WorkTerm(unit, f"{amount:g}")
        except ValueError as error:
            raise Fault("bad-term", text=f"{amount:g}") from error
        try:
            return self._due_in(received, term)
        except Refused as error:
            raise Fault("no-calendar", why=error.message) from error

    def _amount(self, term: Term) -> Callable[[Events], float | None]:
        if term.column is None:
            return lambda events: term.amount or 0
        text_of = self._compiler.value(term.column, "due_at.term.column")
        table = {fold_marks(key).strip(): number for key, number in term.map.items()}

        def amount(events: Events) -> float | None:
            text = next(filter(None, (text_of(event.values) for event in events)), "")
            if text and not table:
                return _number(text)
            return table.get(fold_marks(text).strip(), term.default)

        return amount


def _number(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError as error:
        raise Fault("bad-term", text=shown(text)) from error
    if not 0 <= number <= 4000:
        raise Fault("bad-term", text=shown(text))
    return number


def _add_weekdays(start: datetime, count: int) -> datetime:
    """The same hour `count` days from Monday to Friday later; holidays are not known."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _never(events: Events, received: datetime | None) -> Moment | None:
    return None


def _first_event(events: Events, received: datetime | None) -> Moment | None:
    begun = [event.started or event.at for event in events]
    return Moment(min(begun)) if begun else None


def _last_event(events: Events, received: datetime | None) -> Moment | None:
    done = [event.at for event in events if not event.is_start]
    return Moment(max(done)) if done else None


def _of_activity(matches: Callable[[str], bool], which: str) -> Of:
    def of_case(events: Events, received: datetime | None) -> Moment | None:
        at = [event.at for event in events if not event.is_start and matches(event.activity)]
        if not at:
            return None
        return Moment(min(at) if which == "first" else max(at))

    return of_case


def _of_column(read: MomentOf, newest: bool) -> Of:
    def of_case(events: Events, received: datetime | None) -> Moment | None:
        for event in reversed(events) if newest else events:
            try:
                moment = read(event.values)
            except Fault as fault:
                fault.line = event.line
                raise
            if moment is not None:
                return moment
        return None

    return of_case
