"""The example town is written as if every act had been done by hand at its instant."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from thichinh.accounts.models import Account, Person, Unit
from thichinh.accounts.queries import actor_for, forget_authority, own_authority
from thichinh.accounts.rules import Actor, PersonFacts
from thichinh.dossiers import actions
from thichinh.dossiers.actions import FileIn, Request
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules import numbers
from thichinh.example.actions import replay as replaying
from thichinh.example.actions import town as demo
from thichinh.example.actions.people import PASSWORD, shown_accounts
from thichinh.example.actions.replay import Replay
from thichinh.example.queries import counted, counted_online
from thichinh.example.rules.answers import Filling, invent_answers, invent_papers
from thichinh.example.rules.margins import Margins, OnlineMargins, truths
from thichinh.example.rules.margins_file import read_margins
from thichinh.example.rules.people import invent_person
from thichinh.example.rules.plan import ONLINE
from thichinh.example.tests.test_plan import block
from thichinh.foundation import clock
from thichinh.foundation.bulk import copy_rows, references_checked_at_the_end
from thichinh.foundation.forms import FormContext, check_answers
from thichinh.foundation.models import AuditEntry, NumberSeries
from thichinh.foundation.storage import store
from thichinh.procedures.rules import check_papers
from thichinh.stocks import actions as stocks
from thichinh.stocks.models import Movement, Scheduled, Tail
from thichinh.work.models import Task

START = date(2021, 12, 15)
pytestmark = pytest.mark.django_db


def small(online: OnlineMargins = OnlineMargins(9, 3, 9)) -> Margins:  # noqa: B008
    blocks = [
        block(START, date(2022, 3, 14), 12, 40, 30, 6, 10, 6),
        block(date(2022, 3, 15), date(2022, 6, 14), 10, 30, 26, 4, 9, 1),
    ]
    return Margins(read_margins(blocks).periods, online)


def silent(*_: Any) -> None:
    """Nobody listens."""


def facts(rows: Iterable[Model], *unknowable: str) -> list[dict[str, Any]]:
    """Every column but ids, and what the database stamps by itself."""
    return [
        {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if field.attname not in ("id", *unknowable)
        }
        for row in rows
    ]


def picture(dossier: Dossier) -> dict[str, list[dict[str, Any]]]:
    """Everything written about one dossier, without the ids."""
    tasks = Task.objects.filter(subject_type="dossier", subject_id=dossier.pk)
    audit = AuditEntry.objects.filter(object_type="dossiers.dossier", object_id=dossier.pk)
    moves = Movement.objects.filter(item=dossier.pk).order_by("id").select_related("cell")
    schedule = Scheduled.objects.filter(item=dossier.pk).select_related("cell")
    return {
        "dossier": facts(Dossier.objects.filter(pk=dossier.pk), "origin"),
        "acts": facts(Act.objects.filter(dossier=dossier).order_by("seq"), "dossier_id"),
        "moves": facts(moves, "item", "book_id", "cell_id", "recorded_at"),
        "schedule": facts(schedule, "item", "book_id", "cell_id"),
        "cells": facts([row.cell for row in (*moves, *schedule)], "book_id"),
        "tasks": facts(tasks.order_by("opened_at", "kind"), "subject_id"),
        "audit": facts(audit.order_by("at", "id"), "object_id"),
    }


def series() -> dict[tuple[str, int, str], int]:
    """Where each series of numbers goes on."""
    rows = NumberSeries.objects.values_list("series", "unit_id", "period", "last")
    return {(series, unit, period): last for series, unit, period, last in rows}


class ByHand:
    """Plays a prepared story through the real actions, the clock standing at each act."""

    def __init__(self, replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
        self.replay, self.monkeypatch = replay, monkeypatch

    def play(self, stories: list[Any], people: list[tuple[int, PersonFacts]]) -> list[Dossier]:
        """Everything in the order in which it happened: registers number what comes in."""
        all_prepared = [self.replay.prepare(*pair) for pair in zip(stories, people, strict=True)]
        planned = [
            (act.at, n, nth)
            for n, p in enumerate(all_prepared)
            for nth, act in enumerate(p.planned)
        ]
        keys: dict[int, int] = {}
        for at, n, nth in sorted(planned):
            prepared, act = all_prepared[n], all_prepared[n].planned[nth]
            self.monkeypatch.setattr(
                numbers, "new_secret", lambda prepared=prepared: prepared.dossier.secret
            )
            who = self.actor(self.replay.actor_of(prepared, act))
            with clock.standing_at(at):
                if act.verb in ("submit", "receive"):
                    keys[n] = self.open(act.verb, who, prepared, stories[n], people[n][0]).pk
                else:
                    self.act(act.verb, who, keys[n], prepared)
        return [Dossier.objects.get(pk=keys[n]) for n in range(len(all_prepared))]

    def actor(self, player: Actor) -> Actor:
        return actor_for(Account.objects.get(pk=player.account_id))

    def open(self, verb: str, who: Actor, prepared: Any, story: Any, person_id: int) -> Dossier:
        papers = prepared.dossier.papers
        stored = store([b"%PDF-1.4"], "application/pdf", sender=who.account_id).sha256
        files = [FileIn(code, "to.pdf", stored) for code, n in papers.items() for _ in range(n)]
        request = Request(
            story.procedure,
            story.receiving_unit,
            story.channel,
            prepared.dossier.answers,
            papers,
            files if verb == "submit" else (),
        )
        if verb == "submit":
            return actions.submit_dossier(who, request)
        return actions.receive_dossier(who, request, applicant_id=person_id)

    def act(self, verb: str, who: Actor, pk: int, prepared: Any) -> None:
        match verb:
            case "accept":
                actions.perform(who, "accept", pk)
            case "transfer":
                actions.perform(who, "transfer", pk)
            case "assign":
                actions.perform(who, "assign", pk, officer=prepared.people.officer_id)
            case "advance":
                actions.perform(who, "advance", pk)
            case "decide":
                actions.perform(
                    who, "decide", pk, granted=not prepared.denial, reason=prepared.denial
                )
            case "return":
                actions.perform(who, "return", pk)


@pytest.mark.slow
@pytest.mark.usefixtures("town")
def test_stories_replayed_by_hand_give_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "DENIED", 0.2)
    town = demo.plan_town(small(), seed=3)
    replay, people = demo.prepare_replay(town)
    start = transaction.savepoint()
    replay.take_places()
    writer = BulkWriter(demo.ORIGIN)
    for story, person in zip(town.stories, people, strict=True):
        replay.write(writer, story, person)
    writer.flush()
    in_bulk = [picture(dossier) for dossier in Dossier.objects.order_by("id")]
    left_by_bulk = series()
    assert {key[0] for key in left_by_bulk} == {"dossier", "register"}
    assert len(in_bulk) == len(town.stories) == 82
    transaction.savepoint_rollback(start)
    stocks.forget_cells()
    stocks.open_leaves("dossiers", demo.cells(town))
    by_hand = ByHand(replay, monkeypatch).play(town.stories, people)
    for story, dossier, expected in zip(town.stories, by_hand, in_bulk, strict=True):
        assert picture(dossier) == expected, story
    assert series() == left_by_bulk
    late = sum(len(seen["moves"]) > 2 for seen in in_bulk)
    assert late >= 10  # among them some whose deadline passed before the decision
    assert stocks.prove().differences == []


@pytest.mark.usefixtures("town")
def test_the_books_of_a_loaded_town_are_its_margins() -> None:
    margins = small()
    assert demo.load_town(demo.plan_town(margins), silent) == 82
    wanted = truths(margins)
    assert tuple(counted(wanted)) == wanted
    assert counted_online(9) == margins.online
    assert stocks.prove().differences == []
    assert clock.today() == date(2022, 6, 15)
    assert AuditEntry.objects.filter(action="demo.loaded").count() == 1


@pytest.mark.usefixtures("town")
def test_every_shown_account_can_sign_in_and_the_citizen_has_dossiers() -> None:
    demo.load_town(demo.plan_town(small()), silent)
    shown = Account.objects.filter(username__in=[name for _, name in shown_accounts()])
    assert len(shown) == len(shown_accounts())
    assert all(account.check_password(PASSWORD) for account in shown)
    others = Account.objects.exclude(pk__in=[account.pk for account in shown])
    assert not any(account.has_usable_password() for account in others)
    citizen = shown.get(username="congdan")
    assert Dossier.objects.filter(applicant=citizen.person, channel=ONLINE).exists()
    assert actor_for(shown.get(username="lanhdao")).may("report.view")


@pytest.mark.usefixtures("town")
def test_invented_people_have_numbers_that_belong_to_nobody() -> None:
    demo.load_town(demo.plan_town(small()), silent)
    people = Person.objects.all()
    assert all((p.identity_number or "099").startswith("099") for p in people)
    assert all(p.phone.startswith("0100") for p in people)


@pytest.mark.usefixtures("town")
def test_invented_answers_pass_every_form_and_papers_every_list() -> None:
    town = demo.plan_town(small())
    place = next(iter(town.applicants.places.values()))
    rng = demo.random.Random(7)
    for chain in town.versions.values():
        for version in chain:
            for kind in ("citizen", "household", "business", "organisation"):
                person = invent_person(town.names, place, kind, rng.randrange(10**6), rng)
                filling = Filling(person, START, "pho-an")
                answers = invent_answers(version.definition, filling, town.names, rng)
                papers = invent_papers(version.definition, rng)
                assert (
                    check_answers(version.definition.questions, answers, FormContext(day=START))
                    == answers
                )
                assert check_papers(version.definition, papers) == papers


def references() -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated "
            "FROM pg_constraint WHERE contype = 'f' ORDER BY 1, 2"
        )
        return list(cursor.fetchall())


def test_references_taken_away_for_a_load_are_put_back_as_they_were() -> None:
    before = references()
    with references_checked_at_the_end(Task, Movement):
        assert len(references()) < len(before)
    assert references() == before


def test_a_load_that_breaks_a_reference_is_refused_at_the_end() -> None:
    row = (clock.now(), 1, 10**12, 1, 0, 2)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        references_checked_at_the_end(Movement, Tail),
    ):
        copy_rows(Movement, stocks.MOVEMENT_FIELDS, [row])
    assert not Movement.objects.exists()


@pytest.mark.usefixtures("town")
def test_a_load_is_counted_before_its_references_are_checked() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_unit")  # as when a load was killed: fewer than there are
        another = Unit.objects.exclude(kind="town").latest("pk")
        another.pk, another.code, another.path = None, "nua", f"{another.path}nua/"
        another.save()
        with references_checked_at_the_end(Task):
            pass
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'accounts_unit'")
        assert cursor.fetchone()[0] == Unit.objects.count()


def write_margins(path: Path, **changes: int) -> Path:
    content = block(START, START + timedelta(days=181), 5, 30, 25, 3, 6, 1)
    path.write_text(yaml.safe_dump([{**content, **changes}]), encoding="utf-8")
    return path


@pytest.mark.usefixtures("town")
def test_the_command_loads_margins_and_refuses_a_town_that_has_dossiers(tmp_path: Path) -> None:
    out = io.StringIO()
    options = {"margins": write_margins(tmp_path / "m.yaml"), "format": "json"}
    call_command("demo", stdout=out, stderr=io.StringIO(), **options)
    told = json.loads(out.getvalue())
    assert (told["dossiers"], told["periods"][0]["closing"]) == (35, 7)
    with pytest.raises(CommandError, match="đã có hồ sơ"):
        call_command("demo", stdout=io.StringIO(), **options)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(("key", "name"), [({"authority": "Huyện  A"}, "Huyện A"), ({}, "m.yaml")])
def test_the_report_of_a_replay_bears_the_name_of_the_file_and_not_the_examples(
    tmp_path: Path, key: dict[str, str], name: str
) -> None:
    path = write_margins(tmp_path / "m.yaml")
    (content,) = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump([content, key] if key else [content]), encoding="utf-8")
    call_command("demo", stdout=io.StringIO(), margins=path)
    out = io.StringIO()
    words = ("one-stop", "--from", "2021-12-15", "--to", "2022-03-14", "--format", "json")
    call_command("report_show", *words, stdout=out)
    assert "Đức Phổ" not in out.getvalue()
    assert name in json.loads(out.getvalue())["unit_name"]
    forget_authority()
    assert name in own_authority().name
    assert (
        Unit.objects.get(code="duc-pho")
        .organ_name.casefold()
        .endswith(f"nhân dân {own_authority().name}".casefold())
    )


@pytest.mark.usefixtures("town")
def test_a_town_without_a_dossier_is_not_loaded_twice(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(yaml.safe_dump([block(START, START + timedelta(days=181), 0, 0, 0, 0, 0, 0)]))
    call_command("demo", stdout=io.StringIO(), margins=path)
    with pytest.raises(CommandError, match="chỉ nạp vào cơ sở dữ liệu trống"):
        call_command("demo", stdout=io.StringIO(), margins=path)


@pytest.mark.usefixtures("town")
def test_the_command_names_the_identity_that_fails_and_writes_nothing(tmp_path: Path) -> None:
    out, path = io.StringIO(), write_margins(tmp_path / "m.yaml", resolved_late=4)
    with pytest.raises(CommandError, match="resolved == resolved_on_time"):
        call_command("demo", margins=path, format="json", stdout=out)
    refused = json.loads(out.getvalue())["refused"]
    assert refused[0]["identity"] == "resolved == resolved_on_time + resolved_late"
    assert not Dossier.objects.exists()
    assert not Account.objects.exists()


def test_the_command_prints_the_accounts_to_try() -> None:
    out = io.StringIO()
    call_command("demo", "--accounts", stdout=out)
    assert out.getvalue().count(PASSWORD) == len(shown_accounts())
