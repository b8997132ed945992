"""Importing an event log: cases to dossiers, batch by batch, each batch one transaction.

The log is read to its end before the first write, and judged by the real present: the example
town's clock does not make yesterday's events come from the future. A run that was interrupted goes
on behind its last batch; a dossier is known by its number, so nothing is ever written twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from thichinh.accounts.rules import SYSTEM
from thichinh.caselogs.actions.place import Place, find_authority, open_place
from thichinh.caselogs.actions.planning import wait_for_writer
from thichinh.caselogs.actions.report import NothingUsable, Report
from thichinh.caselogs.actions.writing import ALREADY, Importer
from thichinh.caselogs.models import ImportRun
from thichinh.caselogs.queries import facts_by_stock
from thichinh.caselogs.rules.acts import check_calendar
from thichinh.caselogs.rules.facts import CaseFacts, CaseReader
from thichinh.caselogs.rules.log import CaseLog, RawCase, log_digest
from thichinh.caselogs.rules.mapping import CaseMapping
from thichinh.caselogs.rules.refusals import Bad, Fault
from thichinh.caselogs.rules.sources import Compiler
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
from thichinh.foundation import audit, calendar, clock
from thichinh.foundation.bulk import rare_cycle_search
from thichinh.foundation.calendar import add_term
from thichinh.foundation.errors import Conflict
from thichinh.stocks.queries import balances, flows
from thichinh.stocks.rules import Where

BATCH = 1000
"""Cases per transaction."""
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


def import_cases(wish: Wish, progress: Callable[[int], None] = lambda done: None) -> Report:
    """Bring a log into the dossiers of an authority; `progress` hears how many cases are settled.

    Raises Refused for a log or mapping that cannot be used at all, Conflict while another import
    into the same authority is running.
    """
    if wish.dry_run:
        return _judge(wish)
    with _alone(wish), rare_cycle_search():
        digest = log_digest(wish.log)
        with _read(wish, _present(wish, digest)) as (log, reader):
            judged = _judged(log, reader, wish.batch)
            first = next(((facts, done) for facts, done in judged if facts), None)
            if first is None:
                raise NothingUsable(_completed(Report(_code(wish), wish.mapping.code), log))
            run, place = _open_run(wish, digest, reader.now)
            report = Report(place.root.code, wish.mapping.code)
            report.resumed = run.cursor > 0 and run.finished_at is None
            several = first[1] % wish.batch == 0
            with Importer(run, place, log, report, several) as importer:
                for facts, done in chain([first], judged):
                    importer.settle(facts, done)
                    progress(done)
            _completed(report, log)
        if not report.counts["dossiers"] and not report.skipped[ALREADY]:
            run.delete()
            raise NothingUsable(report)
        _close(run, place, report)
    return report


def _judge(wish: Wish) -> Report:
    """Everything but the writing."""
    report = Report(_code(wish), wish.mapping.code, dry_run=True)
    with _read(wish, timezone.now()) as (log, reader):
        for batch, _done in _judged(log, reader, wish.batch):
            for facts in batch:
                report.add(facts)
        _completed(report, log)
    if not report.counts["dossiers"]:
        raise NothingUsable(report)
    return report


def _code(wish: Wish) -> str:
    """The authority that the dossiers will have, whether it is there or not."""
    place = find_authority(wish.mapping, wish.authority)
    if place is not None or wish.authority:
        return place.code if place is not None else wish.authority or ""
    return wish.mapping.authority.code if wish.mapping.authority else wish.mapping.code


def _completed(report: Report, log: CaseLog) -> Report:
    """The report with what the log had besides its cases."""
    report.refused = list(log.refused())
    report.skipped.update(log.skipped)
    report.warnings = [
        f"Khoá {role}: không dòng nào có hoạt động “{name}”."
        for role, name in log.unseen_activities()
    ]
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
    code = found.code if found else wish.authority or wish.mapping.code
    key = f"import:{code}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', '5s', false)")
        try:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
            wait_for_writer(code)
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


def _judged(log: CaseLog, reader: CaseReader, size: int) -> Iterator[tuple[list[CaseFacts], int]]:
    """The good cases of each batch, and how many cases are judged with it."""
    law, done = calendar.current(), 0
    for batch in _batches(log.cases(), size):
        good = []
        for case in batch:
            facts = reader.facts(case)
            if isinstance(facts, Bad):
                log.refuse(facts)
                continue
            try:
                check_calendar(facts, law)
            except Fault as fault:
                log.refuse(fault.at(facts.line, facts.case_id))
            else:
                good.append(facts)
        done += len(batch)
        yield good, done


def _close(run: ImportRun, place: Place, report: Report) -> None:
    """Note the end and ask the books; the worker folds them, and reads are exact without."""
    with transaction.atomic():
        if run.finished_at is None:
            run.finished_at = clock.now()
            run.save(update_fields=["finished_at"])
            data = {"dossiers": report.counts["dossiers"], "refused": len(report.refused)}
            audit.record(SYSTEM, "import.finished", run, data=data)
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
