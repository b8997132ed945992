"""From the events of one case to what the town hall keeps of it: the facts of a dossier.

A day written without an hour means, for a due date, the end of that day; for everything else its
first instant, or the moment it cannot precede when that falls on the same day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, time
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from thichinh.caselogs.rules.case_times import CaseTimes, DueIn
from thichinh.caselogs.rules.log import Event, RawCase
from thichinh.caselogs.rules.mapping import CHANNELS, Faults, TextSource
from thichinh.caselogs.rules.moments import Moment
from thichinh.caselogs.rules.refusals import Bad, Fault
from thichinh.caselogs.rules.sources import Compiler, matcher, shown

ENDINGS = ("resolved", "withdrawn", "stopped", "refused")
LAST = time(23, 59, 59, 999999)


class Step(NamedTuple):
    """One act of the history: an event the mapping keeps, under its name."""

    line: int
    name: str
    at: datetime
    started: datetime | None
    resource: str
    group: str


class CaseFacts(NamedTuple):
    """A case as a dossier: instants are in order, `ending` is one of ENDINGS or '' while open."""

    case_id: str
    line: int
    applicant: str
    procedure: str
    unit: str
    channel: int
    submitted_at: datetime
    received_at: datetime
    due_at: datetime
    ending: str
    ended_at: datetime | None
    returned_at: datetime | None
    outcome: str
    steps: tuple[Step, ...]
    events: int
    repairs: tuple[str, ...] = ()

    @property
    def finished(self) -> bool:
        return self.ending == "resolved"

    @property
    def on_time(self) -> bool:
        """Resolved at or before the due instant."""
        return self.finished and self.ended_at is not None and self.ended_at <= self.due_at


class CaseReader:
    """Reads cases by one mapping. Build it before the log is read: it says which columns count."""

    def __init__(self, compiler: Compiler, *, now: datetime, due_in: DueIn) -> None:
        mapping = compiler.mapping
        self.now = now
        self._faults: Faults = mapping.faults
        self._times = CaseTimes(compiler, due_in)
        self._zone = ZoneInfo(mapping.time.timezone)
        self._channel = compiler.case_text(mapping.channel, "channel")
        self._applicant = _optional(compiler, mapping.applicant, "applicant")
        self._unit = _optional(compiler, mapping.unit, "unit")
        self._outcome = _optional(compiler, mapping.outcome, "outcome")
        procedure = mapping.procedure
        self._procedure = _optional(compiler, procedure.by if procedure else None, "procedure.by")
        self._resource = compiler.text(mapping.resource, "resource") if mapping.resource else None
        self._group = compiler.text(mapping.group, "group") if mapping.group else None
        steps = mapping.steps
        self._keeps, self._drops = matcher(steps.keep or ("*",)), matcher(steps.drop)
        self._names = compiler.names(steps.names)

    def facts(self, case: RawCase) -> CaseFacts | Bad:
        """The dossier this case becomes, or why it cannot be one."""
        try:
            return self._facts(case)
        except Fault as fault:
            return fault.at(case.line, case.case_id)

    def _facts(self, case: RawCase) -> CaseFacts:
        rows = [event.values for event in case.events]
        submitted, received = self._beginning(case.events)
        repairs: list[str] = []
        due = self._due(case.events, received, repairs)
        ending, ended, returned = self._end(case.events, received, repairs)
        return CaseFacts(
            case_id=case.case_id,
            line=case.line,
            applicant=self._applicant(rows) or f"Người nộp hồ sơ {case.case_id}",
            procedure=self._procedure(rows),
            unit=self._unit(rows),
            channel=self._channel_of(rows),
            submitted_at=submitted,
            received_at=received,
            due_at=due,
            ending=ending,
            ended_at=ended,
            returned_at=returned,
            outcome=self._outcome(rows),
            steps=tuple(self._steps(case.events)),
            events=sum(not event.is_start for event in case.events),
            repairs=tuple(repairs),
        )

    def _channel_of(self, rows: Sequence[Sequence[str]]) -> int:
        text = self._channel(rows)
        if not text:
            raise Fault("no-channel")
        channel = CHANNELS.get(text.lower())
        if channel is None:
            raise Fault("unknown-channel", text=shown(text))
        return channel

    def _beginning(self, events: Sequence[Event]) -> tuple[datetime, datetime]:
        received = self._times.received(events)
        if received is None:
            raise Fault("no-received")
        at = received.at
        submitted = self._times.submitted(events)
        begun = at if submitted is None else self._floored(submitted, None)
        if received.date_only:
            at = self._floored(received, begun)
        self._refuse_future("received_at", at)
        if begun > at:
            raise self._backwards("received_at", at, "submitted_at", begun)
        return begun, at

    def _due(self, events: Sequence[Event], received: datetime, repairs: list[str]) -> datetime:
        moment = self._times.due(events, received)
        if moment is None:
            raise Fault("no-due")
        due = moment.at
        if moment.date_only:
            due = datetime.combine(due.date(), LAST, due.tzinfo)
        if due >= received:
            return due
        fault = Fault("due-before-received", due=self._shown(due), received=self._shown(received))
        if self._faults.due_before_received == "refuse":
            raise fault
        repairs.append(f"{fault.reason} Lấy due_at bằng received_at.")
        return received

    def _end(
        self, events: Sequence[Event], received: datetime, repairs: list[str]
    ) -> tuple[str, datetime | None, datetime | None]:
        """How and when the case ended (the earliest ending counts), and when it was returned."""
        after = partial(self._after, repairs)
        ends = [
            (after(f"{name}_at", moment, received, "received_at"), name)
            for name in ENDINGS
            if (moment := self._times.ending(name, events)) is not None
        ]
        returned = self._times.returned(events)
        if not ends and returned is not None:  # what was handed back had been decided
            ends = [(after("returned_at", returned, received, "received_at"), "resolved")]
        ended, name = min(ends, key=lambda end: end[0], default=(None, ""))
        if ended is None or returned is None or name != "resolved":
            return name, ended, None
        return name, ended, after("returned_at", returned, ended, "resolved_at")

    def _after(
        self, repairs: list[str], role: str, moment: Moment, floor: datetime, other: str
    ) -> datetime:
        """`moment`, not before `floor`, as `faults.end_before_start` says."""
        at = self._floored(moment, floor)
        self._refuse_future(role, at)
        policy = self._faults.end_before_start
        if at >= floor:
            return at
        fault = self._backwards(role, at, other, floor)
        if policy == "repair" or (policy == "same_day" and self._same_day(at, floor)):
            repairs.append(f"{fault.reason} Lấy {role} bằng {other}.")
            return floor
        raise fault

    def _floored(self, moment: Moment, floor: datetime | None) -> datetime:
        if floor is None or not moment.date_only or moment.at >= floor:
            return moment.at
        return floor if floor.astimezone(moment.at.tzinfo).date() == moment.at.date() else moment.at

    def _same_day(self, one: datetime, other: datetime) -> bool:
        return one.astimezone(self._zone).date() == other.astimezone(self._zone).date()

    def _backwards(self, role: str, end: datetime, other: str, start: datetime) -> Fault:
        ends, starts = self._shown(end), self._shown(start)
        return Fault("end-before-start", role=role, other=other, end=ends, start=starts)

    def _shown(self, at: datetime) -> str:
        """Every instant of a sentence in the one zone of the mapping."""
        return at.astimezone(self._zone).isoformat(" ")

    def _refuse_future(self, role: str, at: datetime) -> None:
        if at > self.now:
            raise Fault("future-timestamp", role=role, text=shown(self._shown(at)))

    def _steps(self, events: Sequence[Event]) -> list[Step]:
        begun: dict[str, list[datetime]] = defaultdict(list)
        steps = []
        for event in events:
            if event.is_start:
                begun[event.activity].append(event.at)
            elif self._keeps(event.activity) and not self._drops(event.activity):
                waiting = begun[event.activity]
                started = event.started or (waiting.pop(0) if waiting else None)
                steps.append(self._step(event, started))
        return steps

    def _step(self, event: Event, started: datetime | None) -> Step:
        return Step(
            event.line,
            self._names(event.activity),
            event.at,
            started,
            self._resource(event.values) if self._resource else "",
            self._group(event.values) if self._group else "",
        )


def _optional(
    compiler: Compiler, source: TextSource | None, key: str
) -> Callable[[Sequence[Sequence[str]]], str]:
    return (lambda rows: "") if source is None else compiler.case_text(source, key)
