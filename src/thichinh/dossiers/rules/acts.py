"""The law of each act on a dossier, as pure functions.

Each verb looks at the dossier as it stands, at the version of its procedure and at the moment, and
says what follows as an `Outcome`, or raises Refused or Conflict. Nothing is written here: the live
actions write an outcome under a row lock, the bulk path COPYs thousands of them, and both get the
same rows because both ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules.book import (
    AWAITING,
    NOT_DUE,
    OUTSIDE,
    OVERDUE,
    REFUSED,
    STOPPED,
    WITHDRAWN,
    open_stock,
    resolved_stock,
)
from thichinh.foundation.calendar import (
    LegalCalendar,
    WorkTerm,
    add_term,
    clock_start,
    transfer_at,
)
from thichinh.foundation.errors import Conflict, NotAllowed, Refused
from thichinh.procedures.models import ProcedureDefinition
from thichinh.stocks.rules import Move

State = Dossier.State

LOGGED = "event"
"""The verb of what an old log tells of without a verb of ours: it changes nothing."""
ACCEPT_WITHIN = WorkTerm("hours", 8)
"""An online dossier is accepted or refused within eight working hours (decree 45/2020)."""

# The national portal's moves between states (domain notes 1.4), and one more: 4 to 7. Applicants
# may take a request back until there is a result. Without this move it would have to pass as 5, a
# supplement that nobody asked for and that stops the clock, or as 8, which is the authority's act
# and is not counted as settled while 7 is (ADR 0024).
_MOVES: Mapping[int, frozenset[int]] = {
    1: frozenset({2, 3, 5, 7}),
    2: frozenset({4, 5, 7}),
    4: frozenset({5, 6, 7, 8, 9}),
    5: frozenset({1, 2, 7, 8}),
    6: frozenset({4, 8}),
    9: frozenset({10}),
}


@dataclass(frozen=True, slots=True)
class NextTask:
    """What somebody must do next: which kind of work, in which unit, until when."""

    kind: str
    title: str
    unit_id: int
    due_at: datetime | None
    assignee_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that one act changes.

    `changes` are new values of the dossier's own fields, `moves` its movements in the books,
    `schedule` what time will do next; `task` takes the place of the task that was open.
    """

    verb: str
    at: datetime
    unit_id: int
    to_state: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    schedule: Move | None = None
    task: NextTask | None = None
    to_unit_id: int | None = None
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def submit(dossier: Dossier, calendar: LegalCalendar, at: datetime) -> Outcome:
    """File online: it waits for the desk, and its legal clock does not run yet."""
    due = add_term(calendar, clock_start(calendar, at), ACCEPT_WITHIN)
    return Outcome(
        verb="submit",
        at=at,
        unit_id=dossier.receiving_unit_id,
        to_state=State.SUBMITTED,
        changes={"submitted_at": at},
        moves=(Move(at, OUTSIDE, AWAITING),),
        task=NextTask("dossier.accept", _TASKS["accept"], dossier.receiving_unit_id, due),
    )


def receive(
    dossier: Dossier,
    definition: ProcedureDefinition,
    calendar: LegalCalendar,
    at: datetime,
    due: datetime | None = None,
) -> Outcome:
    """Take it in at the counter or from the post: submitted and accepted at once.

    An old case that is imported brings its own deadline (`due`).
    """
    return _take_in(dossier, definition, calendar, at, due, verb="receive", source=OUTSIDE)


def accept(
    dossier: Dossier,
    definition: ProcedureDefinition,
    calendar: LegalCalendar,
    at: datetime,
    due: datetime | None = None,
) -> Outcome:
    """Take in what was filed online. Its clock starts now, at the next working moment."""
    _may_move(dossier, State.ACCEPTED)
    return _take_in(dossier, definition, calendar, at, due, verb="accept", source=AWAITING)


def refuse(dossier: Dossier, at: datetime, reason: str) -> Outcome:
    """Do not take it in. The applicant must be told why (decree 61/2018, article 17)."""
    _may_move(dossier, State.REFUSED)
    if not reason.strip():
        raise Refused(reason=_("Hãy ghi lý do không tiếp nhận để người nộp biết cần làm gì."))
    return Outcome(
        verb="refuse",
        at=at,
        unit_id=dossier.receiving_unit_id,
        to_state=State.REFUSED,
        changes={"closed_at": at, "note": reason.strip()},
        moves=(Move(at, AWAITING, REFUSED),),
        note=reason.strip(),
    )


def transfer(dossier: Dossier, definition: ProcedureDefinition, at: datetime) -> Outcome:
    """Hand it over to the competent unit, by 15:00 the same day (decree 61/2018, article 18)."""
    _may_move(dossier, State.PROCESSING)
    step = _first_step(definition)
    return Outcome(
        verb="transfer",
        at=at,
        unit_id=dossier.receiving_unit_id,
        to_unit_id=dossier.unit_id,
        to_state=State.PROCESSING,
        changes={"step": step},
        task=_step_task(dossier, definition, step, None),
    )


def assign(
    dossier: Dossier, definition: ProcedureDefinition, at: datetime, officer_id: int | None
) -> Outcome:
    """Name the officer who works on it, or nobody."""
    if dossier.state != State.PROCESSING:
        raise Conflict(
            _("Chỉ phân công được hồ sơ đang xử lý. Hãy tải lại trang để xem trạng thái.")
        )
    return Outcome(
        verb="assign",
        at=at,
        unit_id=dossier.unit_id,
        to_state=State.PROCESSING,
        changes={"assignee_id": officer_id},
        task=_step_task(dossier, definition, dossier.step, officer_id),
        data={"assignee": officer_id},
    )


def advance(
    dossier: Dossier, definition: ProcedureDefinition, at: datetime, note: str = ""
) -> Outcome:
    """The step under way is done; the next one begins."""
    if dossier.state != State.PROCESSING:
        raise Conflict(_("Hồ sơ không ở bước xử lý. Hãy tải lại trang để xem trạng thái mới."))
    if not has_next_step(dossier, definition):
        raise Refused(_("Đây là bước cuối: hãy ký quyết định kết quả thay vì chuyển bước."))
    step = dossier.step + 1
    return Outcome(
        verb="advance",
        at=at,
        unit_id=dossier.unit_id,
        to_state=State.PROCESSING,
        changes={"step": step},
        task=_step_task(dossier, definition, step, None),
        note=note.strip(),
        data={"done": definition.steps[dossier.step].code},
    )


def decide(dossier: Dossier, at: datetime, *, granted: bool, reason: str = "") -> Outcome:
    """Settle it: a result is granted, or denied with a reason, within the deadline or late."""
    _may_move(dossier, State.RESOLVED)
    assert dossier.due_at is not None  # whatever is being processed has been received
    if not granted and not reason.strip():
        raise Refused(reason=_("Hãy ghi lý do không giải quyết để thông báo cho người nộp."))
    outcome = Dossier.Outcome.GRANTED if granted else Dossier.Outcome.DENIED
    source = open_stock(dossier.due_at, at)
    return Outcome(
        verb="decide",
        at=at,
        unit_id=dossier.unit_id,
        to_unit_id=dossier.receiving_unit_id,
        to_state=State.RESOLVED,
        changes={"resolved_at": at, "outcome": outcome.value, "note": reason.strip()},
        moves=(Move(at, source, resolved_stock(dossier.due_at, at)),),
        task=NextTask("dossier.return", _TASKS["return"], dossier.receiving_unit_id, None),
        note=reason.strip(),
        data={"outcome": outcome.value},
    )


def check_four_eyes(
    definition: ProcedureDefinition,
    processed_by: Collection[int | None],
    who: Collection[int | None],
) -> None:
    """Whoever processed a dossier does not decide it, in their own name or for another, unless the
    procedure names the provision that allows it. Raises NotAllowed."""
    if not definition.processor_decides and {*processed_by} & {*who} - {None}:
        raise NotAllowed(
            _(
                "Bạn đã thụ lý hồ sơ này nên không ký kết quả của nó. Hãy chuyển cho lãnh đạo khác ký, "
                "hoặc phân công lại người thụ lý."
            )
        )


def return_result(dossier: Dossier, at: datetime) -> Outcome:
    """Hand the result to the applicant: the end."""
    _may_move(dossier, State.RETURNED)
    return Outcome(
        verb="return",
        at=at,
        unit_id=dossier.receiving_unit_id,
        to_state=State.RETURNED,
        changes={"returned_at": at, "closed_at": at},
    )


def withdraw(dossier: Dossier, at: datetime, reason: str) -> Outcome:
    """The applicant takes the request back before there is a result."""
    _may_move(dossier, State.WITHDRAWN)
    source = AWAITING if dossier.due_at is None else open_stock(dossier.due_at, at)
    return Outcome(
        verb="withdraw",
        at=at,
        unit_id=dossier.receiving_unit_id,
        to_state=State.WITHDRAWN,
        changes={"closed_at": at, "note": reason.strip()},
        moves=(Move(at, source, WITHDRAWN),),
        note=reason.strip(),
    )


def stop(dossier: Dossier, at: datetime, reason: str) -> Outcome:
    """The authority ends its work without a result (state 8). Only old logs tell of it today."""
    _may_move(dossier, State.STOPPED)
    assert dossier.due_at is not None  # whatever is being processed has been received
    return Outcome(
        verb="stop",
        at=at,
        unit_id=dossier.unit_id,
        to_state=State.STOPPED,
        changes={"closed_at": at, "note": reason.strip()},
        moves=(Move(at, open_stock(dossier.due_at, at), STOPPED),),
        note=reason.strip(),
    )


def log_event(dossier: Dossier, at: datetime, name: str, data: Mapping[str, Any]) -> Outcome:
    """What an old log tells happened, under the name it had there. No state, book or task changes."""
    return Outcome(
        verb=LOGGED,
        at=at,
        unit_id=dossier.unit_id,
        to_state=dossier.state,
        note=name,
        data=data,
    )


def has_next_step(dossier: Dossier, definition: ProcedureDefinition) -> bool:
    """Whether another step of the work follows the one under way."""
    return dossier.step + 1 < _last_step(definition)


_TASKS = {
    "accept": "Kiểm tra, tiếp nhận hồ sơ trực tuyến",
    "transfer": "Chuyển hồ sơ đến đơn vị giải quyết",
    "return": "Trả kết quả cho người nộp",
}


def _take_in(
    dossier: Dossier,
    definition: ProcedureDefinition,
    calendar: LegalCalendar,
    at: datetime,
    due: datetime | None,
    *,
    verb: str,
    source: int,
) -> Outcome:
    start = clock_start(calendar, at)
    if due is None:
        term = WorkTerm(definition.term.unit, definition.term.amount)
        due = add_term(calendar, start, term)
    changes: dict[str, Any] = {"received_at": at, "due_at": due}
    if verb == "receive":
        changes["submitted_at"] = at
    return Outcome(
        verb=verb,
        at=at,
        unit_id=dossier.receiving_unit_id,
        to_state=State.ACCEPTED,
        changes=changes,
        moves=(Move(at, source, NOT_DUE),),
        schedule=Move(due, NOT_DUE, OVERDUE),
        task=NextTask(
            "dossier.transfer",
            _TASKS["transfer"],
            dossier.receiving_unit_id,
            min(transfer_at(calendar, start), due),
        ),
    )


def _may_move(dossier: Dossier, to: int) -> None:
    if to not in _MOVES.get(dossier.state, frozenset()):
        raise Conflict(
            _(
                "Hồ sơ đang ở trạng thái “%(state)s” nên không làm được việc này. Hãy tải lại trang "
                "để xem trạng thái mới nhất."
            )
            % {"state": State(dossier.state).label}
        )


def _first_step(definition: ProcedureDefinition) -> int:
    """The first step that is not the desk's own taking in."""
    for index, step in enumerate(definition.steps):
        if step.unit != "desk":
            return index
    return 0


def _last_step(definition: ProcedureDefinition) -> int:
    """One past the last step before the desk hands out the result."""
    count = len(definition.steps)
    return count - 1 if count > 1 and definition.steps[-1].unit == "desk" else count


def _step_task(
    dossier: Dossier, definition: ProcedureDefinition, step: int, officer_id: int | None
) -> NextTask:
    current = definition.steps[step]
    kind = "dossier.decide" if current.unit == "leader" else "dossier.process"
    unit = dossier.receiving_unit_id if current.unit == "desk" else dossier.unit_id
    return NextTask(kind, current.name, unit, dossier.due_at, officer_id)
