"""The inbox and the desk read the heads of their indexes: a page costs the same with much open work."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from thichinh.accounts.models import Unit
from thichinh.foundation.heads import MOST_COUNTED, AtLeast, counts_up_to
from thichinh.foundation.ui import values
from thichinh.work import queries
from thichinh.work.listings import INBOX

from .conftest import NOW, OFFICE, OTHER, write_tasks

MANY = 12_000


@pytest.fixture
def filled(an, binh):
    """`filled(n)`: open work of two units; of three tasks one is an's, one binh's, one nobody's."""

    def fill(n: int) -> None:
        units = [Unit.objects.get(code=code).pk for code in (OFFICE, OTHER)]
        write_tasks(
            n,
            units,
            due_at=lambda i: NOW + timedelta(minutes=i - n // 2),
            assignee=lambda i: (an.pk, binh.pk, None)[i % 3],
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE work_task")

    return fill


def rows_read(run: Any) -> int:
    """How many rows the nodes of the plans of what `run` asks have read."""
    with CaptureQueriesContext(connection) as asked:
        run()
    total = 0
    with connection.cursor() as cursor:
        for one in asked.captured_queries:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {one['sql']}")
            total += read_by(cursor.fetchone()[0][0]["Plan"])
    return total


def read_by(node: dict[str, Any]) -> int:
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    mine = (
        (node["Actual Rows"] + removed) * node["Actual Loops"] if "Scan" in node["Node Type"] else 0
    )
    return int(mine) + sum(read_by(child) for child in node.get("Plans", ()))


@pytest.mark.parametrize("shelf", queries.SHELVES)
def test_a_shelf_is_read_no_further_than_its_page(filled, an, actor, shelf):
    filled(MANY)
    me = actor(an)
    assert rows_read(lambda: queries.inbox(me, shelf)) < 1_000


@pytest.mark.parametrize("sort", ["due", "-due"])
def test_the_page_reads_no_further_in_either_order(client, filled, an, sort):
    filled(MANY)
    client.force_login(an)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/viec/?ngan=all&sort={sort}").context["next_url"]
    (rows,) = (q for q in asked.captured_queries if f"LIMIT {INBOX.size + 1}" in q["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {rows['sql']}")
        assert read_by(cursor.fetchone()[0][0]["Plan"]) < 1_000


def test_counting_reads_no_further_than_it_shows(filled, an, actor, monkeypatch):
    filled(MANY)
    me = actor(an)
    monkeypatch.setattr(queries, "counts_up_to", partial(counts_up_to, most=99))
    assert rows_read(lambda: queries.inbox_counts(me)) < 3_000


def test_the_workload_reads_no_further_than_it_counts(filled, leader, actor, monkeypatch):
    filled(MANY)
    monkeypatch.setattr(queries, "MOST_FREE", 99)
    monkeypatch.setattr(queries, "MOST_TAKEN", 199)
    me = actor(leader)
    assert rows_read(lambda: queries.workload(me)) < 1_000
    free, *taken = sorted(queries.workload(me), key=lambda load: load.officer)
    assert (free.officer, values.number(free.open), values.number(free.overdue)) == (
        "",
        "100+",
        "100+",
    )
    assert [load.officer for load in taken] == ["An", "Binh"]
    assert sum(load.open for load in taken) == 200
    assert all(values.number(load.open).endswith("+") for load in taken)


def test_the_workload_is_read_from_the_indexes_alone(filled, leader, actor):
    filled(MANY)
    me = actor(leader)
    with CaptureQueriesContext(connection) as asked:
        queries.workload(me)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked.captured_queries[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using task_free" in plan
    assert "Index Only Scan using task_taken" in plan


def test_the_workload_is_exact_up_to_what_it_counts(filled, leader, actor, monkeypatch):
    filled(600)
    monkeypatch.setattr(queries, "MOST_FREE", 100)
    monkeypatch.setattr(queries, "MOST_TAKEN", 200)
    loads = queries.workload(actor(leader))
    assert [(x.officer, values.number(x.open)) for x in loads] == [
        ("An", "100"),
        ("Binh", "100"),
        ("", "100"),
    ]
    assert sum(x.overdue for x in loads) == 150


def test_the_page_of_the_workload_says_where_it_stopped(client, filled, leader, monkeypatch):
    filled(600)
    client.force_login(leader)
    assert "Số có dấu + là ít nhất" not in client.get("/viec/tai-cong-viec/").content.decode()
    monkeypatch.setattr(queries, "MOST_FREE", 99)
    page = client.get("/viec/tai-cong-viec/")
    assert "Số có dấu + là ít nhất" in page.content.decode()
    assert values.number(page.context["totals"]["open"]) == "300+"
    assert values.number(page.context["totals"]["paused"]) == "0"


def test_a_hand_over_shows_the_first_tasks_and_how_many_there_are(client, filled, an, actor):
    filled(MANY)
    me = actor(an)
    assert rows_read(lambda: queries.work_to_hand_over(me, an.pk)) < 2_500
    client.force_login(an)
    page = client.get(f"/viec/ban-giao/?tu={an.pk}")
    assert len(page.context["tasks"]) == queries.PAGE
    assert "Đây là 50 việc đến hạn sớm nhất trong 999+ việc" in page.content.decode()


def test_a_short_hand_over_shows_all(client, filled, an):
    filled(30)
    client.force_login(an)
    page = client.get(f"/viec/ban-giao/?tu={an.pk}")
    assert len(page.context["tasks"]) == page.context["waiting"] == 10
    assert "việc đến hạn sớm nhất" not in page.content.decode()


def test_a_count_that_was_stopped_says_so(filled, an, actor):
    filled(MANY)
    counts = queries.inbox_counts(actor(an))
    assert isinstance(counts.all, AtLeast)
    assert (counts.all, values.number(counts.all)) == (MOST_COUNTED, "999+")
    assert values.number(MOST_COUNTED) == "999"
