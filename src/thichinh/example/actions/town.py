"""Load an invented town: plan its dossiers, hire its officials, replay every act.

Each act is asked of `rules.acts` and written by `BulkWriter`, so the rows are those of a live act
at that instant. Everything happens in one transaction: the town is there whole, or not at all.
Its clock is then set to the morning after the last period.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from thichinh.accounts.actions import call_own_authority
from thichinh.accounts.models import Unit
from thichinh.accounts.queries import own_authority, unit_tree
from thichinh.accounts.rules import SYSTEM, PersonFacts, UnitTree
from thichinh.dossiers.actions.bulk import BulkWriter
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules.book import BOOK
from thichinh.example.actions.people import example_town, hire_officials
from thichinh.example.actions.replay import Replay, TownPlan, Version
from thichinh.example.rules.handling import applicant_kind
from thichinh.example.rules.law import CalendarLaw
from thichinh.example.rules.margins import Margins
from thichinh.example.rules.margins_file import LONGEST_NAME, read_margins
from thichinh.example.rules.mix import entries_of, read_mix, town_of
from thichinh.example.rules.people import read_names
from thichinh.example.rules.plan import ONLINE, plan
from thichinh.example.rules.published import statement_of
from thichinh.foundation import audit, calendar, clock, definitions
from thichinh.foundation.bulk import rare_cycle_search, references_checked_at_the_end
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
_LOADED = (Dossier, Act, Task, Movement, Tail, Scheduled)

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much."""


def margins_in(path: Path) -> Margins:
    """The margins of a file. Raises Refused naming the file or the identity at fault."""
    try:
        documents = read_yaml(path)
    except Refused as error:
        raise Refused(f"Không đọc được tệp biên {path}: {error.message}") from error
    margins = read_margins(documents)
    if margins.authority or path == example_town().margins:
        return margins
    return replace(margins, authority=f"Cơ quan mẫu ({path.name})"[:LONGEST_NAME])


def plan_town(margins: Margins, seed: int = 0) -> TownPlan:
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
    return TownPlan(margins, seed, names, units, chains, law, stories, communes)


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


def load_town(town: TownPlan, progress: Progress) -> int:
    """Write the whole town; returns how many dossiers. Raises Conflict unless it is empty."""
    refuse_unless_empty()
    stocks.open_leaves(BOOK, cells(town))  # committed, so that each is remembered
    with rare_cycle_search(), transaction.atomic():
        if town.margins.authority:
            call_own_authority(town.margins.authority)
        written = _replay(town, progress)
        state_published(statement_of(town.margins, _town_code(town)))
        audit.record(SYSTEM, "demo.loaded", data={"dossiers": written, "seed": town.seed})
        clock.live_at(_morning_after(town))
        refresh_procedures()  # who performs what, on the town's own day
    progress("Cộng sổ", 0, 1)
    settle_books()
    progress("Cộng sổ", 1, 1)
    return written


def _town_code(town: TownPlan) -> str:
    return next(
        unit.code
        for unit in town.units.values()
        if (unit.place, unit.level) == ("committee", "district")
    )


def _morning_after(town: TownPlan) -> datetime:
    """The town wakes up when work begins after the last period, and goes on living from there."""
    law = town.calendar
    day = law.working_day_from(town.margins.periods[-1].end + timedelta(days=1))
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


def cells(town: TownPlan) -> list[CellKey]:
    """The places in the books that the stories will use."""
    keys = {(town.units[s.unit].pk, s.procedure, s.channel): None for s in town.stories}
    fields = {code: chain[-1].definition.field for code, chain in town.versions.items()}
    return [CellKey(unit, (fields[code], code, channel)) for unit, code, channel in keys]


def _replay(town: TownPlan, progress: Progress) -> int:
    replay, people = prepare_replay(town)
    replay.take_places()
    writer, total = BulkWriter(ORIGIN), len(town.stories)
    with references_checked_at_the_end(*_LOADED):
        for at, (story, person) in enumerate(zip(town.stories, people, strict=True), 1):
            replay.write(writer, story, person)
            if at % FLUSH == 0:
                writer.flush()
                progress("Nạp hồ sơ", at, total)
        writer.flush()
    progress("Nạp hồ sơ", total, total)
    return writer.written


def prepare_replay(town: TownPlan) -> tuple[Replay, list[tuple[int, PersonFacts]]]:
    """Write the officials and the applicants; returns the replay and who files each story."""
    people = _write_applicants(town)
    since = min(date(2020, 2, 1), town.margins.periods[0].start - timedelta(days=400))
    rng = random.Random(f"{town.seed}|officials")
    officials = hire_officials(town.units, town.names, since, rng)
    return Replay(town, officials, town.applicants.open_accounts()), people


def _write_applicants(town: TownPlan) -> list[tuple[int, PersonFacts]]:
    """Who files each story; their rows are written."""
    people = []
    for story in town.stories:
        kind = applicant_kind(town.versions[story.procedure][-1].definition)
        person = town.applicants.person(story.residence, kind, story.applicant)
        people.append(person)
        if story.channel == ONLINE:
            town.applicants.files_online(person[0])
    town.applicants.write()
    return people
