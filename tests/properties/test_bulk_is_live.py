"""A life told to the bulk writer leaves the rows that the same life leaves when it is lived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties import lives
from tests.properties.lives import Cast
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import Actor
from thichinh.dossiers import actions
from thichinh.dossiers.actions import Request
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import acts
from thichinh.dossiers.rules.acts import Outcome
from thichinh.foundation import calendar
from thichinh.foundation.clock import standing_at
from thichinh.foundation.forms import FormContext, check_answers
from thichinh.procedures import queries as catalogue
from thichinh.procedures.models import ProcedureDefinition
from thichinh.procedures.rules import check_papers, competent_unit
from thichinh.stocks import actions as stocks

# Where each path of a life goes on; the last step of any of them may be the end.
PATHS: tuple[tuple[str, ...], ...] = (
    ("transfer", "assign", "decide", "return"),
    ("transfer", "decide", "return"),
    ("transfer", "assign", "withdraw"),
    ("transfer", "extend", "extend", "decide", "return"),
    ("transfer", "extend", "withdraw"),
    ("transfer", "advance", "deny", "return"),
    ("withdraw",),
    (),
)


@dataclass(frozen=True)
class Life:
    """One dossier: how it comes in, which way it goes, how long each act takes."""

    procedure: str
    channel: int
    accepted: bool
    path: tuple[str, ...]
    gaps: tuple[int, ...]

    def verbs(self) -> tuple[str, ...]:
        if self.channel != Dossier.Channel.ONLINE:
            return ("receive", *self.path)
        return ("submit", "accept", *self.path) if self.accepted else ("submit", "refuse")


life = st.builds(
    lambda procedure, channel, accepted, path, cut, gaps: Life(
        procedure, channel, accepted, path[: len(path) - cut], tuple(gaps)
    ),
    procedure=st.sampled_from(lives.WALK_INS),
    channel=st.sampled_from([1, 1, 2, 2, 3]),
    accepted=st.sampled_from([True, True, True, False]),
    path=st.sampled_from(PATHS),
    cut=st.sampled_from([0, 0, 0, 1]),
    gaps=st.lists(
        st.sampled_from([0, 1, 45, 600, 1440, 3 * 1440, 15 * 1440]), min_size=7, max_size=7
    ),
)


@dataclass(frozen=True)
class Cue:
    """One act of one life at its moment."""

    at: datetime
    life: int
    verb: str


def script(many: list[Life]) -> list[Cue]:
    """All acts of all lives in the order of their moments."""
    cues = []
    for n, one in enumerate(many):
        at = lives.MONDAY + timedelta(minutes=37 * n)
        for verb, gap in zip(one.verbs(), one.gaps, strict=False):
            at += timedelta(minutes=gap)
            cues.append(Cue(at, n, verb))
    return sorted(cues, key=lambda cue: (cue.at, cue.life, _rank(many, cue)))


def _rank(many: list[Life], cue: Cue) -> int:
    return many[cue.life].verbs().index(cue.verb)


def request_of(one: Life) -> Request:
    if one.channel == Dossier.Channel.ONLINE:
        return lives.online_request()
    return lives.walk_in_request(one.procedure, channel=one.channel)


def papers_of(request: Request) -> dict[str, object]:
    """Counted by the desk, or, online, as many as there are files."""
    return dict(request.papers) or {file.paper: 1 for file in request.files}


def who_does(cast: Cast, verb: str) -> Actor:
    if verb == "submit":
        return cast.citizen
    if verb == "advance":
        return cast.specialist  # who processed does not decide
    return cast.leader if verb in AT_THE_ORGAN else cast.clerk


AT_THE_ORGAN = ("assign", "extend", "advance", "decide", "deny")


class Lived:
    """Through the real actions, the clock standing at each cue."""

    def __init__(self, cast: Cast, many: list[Life]) -> None:
        self.cast, self.many = cast, many
        self.ids: dict[int, int] = {}

    def play(self, cues: list[Cue]) -> None:
        for cue in cues:
            with standing_at(cue.at):
                self._act(cue)

    def _act(self, cue: Cue) -> None:
        who, request = who_does(self.cast, cue.verb), request_of(self.many[cue.life])
        if cue.verb == "submit":
            self.ids[cue.life] = actions.submit_dossier(who, request).pk
        elif cue.verb == "receive":
            person = self.cast.citizen.person_id
            done = actions.receive_dossier(who, request, applicant_id=person)
            self.ids[cue.life] = done.pk
        else:
            self._further(cue, who, self.ids[cue.life])

    def _further(self, cue: Cue, who: Actor, which: int) -> None:
        officer = self.cast.specialist.account_id or 0
        run: dict[str, Callable[[], Dossier]] = {
            "accept": lambda: actions.perform(who, "accept", which),
            "refuse": lambda: actions.perform(who, "refuse", which, reason="thiếu giấy tờ"),
            "transfer": lambda: actions.perform(who, "transfer", which),
            "assign": lambda: actions.perform(who, "assign", which, officer=officer),
            "extend": lambda: lives.WITH_EXTENSION.perform(who, "extend", which, {}),
            "advance": lambda: actions.perform(who, "advance", which, note="đã thẩm tra"),
            "decide": lambda: actions.perform(who, "decide", which, granted=True),
            "deny": lambda: actions.perform(who, "decide", which, granted=False, reason="không đủ"),
            "return": lambda: actions.perform(who, "return", which),
            "withdraw": lambda: actions.perform(who, "withdraw", which, reason="đổi ý"),
        }
        run[cue.verb]()


class Written:
    """The same cues told to the bulk writer."""

    def __init__(self, cast: Cast, many: list[Life]) -> None:
        self.cast, self.many = cast, many
        self.writer = BulkWriter(origin="")
        self.known: dict[int, tuple[Dossier, ProcedureDefinition]] = {}

    def play(self, cues: list[Cue]) -> None:
        for cue in cues:
            who = who_does(self.cast, cue.verb)
            if cue.verb in ("submit", "receive"):
                dossier, definition = self._blank(self.many[cue.life], cue.at)
                self.known[cue.life] = dossier, definition
                outcome = self._plan(cue, dossier, definition)
                self.writer.open(dossier, definition, who, outcome)
            else:
                dossier, definition = self.known[cue.life]
                self.writer.act(dossier, who, self._plan(cue, dossier, definition))
        self.writer.flush()

    def _blank(self, one: Life, at: datetime) -> tuple[Dossier, ProcedureDefinition]:
        request = request_of(one)
        version = catalogue.definition_for(request.procedure, at.date())
        definition, tree = version.definition, unit_tree()
        receiving = tree.by_code[request.receiving_unit]
        online = one.channel == Dossier.Channel.ONLINE
        answers = (
            check_answers(definition.questions, request.answers, FormContext(day=at.date()))
            if online
            else {}
        )
        return Dossier(
            secret="AAAAAAAA",
            procedure_id=version.procedure_id,
            definition_id=version.version_id,
            unit_id=competent_unit(definition, receiving, tree, at.date()).id,
            receiving_unit_id=receiving.id,
            applicant_id=self.cast.citizen.person_id,
            channel=one.channel,
            state=0,
            submitted_at=at,
            answers=answers,
            papers=check_papers(definition, papers_of(request)),
        ), definition

    def _plan(self, cue: Cue, dossier: Dossier, definition: ProcedureDefinition) -> Outcome:
        days, at = calendar.current(cue.at.date()), cue.at
        plan: dict[str, Callable[[], Outcome]] = {
            "submit": lambda: acts.submit(dossier, days, at),
            "receive": lambda: acts.receive(dossier, definition, days, at),
            "accept": lambda: acts.accept(dossier, definition, days, at),
            "refuse": lambda: acts.refuse(dossier, at, "thiếu giấy tờ"),
            "transfer": lambda: acts.transfer(dossier, definition, at),
            "assign": lambda: acts.assign(
                dossier, definition, at, self.cast.specialist.account_id or 0
            ),
            "extend": lambda: lives.extended(dossier, definition, at),
            "advance": lambda: acts.advance(dossier, definition, at, "đã thẩm tra"),
            "decide": lambda: acts.decide(dossier, at, granted=True),
            "deny": lambda: acts.decide(dossier, at, granted=False, reason="không đủ"),
            "return": lambda: acts.return_result(dossier, at),
            "withdraw": lambda: acts.withdraw(dossier, at, "đổi ý"),
        }
        return plan[cue.verb]()


# Every column of each table but ids, secrets and the moments at which a row was written; whatever
# points to a dossier or to a cell of the books is compared by what it points to.
_NOT_COMPARED = {"id", "secret", "recorded_at", "xid", "request_id"}
_SOURCES = {
    "dossiers_dossier": "dossiers_dossier t",
    "dossiers_act": "dossiers_act t JOIN dossiers_dossier d ON d.id = t.dossier_id",
    "stocks_movement": "stocks_movement t JOIN dossiers_dossier d ON d.id = t.item",
    "stocks_scheduled": "stocks_scheduled t JOIN dossiers_dossier d ON d.id = t.item",
    "work_task": "work_task t JOIN dossiers_dossier d ON d.id = t.subject_id",
    "foundation_auditentry": "foundation_auditentry t JOIN dossiers_dossier d "
    "ON d.id = t.object_id AND t.object_type = 'dossiers.dossier'",
    "foundation_numberseries": "foundation_numberseries t",
}
_CELL = "(SELECT (c.unit_id, c.grain, c.dims)::text FROM stocks_cell c WHERE c.id = t.cell_id)"
_BOOK = "(SELECT b.code FROM stocks_book b WHERE b.id = t.book_id)"
_TO_DOSSIER = {"dossier_id", "item", "subject_id", "object_id"}


def kept() -> dict[str, list[tuple[str, ...]]]:
    """What the database holds, comparable between two runs."""
    found = {}
    with connection.cursor() as cursor:
        for table, source in _SOURCES.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
            )
            columns = sorted({name for (name,) in cursor.fetchall()} - _NOT_COMPARED)
            picked = ", ".join(_picked(name) for name in columns)
            cursor.execute(f"SELECT {picked} FROM {source}")
            found[table] = sorted(tuple(map(str, row)) for row in cursor.fetchall())
    return found


def _picked(column: str) -> str:
    if column in ("cell_id", "book_id"):
        return _CELL if column == "cell_id" else _BOOK
    return "d.number" if column in _TO_DOSSIER else f't."{column}"'


@pytest.fixture
def people(town: None) -> Cast:
    return lives.cast()


def _run(how: Any, cues: list[Cue], end: datetime) -> dict[str, list[tuple[str, ...]]]:
    with lives.undone():
        stocks.forget_cells()
        how.play(cues)
        with standing_at(end):
            assert stocks.prove().differences == []
        return kept()


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(many=st.lists(life, min_size=1, max_size=4))
def test_a_life_written_in_bulk_is_the_life_as_lived(people: Cast, many: list[Life]) -> None:
    many = [_possible(one) for one in many]
    cues = script(many)
    end = cues[-1].at + timedelta(days=40)
    lived = _run(Lived(people, many), cues, end)
    written = _run(Written(people, many), cues, end)
    for table in _SOURCES:
        assert written[table] == lived[table], table


def _possible(one: Life) -> Life:
    """Only procedures with several steps of their own can be advanced; post only where allowed."""
    definition = catalogue.definition_for(one.procedure, lives.MONDAY.date()).definition
    if one.channel == Dossier.Channel.POSTAL and not definition.postal_allowed:
        one = replace(one, channel=int(Dossier.Channel.DIRECT))
    return one
