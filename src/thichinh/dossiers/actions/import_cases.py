"""Importing an event log: cases to dossiers, batch by batch, each batch one transaction.

The log is read and judged as a whole before the first write, by the real present: the example
town's clock does not make yesterday's events come from the future. A run that was interrupted goes on
behind its last batch; a dossier is known by its number, so nothing is ever written twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from thichinh.accounts.actions import person_row
from thichinh.accounts.models import Person
from thichinh.accounts.rules import SYSTEM, PersonFacts
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.actions.import_setup import Place, find_authority, open_place
from thichinh.dossiers.models import Dossier, ImportRun
from thichinh.dossiers.queries.imports import facts_by_stock
from thichinh.dossiers.rules import numbers
from thichinh.dossiers.rules.book import (
    AWAITING,
    BOOK,
    EARLY,
    LATE,
    NOT_DUE,
    ON_TIME,
    OUTSIDE,
    OVERDUE,
    PAUSED,
    REFUSED,
    STOPPED,
    WITHDRAWN,
)
from thichinh.dossiers.rules.case_acts import (
    LOGGED,
    case_acts,
    case_number,
    check_calendar,
    told_data,
)
from thichinh.dossiers.rules.case_facts import CaseFacts, CaseReader, Step
from thichinh.dossiers.rules.case_log import CaseLog, RawCase, log_digest
from thichinh.dossiers.rules.case_mapping import CaseMapping
from thichinh.dossiers.rules.case_reasons import Bad, Fault
from thichinh.dossiers.rules.case_sources import Compiler, shown
from thichinh.foundation import audit, calendar, clock
from thichinh.foundation.bulk import copy_rows, reserve_ids
from thichinh.foundation.calendar import LegalCalendar, add_term
from thichinh.foundation.errors import Conflict
from thichinh.foundation.text import fold, person_sort_key
from thichinh.stocks import actions as stocks
from thichinh.stocks.queries import balances, flows
from thichinh.stocks.rules import Where

BATCH = 500
"""Cases per transaction."""
ALREADY = "already_imported"
_OPEN = frozenset({AWAITING, NOT_DUE, OVERDUE, PAUSED})
_ENDS = frozenset({EARLY, ON_TIME, LATE, WITHDRAWN, STOPPED, REFUSED})


@dataclass(frozen=True, slots=True)
class Wish:
    """What an import is asked to do."""

    mapping: CaseMapping
    log: Path
    authority: str | None = None
    dry_run: bool = False
    partial: bool = False
    batch: int = BATCH


@dataclass
class Report:
    """What an import found and did; counts describe the log's good cases, whoever wrote them."""

    authority: str
    mapping: str
    resumed: bool = False
    dry_run: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Bad] = field(default_factory=list)
    repaired: list[Bad] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    books: dict[str, int] = field(default_factory=dict)
    balanced: bool | None = None

    def add(self, facts: CaseFacts) -> None:
        """Count one good case."""
        self.counts["dossiers"] += 1
        self.counts["events"] += facts.events
        self.counts[facts.ending or "open"] += 1
        self.counts["on_time"] += facts.on_time
        self.repaired += [Bad(facts.line, "repaired", why, facts.case_id) for why in facts.repairs]
        begun = facts.submitted_at
        self.first = begun if self.first is None else min(self.first, begun)

    @property
    def on_time_pct(self) -> float | None:
        finished = self.counts["resolved"]
        return round(100 * self.counts["on_time"] / finished, 2) if finished else None

    def as_json(self) -> dict[str, Any]:
        """The object that `--format json` prints."""
        n = self.counts
        return {
            "authority": self.authority,
            "mapping": self.mapping,
            "dossiers": n["dossiers"],
            "events": n["events"],
            "finished": n["resolved"],
            "on_time": n["on_time"],
            "late": n["resolved"] - n["on_time"],
            "on_time_pct": self.on_time_pct,
            "open": n["open"],
            "withdrawn": n["withdrawn"],
            "stopped": n["stopped"],
            "not_accepted": n["refused"],
            "refused": [bad.as_json() for bad in self.refused],
            "repaired": [bad.as_json() for bad in self.repaired],
            "skipped": dict(self.skipped),
            **self.books,
            "balanced": self.balanced,
            "resumed": self.resumed,
            "dry_run": self.dry_run,
        }


def import_cases(wish: Wish, progress: Callable[[int], None] = lambda done: None) -> Report:
    """Bring a log into the dossiers of an authority; `progress` hears how many cases are settled.

    Raises Refused for a log or mapping that cannot be used at all, Conflict while another import
    into the same authority is running.
    """
    if wish.dry_run:
        return _judge(wish)
    with _alone(wish):
        digest = log_digest(wish.log)
        with _read(wish, _present(wish, digest)) as (log, reader):
            run, place = _open_run(wish, digest, reader.now)
            report = Report(place.root.code, wish.mapping.code)
            report.resumed = run.cursor > 0 and run.finished_at is None
            import_run = _Importer(run, place, log, report)
            done = 0
            for batch in _batches(log.cases(), wish.batch):
                done += len(batch)
                import_run.settle(_facts(batch, log, reader), done)
                progress(done)
            report.refused = list(log.refused())
            report.skipped.update(log.skipped)
        _close(run, place, report)
    return report


def _judge(wish: Wish) -> Report:
    """Everything but the writing."""
    place = find_authority(wish.mapping, wish.authority)
    code = place.code if place else wish.authority or ""
    if not code:
        code = wish.mapping.authority.code if wish.mapping.authority else wish.mapping.code
    report = Report(code, wish.mapping.code, dry_run=True)
    with _read(wish, timezone.now()) as (log, reader):
        for batch in _batches(log.cases(), wish.batch):
            for facts in _facts(batch, log, reader):
                report.add(facts)
        report.refused, report.skipped = list(log.refused()), log.skipped
    return report


@contextmanager
def _read(wish: Wish, now: datetime) -> Iterator[tuple[CaseLog, CaseReader]]:
    compiler = Compiler(wish.mapping)
    reader = CaseReader(
        compiler, now=now, due_in=lambda start, term: add_term(calendar.current(), start, term)
    )
    with CaseLog(compiler, now=now) as log:
        log.read(wish.log, partial=wish.partial)
        yield log, reader


@contextmanager
def _alone(wish: Wish) -> Iterator[None]:
    """One import into an authority at a time; the lock ends with the connection."""
    found = find_authority(wish.mapping, wish.authority)
    key = f"import:{found.code if found else wish.authority or wish.mapping.code}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', '5s', false)")
        try:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        except OperationalError as error:
            raise Conflict(
                "Đang có một lần nhập khác vào đơn vị này. Hãy đợi nó xong rồi chạy lại."
            ) from error
        finally:
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def _present(wish: Wish, digest: str) -> datetime:
    """Now, or what was now when this very import was interrupted."""
    runs = ImportRun.objects.filter(log_digest=digest, mapping_digest=_mapping_digest(wish))
    found = runs.filter(authority=find_authority(wish.mapping, wish.authority)).first()
    return found.as_of if found else timezone.now()


def _mapping_digest(wish: Wish) -> str:
    return hashlib.sha256(wish.mapping.model_dump_json().encode()).hexdigest()


@transaction.atomic
def _open_run(wish: Wish, digest: str, now: datetime) -> tuple[ImportRun, Place]:
    """The run of this log by this mapping, new or interrupted."""
    place = open_place(wish.mapping, wish.authority)
    run, _ = ImportRun.objects.get_or_create(
        authority=place.root,
        mapping_digest=_mapping_digest(wish),
        log_digest=digest,
        defaults={
            "mapping": wish.mapping.code[:100],
            "log_name": wish.log.name[:255],
            "as_of": now,
        },
    )
    return run, place


def _batches(cases: Iterator[RawCase], size: int) -> Iterator[list[RawCase]]:
    while batch := list(islice(cases, size)):
        yield batch


def _facts(batch: list[RawCase], log: CaseLog, reader: CaseReader) -> list[CaseFacts]:
    good = []
    for case in batch:
        facts = reader.facts(case)
        if isinstance(facts, Bad):
            log.refuse(facts)
        else:
            good.append(facts)
    return good


class _Writer(BulkWriter):
    """The bulk writer, and what a log tells without anything being done here."""

    def note(self, dossier: Dossier, step: Step) -> None:
        """An act that changes nothing: no movement, no task, no audit row of its own."""
        dossier.revision += 1
        unit, state = dossier.unit_id, dossier.state
        self._acts.append(
            (
                dossier.pk, dossier.revision, LOGGED, step.at, None, unit, None, state, state,
                step.name, told_data(step),
            )
        )  # fmt: skip


@dataclass(slots=True)
class _Importer:
    """Writes the cases of one run."""

    run: ImportRun
    place: Place
    log: CaseLog
    report: Report

    @transaction.atomic
    def settle(self, batch: list[CaseFacts], cursor: int) -> None:
        """Write what is not there yet and move the cursor, or nothing of it."""
        written = self._write(self._new(batch))
        if cursor > self.run.cursor:
            self.run.cursor = cursor
            self.run.save(update_fields=["cursor"])
        if written:
            data = {"dossiers": written, "cursor": cursor}
            audit.record(SYSTEM, "import.batch", self.run, data=data)

    def _new(self, batch: list[CaseFacts]) -> list[tuple[str, CaseFacts]]:
        """The cases whose number nobody has; those that have one are counted or refused."""
        numbered = [(case_number(self.place.root.code, f.case_id), f) for f in batch]
        known = self._known([number for number, _ in numbered])
        new = []
        for number, facts in numbered:
            holder = known.setdefault(number, (self.run.origin, facts.case_id, True))
            if holder[1] != facts.case_id or not holder[0].startswith("import-"):
                self.log.refuse(_taken(number).at(facts.line, facts.case_id))
            elif holder[0] != self.run.origin:
                self.report.skipped[ALREADY] += 1
            elif holder[2]:
                new.append((number, facts))
            else:
                self.report.add(facts)
        return new

    @staticmethod
    def _known(wanted: list[str]) -> dict[str, tuple[str, str, bool]]:
        """Number -> origin, case id, still to be written."""
        rows = Dossier.objects.filter(number__in=wanted)
        found = rows.values_list("number", "origin", "answers__case_id")
        return {number: (origin, case_id or "", False) for number, origin, case_id in found}

    def _write(self, new: list[tuple[str, CaseFacts]]) -> int:
        today = calendar.current()
        writer = _Writer(self.run.origin)
        placed = []
        for number, facts in new:
            try:
                check_calendar(facts, today)
                placed.append((number, facts, self.place.unit_id(facts.unit)))
            except Fault as fault:
                self.log.refuse(fault.at(facts.line, facts.case_id))
        people = _write_people([facts.applicant for _, facts, _ in placed])
        for (number, facts, unit_id), person_id in zip(placed, people, strict=True):
            self._tell(writer, facts, self._dossier(number, facts, unit_id, person_id), today)
            self.report.add(facts)
        return writer.flush()

    def _dossier(self, number: str, facts: CaseFacts, unit_id: int, person_id: int) -> Dossier:
        procedure = self.place.procedure(facts.procedure)
        return Dossier(
            number=number,
            secret=numbers.new_secret(),
            procedure_id=procedure.procedure_id,
            definition_id=procedure.definition_id,
            unit_id=unit_id,
            receiving_unit_id=self.place.root.pk,
            applicant_id=person_id,
            channel=facts.channel,
            state=0,
            submitted_at=facts.submitted_at,
            answers={"case_id": facts.case_id},
        )

    def _tell(
        self, writer: _Writer, facts: CaseFacts, dossier: Dossier, today: LegalCalendar
    ) -> None:
        definition = self.place.procedure(facts.procedure).definition
        for outcome in case_acts(facts, dossier, definition, today):
            if isinstance(outcome, Step):
                writer.note(dossier, outcome)
            elif dossier.pk is None:
                writer.open(dossier, definition, SYSTEM, outcome)
            else:
                writer.act(dossier, SYSTEM, outcome)


def _taken(number: str) -> Fault:
    return Fault("number-taken", text=shown(number))


def _write_people(names: Sequence[str]) -> Sequence[int]:
    """One person per case: a name in a log is not enough to say that two are the same."""
    ids = reserve_ids(Person, len(names))
    same = {key: value for key, value in person_row(PersonFacts("")).items() if "name" not in key}
    fields = ("id", "full_name", "search_name", "sort_name", *same)
    rows = (
        (pk, name[:200], fold(name[:200]), person_sort_key(name[:200]), *same.values())
        for pk, name in zip(ids, names, strict=True)
    )
    if names:
        copy_rows(Person, fields, rows)
    return ids


def _close(run: ImportRun, place: Place, report: Report) -> None:
    """Note the end, fold the books, and prove them."""
    with transaction.atomic():
        if run.finished_at is None:
            run.finished_at = clock.now()
            run.save(update_fields=["finished_at"])
            data = {"dossiers": report.counts["dossiers"], "refused": len(report.refused)}
            audit.record(SYSTEM, "import.finished", run, data=data)
    while stocks.post_due():
        pass
    stocks.fold()
    report.books = _books(place, report)
    report.balanced = _balanced(place, report)


def _books(place: Place, report: Report) -> dict[str, int]:
    """What the books of the authority say from the log's first day to now."""
    where, end = Where(root=place.root.pk), max(timezone.now(), clock.now())
    start = report.first or end
    opening = _open_count(start, where)
    received = closed = 0
    for (source, target), n in flows(BOOK, start, end, where).get((), {}).items():
        received += n if source == OUTSIDE else 0
        closed += n if target in _ENDS else 0
    return {
        "opening": opening,
        "received": received,
        "closed": closed,
        "closing": _open_count(end, where),
    }


def _open_count(at: datetime, where: Where) -> int:
    stocks_at = balances(BOOK, at, where).get((), {})
    return sum(n for stock, n in stocks_at.items() if stock in _OPEN)


def _balanced(place: Place, report: Report) -> bool:
    """Do the books of the authority say what its dossiers say, stock by stock, and add up?"""
    books = report.books
    adds_up = books["opening"] + books["received"] - books["closed"] == books["closing"]
    lying = balances(BOOK, max(timezone.now(), clock.now()), Where(root=place.root.pk)).get((), {})
    kept = {stock: n for stock, n in lying.items() if stock != OUTSIDE and n}
    return adds_up and kept == facts_by_stock(place.root, clock.now())
