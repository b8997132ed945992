"""The stories of a planned town as acts on dossiers: drawn, asked of the law, handed to the writer."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from thichinh.accounts.models import Unit
from thichinh.accounts.rules import Actor, PersonFacts
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.actions.numbering import reserve_places
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import acts, record
from thichinh.dossiers.rules.numbers import ALPHABET, SECRET_LENGTH
from thichinh.example.actions.people import Applicants, Officials, places_of
from thichinh.example.rules.answers import Filling, invent_answers, invent_papers
from thichinh.example.rules.handling import PlannedAct, planned_acts, steps_ahead
from thichinh.example.rules.margins import Margins
from thichinh.example.rules.people import Names
from thichinh.example.rules.plan import Story
from thichinh.foundation import calendar
from thichinh.foundation.calendar import start_of
from thichinh.procedures.models import ProcedureDefinition

DENIALS = (
    "Hồ sơ không đủ điều kiện theo quy định.",
    "Thông tin kê khai không khớp với hồ sơ đang lưu giữ.",
    "Thửa đất đang có tranh chấp, chưa giải quyết được.",
)
DENIED = 0.02
"""Share of requests that are denied."""


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a procedure with its row's id."""

    id: int
    procedure_id: int
    definition: ProcedureDefinition


@dataclass
class TownPlan:
    """Everything a replay needs, read once."""

    margins: Margins
    seed: int
    names: Names
    units: Mapping[str, Unit]
    versions: Mapping[str, list[Version]]
    calendar: calendar.LegalCalendar
    stories: list[Story]
    communes: tuple[str, ...]
    applicants: Applicants = field(init=False)

    def __post_init__(self) -> None:
        self.applicants = Applicants(self.names, places_of(self.units, self.communes), self.seed)

    def version(self, code: str, day: date) -> Version:
        """The version of a procedure in force on a day."""
        chain = self.versions[code]
        begun = bisect_right([v.definition.effective_from for v in chain], day)
        return chain[max(begun, 1) - 1]


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who has to do with one dossier."""

    clerk: Actor
    officer: Actor
    leader: Actor
    citizen: Actor

    @property
    def officer_id(self) -> int:
        assert self.officer.account_id is not None  # officials are hired with accounts
        return self.officer.account_id


@dataclass(frozen=True, slots=True)
class Prepared:
    """A story ready to be replayed: the dossier before its first act, who acts, and when."""

    dossier: Dossier
    definition: ProcedureDefinition
    people: Handlers
    planned: list[PlannedAct]
    denial: str


class Replay:
    """Turns stories into acts: one dossier at a time, every act asked of the law."""

    def __init__(self, town: TownPlan, officials: Officials, citizens: Mapping[int, int]) -> None:
        self.town, self.officials, self.citizens = town, officials, citizens
        self.places: dict[int, int] = {}
        self.end = start_of(town.margins.periods[-1].end + timedelta(days=1))

    def take_places(self) -> None:
        """Take each story's place in the register of its desk and year, as they were received."""
        stories = sorted(self.town.stories, key=lambda s: (s.received_at, s.ordinal))
        desks = [
            (self.town.units[story.receiving_unit].pk, story.received_at.year) for story in stories
        ]
        ordinals = [story.ordinal for story in stories]
        self.places = dict(zip(ordinals, reserve_places(desks), strict=True))

    def write(self, writer: BulkWriter, story: Story, person: tuple[int, PersonFacts]) -> None:
        """All acts of one story, into the writer."""
        prepared = self.prepare(story, person)
        for act in prepared.planned:
            outcome = self.outcome(prepared, act)
            who = self.actor_of(prepared, act)
            if prepared.dossier.state == 0:
                writer.open(prepared.dossier, prepared.definition, who, outcome)
            else:
                writer.act(prepared.dossier, who, outcome)
        if prepared.dossier.due_at != story.due_at:
            raise RuntimeError(f"story {story.ordinal} was planned for another due instant")

    def prepare(self, story: Story, person: tuple[int, PersonFacts]) -> Prepared:
        """Everything about a story that is drawn: content, officials, instants, outcome."""
        version = self.town.version(story.procedure, story.submitted_at.date())
        rng = random.Random(f"{self.town.seed}|{story.ordinal}")
        steps = steps_ahead(version.definition)
        return Prepared(
            self._dossier(story, version, person, rng),
            version.definition,
            self._handlers(story, person[0], rng),
            list(planned_acts(story, steps, self.town.calendar, self.end, rng)),
            rng.choice(DENIALS) if rng.random() < DENIED else "",
        )

    def actor_of(self, prepared: Prepared, act: PlannedAct) -> Actor:
        """Who does this act."""
        people = prepared.people
        doing: Mapping[str, Actor] = {
            "submit": people.citizen,
            "assign": people.leader,
            "advance": people.officer,
            "decide": people.leader,
        }
        return doing.get(act.verb, people.clerk)

    def outcome(self, prepared: Prepared, act: PlannedAct) -> acts.Outcome:
        """What the law says this act does."""
        dossier, definition, law, at = (
            prepared.dossier,
            prepared.definition,
            self.town.calendar,
            act.at,
        )
        match act.verb:
            case "submit":
                return acts.submit(dossier, law, at)
            case "receive":
                return acts.receive(dossier, definition, law, at)
            case "accept":
                return acts.accept(dossier, definition, law, at)
            case "transfer":
                return acts.transfer(dossier, definition, at)
            case "assign":
                return acts.assign(dossier, definition, at, prepared.people.officer_id)
            case "advance":
                return acts.advance(dossier, definition, at)
            case "decide":
                return acts.decide(dossier, at, granted=not prepared.denial, reason=prepared.denial)
            case _:
                return acts.return_result(dossier, at)

    def _dossier(
        self, story: Story, version: Version, person: tuple[int, PersonFacts], rng: random.Random
    ) -> Dossier:
        """The dossier before its first act."""
        filling = Filling(person[1], story.submitted_at.date(), story.residence)
        return record.new_dossier(
            secret="".join(rng.choices(ALPHABET, k=SECRET_LENGTH)),
            procedure_id=version.procedure_id,
            definition_id=version.id,
            unit_id=self.town.units[story.unit].pk,
            receiving_unit_id=self.town.units[story.receiving_unit].pk,
            applicant_id=person[0],
            channel=story.channel,
            answers=invent_answers(version.definition, filling, self.town.names, rng),
            papers=invent_papers(version.definition, rng),
            submitted_at=story.submitted_at,
            register_number=self.places.get(story.ordinal),
        )

    def _handlers(self, story: Story, person_id: int, rng: random.Random) -> Handlers:
        """The officials of the units concerned; the applicant where they filed online."""
        return Handlers(
            clerk=rng.choice(self.officials.clerks[story.receiving_unit]),
            officer=rng.choice(self.officials.specialists[story.unit]),
            leader=self.officials.leaders[story.unit][0],
            citizen=Actor(account_id=self.citizens.get(person_id), person_id=person_id),
        )
