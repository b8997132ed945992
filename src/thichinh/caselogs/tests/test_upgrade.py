"""An installation that imported logs before this app existed keeps its runs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from thichinh.accounts.models import Unit
from thichinh.caselogs.models import ImportRun


@pytest.mark.django_db
def test_a_run_written_by_the_version_before_is_still_there_after_the_upgrade(town: None) -> None:
    run = ImportRun.objects.create(
        authority=Unit.objects.get(code="pho-an"),
        mapping="so-cu", mapping_digest="m", log_name="log.csv", log_digest="l",
        as_of=timezone.now(), cursor=7,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate(
        [("dossiers", "0005_acts_not_emptied"), ("caselogs", None)]
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, cursor FROM dossiers_importrun")
        assert cursor.fetchall() == [(run.pk, 7)]
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert ImportRun.objects.get().cursor == 7
    later = ImportRun.objects.create(
        authority=run.authority, mapping="so-cu", mapping_digest="m", log_name="log.csv",
        log_digest="another", as_of=run.as_of,
    )  # fmt: skip
    assert later.pk > run.pk
