"""Writes of lost property: taking a thing in, and the acts on it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import QuerySet

from tests.tenant import queries, rules
from tests.tenant.models import FORM, Thing
from tests.tenant.rules import BOOK, CLAIMED, SUBJECT, State
from thichinh.accounts.queries import person_numbered
from thichinh.accounts.rules import Actor
from thichinh.foundation import audit, clock
from thichinh.foundation.acts import RowActs, RowCase, RowDone, RowOutcome
from thichinh.foundation.definitions import version_row
from thichinh.foundation.forms import FormContext, check_answers
from thichinh.foundation.idempotency import fingerprint, once
from thichinh.foundation.numbering import next_number
from thichinh.notifications.actions import About, notify
from thichinh.stocks import actions as stocks
from thichinh.stocks.rules import CellKey
from thichinh.work import actions as work
from thichinh.work.rules import TaskPlan

TASKS = {State.KEPT: "Tìm chủ đồ thất lạc", State.CLAIMED: "Trả đồ cho chủ"}
"""What is to be done with a thing in these states: whoever keeps it has it in the inbox."""


class ThingActs(RowActs[Actor, Thing]):
    """The acts on things."""

    model = Thing

    def seen(self, actor: Actor) -> QuerySet[Thing]:
        return queries.visible_to(actor)

    def write(self, actor: Actor, case: RowCase[Thing], outcome: RowOutcome) -> None:
        changes: dict[str, Any] = dict(outcome.changes)
        if "claimant" in changes:
            changes["claimant"] = person_numbered(actor, changes["claimant"])
        super().write(actor, case, RowOutcome(outcome.at, outcome.state, changes))

    def follow(self, actor: Actor, row: Thing, done: RowDone) -> None:
        key = CellKey(row.unit_id, (row.kind, row.place_kind))
        stocks.post(BOOK, row.pk, key, rules.moves(row, done.from_state, done.at))
        work.close_tasks(SUBJECT, row.pk, at=done.at)
        link = f"/do-that-lac/{row.number}/"
        if row.state in TASKS:
            title, due = TASKS[State(row.state)], row.recorded_at + rules.KEPT_FOR
            plan = (f"{SUBJECT}.settle", SUBJECT, row.pk, title, link, row.unit_id, done.at, due)
            work.open_task(TaskPlan(*plan, reference=row.number), actor)
        if row.state == State.CLAIMED and row.claimant is not None:
            about = About(SUBJECT, row.pk, row.unit_id, "/do-that-lac-dang-giu/", row.number)
            values = {"number": row.number, "unit": row.unit.name}
            notify(CLAIMED.code, row.claimant, about=about, values=values, key=str(row.revision))


THING_ACTS = ThingActs(rules.VERBS)


def record_found(actor: Actor, answers: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Take a thing into the keeping of the actor's unit, once for a key; as the acts answer.

    Raises NotAllowed, and Refused naming each wrong answer.
    """
    run = partial(_recorded, actor, answers)
    return once(actor.account_id or 0, key, fingerprint(answers), run)[0]


def _recorded(actor: Actor, answers: Mapping[str, Any]) -> dict[str, Any]:
    actor.require(rules.KEEP, actor.unit_id)
    sender = FormContext.now(account=actor.account_id)
    said = check_answers(queries.form_in_force(), answers, sender)
    unit, now, spot = actor.unit_id or 0, clock.now(), said.get("spot") or {}
    thing = Thing.objects.create(
        number=f"TL-{unit}-{now.year}-{next_number(BOOK, unit, now.year):04d}",
        unit_id=unit, form=version_row(FORM, "found"), answers=said, recorded_at=now,
        latitude=spot.get("lat"), longitude=spot.get("lon"),
        **{name: said[name] for name in ("kind", "place_kind", "value")},
    )  # fmt: skip
    THING_ACTS.follow(actor, thing, RowDone(now, rules.OUTSIDE))
    audit.record(actor, f"{SUBJECT}.found", thing, data={"number": thing.number})
    return THING_ACTS.answer(thing)
