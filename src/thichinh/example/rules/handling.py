"""What officials do with a dossier between the moments the plan fixes: assign, and do the steps."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from thichinh.example.rules.plan import ONLINE, Story
from thichinh.foundation.calendar import LegalCalendar
from thichinh.procedures.models import ProcedureDefinition

FIRST_LOOK = 4 * 60
"""Working minutes within which a dossier handed over is given to an officer."""


@dataclass(frozen=True, slots=True)
class PlannedAct:
    """One act to come: the verb and its instant."""

    verb: str
    at: datetime


def planned_acts(
    story: Story, steps: int, calendar: LegalCalendar, end: datetime, rng: random.Random
) -> Iterator[PlannedAct]:
    """The acts on a dossier in their order, before `end`; `steps` is how often it advances."""
    if story.channel == ONLINE:
        yield PlannedAct("submit", story.submitted_at)
        yield PlannedAct("accept", story.received_at)
    else:
        yield PlannedAct("receive", story.received_at)
    if story.transferred_at is None:
        return
    yield PlannedAct("transfer", story.transferred_at)
    yield from _work(story, story.transferred_at, steps, calendar, end, rng)
    if story.resolved_at is not None:
        yield PlannedAct("decide", story.resolved_at)
    if story.returned_at is not None:
        yield PlannedAct("return", story.returned_at)


def _work(
    story: Story, start: datetime, steps: int, calendar: LegalCalendar, end: datetime,
    rng: random.Random,
) -> Iterator[PlannedAct]:  # fmt: skip
    """Assignment and steps at growing shares of the working time that the dossier takes."""
    finish = story.resolved_at or max(story.due_at, start)
    whole = max(0, calendar.working_time_between(start, finish))
    last = start
    for number in range(steps + 1):
        verb = "advance" if number else "assign"
        share = 0.9 * (number + rng.random()) / (steps + 1)
        minutes = int(whole * share) if number else min(int(whole * share), FIRST_LOOK)
        at = max(last, calendar.add_minutes(start, minutes))
        if story.resolved_at is not None:
            at = min(at, story.resolved_at)
        elif at >= end or (number and rng.random() < 0.35):
            return
        yield PlannedAct(verb, at)
        last = at


def steps_ahead(definition: ProcedureDefinition) -> int:
    """How often a dossier advances from the competent unit's first step to the last one."""
    kinds = [step.unit for step in definition.steps]
    first = next((at for at, unit in enumerate(kinds) if unit != "desk"), 0)
    end = len(kinds) - 1 if len(kinds) > 1 and kinds[-1] == "desk" else len(kinds)
    return max(0, end - 1 - first)


def applicant_kind(definition: ProcedureDefinition) -> str:
    """Who asks: a citizen wherever the procedure serves citizens."""
    for kind in ("citizen", "household", "business"):
        if kind in definition.audience:
            return kind
    return "organisation"
