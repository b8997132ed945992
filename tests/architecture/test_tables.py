"""What the loaded application shows: keys point down, every queue is served, definitions load."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Field, ForeignObject, Model

from thichinh.foundation import definitions
from thichinh.foundation.jobs import app as jobs

from .house import FLOORS, HOUSE_APPS, room_files

DEPTH = {floor: depth for depth, floor in enumerate(reversed(FLOORS))}


def _relations() -> Iterator[tuple[type[Model], Field, type[Model]]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignObject) and isinstance(field.related_model, type):
                yield model, field, field.related_model


def test_foreign_keys_point_down_or_stay_inside_the_app() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {target._meta.label}"
        for model, field, target in _relations()
        if model._meta.app_label in DEPTH
        and target._meta.app_label in DEPTH
        and DEPTH[target._meta.app_label] > DEPTH[model._meta.app_label]
    ]
    assert upward == []


def test_every_job_is_known_to_the_worker_and_named_after_its_app() -> None:
    jobs.perform_import_paths()
    owners = {
        name: task.func.__module__
        for name, task in jobs.tasks.items()
        if task.func.__module__.startswith("thichinh.")
    }
    misplaced = {
        name: module
        for name, module in owners.items()
        if not (module.split(".")[1] == name.split(".")[0] and module.split(".")[2] == "tasks")
    }
    assert misplaced == {}
    for app in HOUSE_APPS:
        if list(room_files(app, "tasks")):
            assert any(module.startswith(f"thichinh.{app}.tasks") for module in owners.values())


def test_the_worker_of_the_launcher_serves_every_queue() -> None:
    """It names no queue, which means all of them; whoever names queues must serve all of these."""
    from thichinh.config import environment
    from thichinh.launcher import running, server
    from thichinh.launcher.town import Town

    town = Town(data=Path("/nowhere"), runtime=Path("/nowhere"))
    given, addresses = environment.read({}), server.Addresses("", "", "", "")
    (worker,) = running._services(town, given, running.Wanted(web=False), addresses)
    assert "--queues" not in worker.command


@pytest.mark.django_db
def test_every_definition_that_we_ship_can_be_published() -> None:
    report = definitions.check(Path(settings.DEFINITIONS_ROOT))
    assert [str(problem) for problem in report.problems] == []


_APPEND_ONLY = """
SELECT tgrelid::regclass::text, bool_or(tgtype & 32 <> 0)
FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE proname = 'foundation_refuse_change' GROUP BY tgrelid
"""


@pytest.mark.django_db
def test_what_refuses_a_change_refuses_to_be_emptied_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_APPEND_ONLY)
        guarded = dict(cursor.fetchall())
    assert len(guarded) >= 5
    assert [table for table, is_whole in guarded.items() if not is_whole] == []
