"""What the slips of circular 01/2018/TT-VPCP say: M01, M05 and M06, as plain values in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from thichinh.accounts.rules import UnitNode, UnitTree, organ_name
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules.verbs import VERBS
from thichinh.foundation.calendar import (
    LegalCalendar,
    WorkTerm,
    add_term,
    clock_start,
    form_moment,
    local_time,
    transfer_at,
)
from thichinh.procedures.models import ProcedureDefinition, Step

EARLY, ON_TIME, LATE = "Trước hạn", "Đúng hạn", "Quá hạn"
APPLICANT = "Người nộp hồ sơ"


M06_UNTIL = date(2025, 9, 14)
"""The last day before circular 03/2025/TT-VPCP (15/9/2025), whose form 07 took the place of M06."""


def is_after_m06(on: date) -> bool:
    """Whether the register of a day is no longer kept on form M06."""
    return on > M06_UNTIL


@dataclass(frozen=True, slots=True)
class Head:
    """Top left of a slip: the People's Committee, and its one-stop desk below it."""

    committee: tuple[str, str]
    desk: tuple[str, str]
    place: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """One row of the control slip: who gave, who took, when, and how the giver stood in time."""

    giver: str
    taker: str
    at: str
    giver_name: str
    taker_name: str
    result: str
    note: str


def head_of(unit: UnitNode, tree: UnitTree) -> Head:
    """The committee a desk belongs to; a commune's committee is its own desk."""
    owner = tree.committee_of(unit.id) or unit
    return Head(("Ủy ban nhân dân", owner.name), _desk_lines(unit, owner), owner.short_name)


def _desk_lines(unit: UnitNode, owner: UnitNode) -> tuple[str, str]:
    """'Bộ phận Tiếp nhận và Trả kết quả xã A' over two lines, the committee's name left out."""
    name = unit.desk_name.removesuffix(owner.name[:1].lower() + owner.name[1:]).strip()
    first, middle, last = name.partition(" và ")
    if middle:
        return first, f"và {last}"
    words = name.split()
    half = (len(words) + 1) // 2
    return " ".join(words[:half]), " ".join(words[half:])


def in_time(due: datetime | None, done: datetime) -> str:
    """Early before the day it is due, on time that day, late past the moment."""
    if due is None:
        return ""
    if done > due:
        return LATE
    return EARLY if local_time(done).date() < local_time(due).date() else ON_TIME


def hand_overs(
    dossier: Dossier,
    definition: ProcedureDefinition,
    acts: Sequence[Act],
    calendar: LegalCalendar,
) -> list[HandOver]:
    """The chain of hand-overs from the append-only acts, first to last."""
    rows = []
    before: datetime | None = None
    for place, act in enumerate(acts):
        following = acts[place + 1] if place + 1 < len(acts) else None
        parties = _parties(act, definition)
        if parties is not None:
            due = _due(act, dossier, definition, calendar, before)
            rows.append(_row(act, following, parties, due, definition))
        before = act.at
    return rows


def _row(
    act: Act,
    following: Act | None,
    parties: tuple[str, str],
    due: datetime | None,
    definition: ProcedureDefinition,
) -> HandOver:
    taken_by = following if following and not VERBS[following.verb].own_doing else None
    inward = VERBS[act.verb].is_inward
    return HandOver(
        giver=parties[0],
        taker=parties[1],
        at=form_moment(act.at),
        giver_name="" if inward else acted_by(act),
        taker_name=_name(act if VERBS[act.verb].registers else None, taken_by, act),
        result=in_time(due, act.at),
        note=_note(act, definition),
    )


def acted_by(act: Act) -> str:
    """Who did it, and for whom where the role was lent (decree 30/2020, article 13); '' for nobody."""
    if act.account is None:
        return ""
    if act.on_behalf_of is None:
        return act.account.display_name
    return f"{act.account.display_name}, thực hiện thay {act.on_behalf_of.display_name}"


def _name(inward: Act | None, taken_by: Act | None, act: Act) -> str:
    if inward is not None:
        return acted_by(inward)
    verb = VERBS[act.verb]
    if verb.own_doing or verb.is_outward:
        return ""
    return acted_by(taken_by) if taken_by else ""


def _parties(act: Act, definition: ProcedureDefinition) -> tuple[str, str] | None:
    """Who gave and who took; None where nothing changed hands, or the desk did not take it yet."""
    hands = VERBS[act.verb].hands
    if hands is None:
        return None
    desk, organ = act.unit.desk_name, organ_name(act.unit)
    giver, taker = hands
    if hands == ("organ", "organ"):
        step = _step_after(act, definition)
        return organ, f"{organ}: {step.name}" if step else organ
    givers = {"applicant": APPLICANT, "desk": desk, "organ": organ}
    to_unit = act.to_unit or act.unit
    takers = {"applicant": APPLICANT, "desk": to_unit.desk_name, "organ": organ_name(to_unit)}
    return givers[giver], takers[taker]


def _due(
    act: Act,
    dossier: Dossier,
    definition: ProcedureDefinition,
    calendar: LegalCalendar,
    before: datetime | None,
) -> datetime | None:
    """Until when the giver had it: 15:00 for the desk, its term for a step, the appointment."""
    if act.verb == "transfer" and dossier.received_at and dossier.due_at:
        return min(
            transfer_at(calendar, clock_start(calendar, dossier.received_at)), dossier.due_at
        )
    if act.verb == "decide":
        return dossier.due_at
    step = _step_done(act, definition)
    if act.verb == "advance" and step is not None and before is not None:
        term = WorkTerm(step.term.unit, step.term.amount)
        return add_term(calendar, clock_start(calendar, before), term)
    return None


def _step_done(act: Act, definition: ProcedureDefinition) -> Step | None:
    return next((s for s in definition.steps if s.code == act.data.get("done")), None)


def _step_after(act: Act, definition: ProcedureDefinition) -> Step | None:
    done = _step_done(act, definition)
    place = definition.steps.index(done) + 1 if done else len(definition.steps)
    return definition.steps[place] if place < len(definition.steps) else None


def _note(act: Act, definition: ProcedureDefinition) -> str:
    done = _step_done(act, definition)
    if done is not None:
        return ". ".join(filter(None, (f"Xong: {done.name}", act.note)))
    return act.note
