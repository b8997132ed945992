"""Load an invented town: plan its dossiers, hire its officials, replay every act.

Each act is asked of `rules.acts` and written by `BulkWriter`, so the rows are those of a live act
at that instant. Everything happens in one transaction: the town is there whole, or not at all.
Its clock is then set to the morning after the last period.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from thichinh.accounts.models import Unit
from thichinh.accounts.queries import own_authority, unit_tree
from thichinh.accounts.rules import SYSTEM, Actor, PersonFacts, UnitTree
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.actions.numbering import reserve_places
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules import acts, record
from thichinh.dossiers.rules.book import BOOK
from thichinh.dossiers.rules.numbers import ALPHABET, SECRET_LENGTH
from thichinh.example.actions.people import Cast, Public, hire_officials, places_of
from thichinh.example.rules.answers import Filling, invent_answers, invent_papers
from thichinh.example.rules.handling import (
    Cue,
    applicant_kind,
    script,
    steps_ahead,
)
from thichinh.example.rules.law import CalendarLaw
from thichinh.example.rules.margins import Margins
from thichinh.example.rules.margins_file import read_margins
from thichinh.example.rules.mix import entries_of, read_mix, town_of
from thichinh.example.rules.people import Names, read_names
from thichinh.example.rules.plan import ONLINE, Story, plan
from thichinh.example.rules.published import statement_of
from thichinh.foundation import audit, calendar, clock, definitions
from thichinh.foundation.bulk import rare_cycle_search, references_checked_at_the_end
from thichinh.foundation.calendar import start_of
from thichinh.foundation.definitions import content_of
from thichinh.foundation.errors import Conflict, Refused
from thichinh.foundation.models import DefinitionVersion, TownClock
from thichinh.foundation.yaml_files import read_yaml
from thichinh.indicators.actions import state_published
from thichinh.procedures.actions import refresh_procedures
from thichinh.procedures.models import COMMITTEE, PROCEDURE, Procedure, ProcedureDefinition
from thichinh.procedures.queries import as_performed
from thichinh.procedures.rules import competent_unit
from thichinh.stocks import actions as stocks
from thichinh.stocks.models import Movement, Scheduled, Tail
from thichinh.stocks.rules import CellKey
from thichinh.work.models import Task

ORIGIN = "demo"
FLUSH = 2000
DENIALS = (
    "Hồ sơ không đủ điều kiện theo quy định.",
    "Thông tin kê khai không khớp với hồ sơ đang lưu giữ.",
    "Thửa đất đang có tranh chấp, chưa giải quyết được.",
)
DENIED = 0.02
"""Share of requests that are denied."""

_LOADED = (Dossier, Act, Task, Movement, Tail, Scheduled)

Say = Callable[[str, int, int], None]
"""Told (what is being done, done, of how many)."""


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a procedure with its row's id."""

    id: int
    procedure_id: int
    definition: ProcedureDefinition


@dataclass
class Stage:
    """Everything a replay needs, read once."""

    margins: Margins
    seed: int
    names: Names
    units: Mapping[str, Unit]
    versions: Mapping[str, list[Version]]
    calendar: calendar.LegalCalendar
    stories: list[Story]
    communes: tuple[str, ...]
    public: Public = field(init=False)

    def __post_init__(self) -> None:
        self.public = Public(self.names, places_of(self.units, self.communes), self.seed)

    def version(self, code: str, day: date) -> Version:
        """The version of a procedure in force on a day."""
        chain = self.versions[code]
        begun = bisect_right([v.definition.effective_from for v in chain], day)
        return chain[max(begun, 1) - 1]


def margins_in(path: Path) -> Margins:
    """The margins of a file. Raises Refused naming the file or the identity at fault."""
    try:
        documents = read_yaml(path)
    except Refused as error:
        raise Refused(f"Không đọc được tệp biên {path}: {error.message}") from error
    return read_margins(documents)


def set_stage(margins: Margins, seed: int = 0) -> Stage:
    """Read the definitions and plan every dossier; writes nothing. Raises Refused."""
    mix, names = read_mix(_example("mix.yaml")), read_names(_example("names.yaml"))
    units = {unit.code: unit for unit in Unit.objects.order_by("sort_key", "id")}
    town = town_of(mix, units)
    chains = _versions(units[mix.desk])
    law = calendar.current()
    _check_covered(margins, law)
    entries = entries_of(mix, (v.definition for chain in chains.values() for v in chain))
    stories = plan(margins, entries, town, CalendarLaw(law), seed)
    communes = tuple(code for code, _ in town.communes)
    return Stage(margins, seed, names, units, chains, law, stories, communes)


def load_definitions() -> None:
    """Publish the example's own layer where no authority lives yet."""
    if not own_authority().exists:
        definitions.load(Path(settings.SHIPPED_DEFINITIONS) / "example")


def refuse_unless_empty() -> None:
    """Raises Conflict when any dossier is registered: an invented one must not mix with it."""
    if Dossier.objects.exists() or TownClock.objects.exists():  # margins may have been all zero
        raise Conflict(
            "Cơ sở dữ liệu đã có hồ sơ. Thị xã mẫu chỉ nạp vào cơ sở dữ liệu trống; hãy đặt "
            "THICHINH_DATA sang một thư mục mới để có thị xã thứ hai."
        )


def load_town(stage: Stage, say: Say) -> int:
    """Write the whole town; returns how many dossiers. Raises Conflict unless it is empty."""
    refuse_unless_empty()
    stocks.open_leaves(BOOK, cells(stage))  # committed, so that each is remembered
    with rare_cycle_search(), transaction.atomic():
        written = _replay(stage, say)
        state_published(statement_of(stage.margins, _town_code(stage)))
        audit.record(SYSTEM, "demo.loaded", data={"dossiers": written, "seed": stage.seed})
        clock.live_at(_morning_after(stage))
        refresh_procedures()  # who performs what, on the town's own day
    say("Cộng sổ", 0, 1)
    settle_books()
    say("Cộng sổ", 1, 1)
    return written


def _town_code(stage: Stage) -> str:
    return next(
        unit.code
        for unit in stage.units.values()
        if (unit.place, unit.level) == ("committee", "district")
    )


def _morning_after(stage: Stage) -> datetime:
    """The town wakes up when work begins after the last period, and goes on living from there."""
    law = stage.calendar
    day = law.working_day_from(stage.margins.periods[-1].end + timedelta(days=1))
    return law.opens(day) + timedelta(minutes=5)


def settle_books() -> None:
    """Post what time has done since, fold everything, and tell the query planner."""
    while stocks.post_due():
        pass
    while stocks.fold():
        pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _example(name: str) -> Any:
    path = Path(settings.SHIPPED_DEFINITIONS) / "demo" / name
    try:
        return next(iter(read_yaml(path)), None)
    except Refused as error:
        raise Refused(f"Không đọc được {path}: {error.message}") from error


def _versions(desk: Unit) -> dict[str, list[Version]]:
    """Published versions of every procedure as the town performs them, each chain by first day."""
    tree = unit_tree()
    procedures = dict(Procedure.objects.values_list("code", "pk"))
    chains: dict[str, list[Version]] = {}
    rows = DefinitionVersion.objects.filter(kind=PROCEDURE).order_by("effective_from", "version")
    for row in rows:
        if row.code in procedures:
            version = Version(row.pk, procedures[row.code], _placed(content_of(row.pk), desk, tree))
            chains.setdefault(row.code, []).append(version)
    if not chains:
        raise Refused("Chưa có danh mục thủ tục. Hãy chạy: ./thichinh definitions load")
    return chains


def _placed(definition: ProcedureDefinition, desk: Unit, tree: UnitTree) -> ProcedureDefinition:
    """The definition with the office of the town that decides it, where an office does."""
    day = max(definition.effective_from, desk.valid_from)
    performed = as_performed(definition, day)
    if performed.authority == COMMITTEE:
        return performed
    office = competent_unit(performed, tree.nodes[desk.pk], tree, day)
    return performed.model_copy(update={"authority": office.code})


def _check_covered(margins: Margins, law: calendar.LegalCalendar) -> None:
    first, last = margins.periods[0].start, margins.periods[-1].end
    if first < law.first or last > law.announced_to:
        raise Refused(
            f"Lịch làm việc chỉ có từ {law.first:%d/%m/%Y} đến {law.announced_to:%d/%m/%Y}. "
            "Hãy công bố lịch của các năm khác trong definitions/calendars."
        )


def cells(stage: Stage) -> list[CellKey]:
    """The places in the books that the stories will use."""
    keys = {(stage.units[s.unit].pk, s.procedure, s.channel): None for s in stage.stories}
    fields = {code: chain[-1].definition.field for code, chain in stage.versions.items()}
    return [CellKey(unit, (fields[code], code, channel)) for unit, code, channel in keys]


def _replay(stage: Stage, say: Say) -> int:
    performer, people = prepare_performance(stage)
    performer.take_places()
    writer, total = BulkWriter(ORIGIN), len(stage.stories)
    with references_checked_at_the_end(*_LOADED):
        for at, (story, person) in enumerate(zip(stage.stories, people, strict=True), 1):
            performer.perform(writer, story, person)
            if at % FLUSH == 0:
                writer.flush()
                say("Nạp hồ sơ", at, total)
        writer.flush()
    say("Nạp hồ sơ", total, total)
    return writer.written


def prepare_performance(stage: Stage) -> tuple[Performer, list[tuple[int, PersonFacts]]]:
    """Write the officials and the public; returns who performs and who files each story."""
    people = _meet_the_public(stage)
    since = min(date(2020, 2, 1), stage.margins.periods[0].start - timedelta(days=400))
    rng = random.Random(f"{stage.seed}|officials")
    cast = hire_officials(stage.units, stage.names, since, rng)
    return Performer(stage, cast, stage.public.open_accounts()), people


def _meet_the_public(stage: Stage) -> list[tuple[int, PersonFacts]]:
    """Who files each story; their rows are written."""
    people = []
    for story in stage.stories:
        kind = applicant_kind(stage.versions[story.procedure][-1].definition)
        person = stage.public.person(story.residence, kind, story.applicant)
        people.append(person)
        if story.channel == ONLINE:
            stage.public.files_online(person[0])
    stage.public.write()
    return people


@dataclass(frozen=True, slots=True)
class Role:
    """Who plays which part in one dossier."""

    clerk: Actor
    officer: Actor
    leader: Actor
    citizen: Actor

    @property
    def officer_id(self) -> int:
        assert self.officer.account_id is not None  # officials are hired with accounts
        return self.officer.account_id


@dataclass(frozen=True, slots=True)
class Part:
    """A story ready to be played: the dossier before its first act, who acts, and when."""

    dossier: Dossier
    definition: ProcedureDefinition
    role: Role
    cues: list[Cue]
    denial: str


class Performer:
    """Turns stories into acts: one dossier at a time, every act asked of the law."""

    def __init__(self, stage: Stage, cast: Cast, citizens: Mapping[int, int]) -> None:
        self.stage, self.cast, self.citizens = stage, cast, citizens
        self.places: dict[int, int] = {}
        self.end = start_of(stage.margins.periods[-1].end + timedelta(days=1))

    def take_places(self) -> None:
        """Take each story's place in the register of its desk and year, as they were received."""
        stories = sorted(self.stage.stories, key=lambda s: (s.received_at, s.ordinal))
        desks = [
            (self.stage.units[story.receiving_unit].pk, story.received_at.year) for story in stories
        ]
        ordinals = [story.ordinal for story in stories]
        self.places = dict(zip(ordinals, reserve_places(desks), strict=True))

    def perform(self, writer: BulkWriter, story: Story, person: tuple[int, PersonFacts]) -> None:
        """All acts of one story, into the writer."""
        part = self.prepare(story, person)
        for cue in part.cues:
            outcome = self.outcome(part, cue)
            who = self.player(part, cue)
            if part.dossier.state == 0:
                writer.open(part.dossier, part.definition, who, outcome)
            else:
                writer.act(part.dossier, who, outcome)
        if part.dossier.due_at != story.due_at:
            raise RuntimeError(f"story {story.ordinal} was planned for another due instant")

    def prepare(self, story: Story, person: tuple[int, PersonFacts]) -> Part:
        """Everything about a story that is drawn: content, officials, instants, outcome."""
        version = self.stage.version(story.procedure, story.submitted_at.date())
        rng = random.Random(f"{self.stage.seed}|{story.ordinal}")
        steps = steps_ahead(version.definition)
        return Part(
            self._dossier(story, version, person, rng),
            version.definition,
            self._role(story, person[0], rng),
            list(script(story, steps, self.stage.calendar, self.end, rng)),
            rng.choice(DENIALS) if rng.random() < DENIED else "",
        )

    def player(self, part: Part, cue: Cue) -> Actor:
        """Who does this act."""
        role = part.role
        players: Mapping[str, Actor] = {
            "submit": role.citizen,
            "assign": role.leader,
            "advance": role.officer,
            "decide": role.leader,
        }
        return players.get(cue.verb, role.clerk)

    def outcome(self, part: Part, cue: Cue) -> acts.Outcome:
        """What the law says this act does."""
        dossier, definition, law, at = part.dossier, part.definition, self.stage.calendar, cue.at
        match cue.verb:
            case "submit":
                return acts.submit(dossier, law, at)
            case "receive":
                return acts.receive(dossier, definition, law, at)
            case "accept":
                return acts.accept(dossier, definition, law, at)
            case "transfer":
                return acts.transfer(dossier, definition, at)
            case "assign":
                return acts.assign(dossier, definition, at, part.role.officer_id)
            case "advance":
                return acts.advance(dossier, definition, at)
            case "decide":
                return acts.decide(dossier, at, granted=not part.denial, reason=part.denial)
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
            unit_id=self.stage.units[story.unit].pk,
            receiving_unit_id=self.stage.units[story.receiving_unit].pk,
            applicant_id=person[0],
            channel=story.channel,
            answers=invent_answers(version.definition, filling, self.stage.names, rng),
            papers=invent_papers(version.definition, rng),
            submitted_at=story.submitted_at,
            register_number=self.places.get(story.ordinal),
        )

    def _role(self, story: Story, person_id: int, rng: random.Random) -> Role:
        """The officials of the units concerned; the applicant where they filed online."""
        return Role(
            clerk=rng.choice(self.cast.clerks[story.receiving_unit]),
            officer=rng.choice(self.cast.specialists[story.unit]),
            leader=self.cast.leaders[story.unit][0],
            citizen=Actor(account_id=self.citizens.get(person_id), person_id=person_id),
        )
