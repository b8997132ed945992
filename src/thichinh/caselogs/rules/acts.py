"""A case of a log as acts on a dossier: the same verbs of the law, at their own instants.

The log's own events become acts that change nothing (`log_event`); its deadline takes the place of
the one the procedure would have given.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from thichinh.caselogs.rules.facts import CaseFacts, Step
from thichinh.caselogs.rules.refusals import Fault
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import acts
from thichinh.dossiers.rules.acts import Outcome
from thichinh.foundation.calendar import LegalCalendar
from thichinh.foundation.clock import ZONE
from thichinh.foundation.text import fold
from thichinh.procedures.models import ProcedureDefinition

NUMBER_LENGTH = 40
_NO_REASON = "Theo nhật ký nhập, không ghi lý do."
_A_WHILE = timedelta(days=60)


def check_calendar(facts: CaseFacts, calendar: LegalCalendar) -> None:
    """Raise Fault unless the calendar knows the days that the acts of this case ask about."""
    first = facts.submitted_at.astimezone(ZONE).date()
    last = (facts.received_at + _A_WHILE).astimezone(ZONE).date()
    if not calendar.first <= first <= last <= calendar.last:
        why = f"lịch có từ {calendar.first:%d/%m/%Y} đến {calendar.last:%d/%m/%Y}"
        raise Fault("no-calendar", why=why)


def case_acts(
    facts: CaseFacts,
    dossier: Dossier,
    definition: ProcedureDefinition,
    calendar: LegalCalendar,
) -> Iterator[Outcome]:
    """The acts in their order, and between them the events that the log has besides.

    The caller applies each act to the dossier before asking for more.
    """
    steps = sorted(facts.steps, key=lambda step: step.at)
    if facts.ending == "refused":
        yield acts.submit(dossier, calendar, facts.submitted_at)
    else:
        yield from _taken_in(facts, dossier, definition, calendar)
    position = 0
    for at, verb in ((facts.ended_at, "end"), (facts.returned_at, "return")):
        if at is None:
            continue
        while position < len(steps) and steps[position].at <= at:
            yield _log_event(dossier, steps[position])
            position += 1
        yield _ending(facts, dossier, at) if verb == "end" else acts.return_result(dossier, at)
    for step in steps[position:]:
        yield _log_event(dossier, step)


def case_number(authority: str, case_id: str, *, distinct: bool = False) -> str:
    """`<AUTHORITY>-<CASE ID>` as a dossier number: capitals, digits, dots and dashes.

    Where that loses a difference between two ids, or is too long, a digest of the id is added;
    and so it is for an id that only its capitals tell from one that has the number (`distinct`).
    """
    typed = f"{authority}-{case_id}".upper()
    plain = re.sub(r"[^A-Z0-9.]+", "-", fold(typed).upper()).strip("-")
    one_case = case_id in (case_id.upper(), case_id.lower())
    if not distinct and plain == typed and one_case and len(plain) <= NUMBER_LENGTH:
        return plain
    digest = hashlib.blake2b(case_id.encode(), digest_size=5).hexdigest().upper()
    return f"{plain[: NUMBER_LENGTH - 11].strip('-')}-{digest}"


def label_code(label: str, limit: int = 60) -> str:
    """A unit's or procedure's code from its name in a log; spelling variants fall together."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(label)).strip("-")
    if plain and len(plain) <= limit:
        return plain
    digest = hashlib.blake2b(label.encode(), digest_size=4).hexdigest()
    return f"{plain[: limit - 9].strip('-')}-{digest}".strip("-")


def _taken_in(
    facts: CaseFacts,
    dossier: Dossier,
    definition: ProcedureDefinition,
    calendar: LegalCalendar,
) -> Iterator[Outcome]:
    received = facts.received_at
    if facts.channel == Dossier.Channel.ONLINE:
        yield acts.submit(dossier, calendar, facts.submitted_at)
        yield acts.accept(dossier, definition, calendar, received, facts.due_at)
    else:
        yield acts.receive(dossier, definition, calendar, received, facts.due_at)
    yield acts.transfer(dossier, definition, received)


def _ending(facts: CaseFacts, dossier: Dossier, at: datetime) -> Outcome:
    denied = facts.outcome.lower() == "denied"
    reason = "" if facts.outcome.lower() in ("granted", "denied") else facts.outcome
    if facts.ending == "resolved":
        return acts.decide(dossier, at, granted=not denied, reason=reason or _NO_REASON * denied)
    if facts.ending == "withdrawn":
        return acts.withdraw(dossier, at, reason)
    if facts.ending == "refused":
        return acts.refuse(dossier, at, reason or _NO_REASON)
    return acts.stop(dossier, at, reason)


def _log_event(dossier: Dossier, step: Step) -> Outcome:
    """With what else the log says of it: its line, when it began, who did it, in which group."""
    data: dict[str, object] = {"line": step.line}
    if step.started is not None:
        data["started"] = step.started.isoformat()
    if step.resource:
        data["resource"] = step.resource
    if step.group:
        data["group"] = step.group
    return acts.log_event(dossier, step.at, step.name, data)
