"""The inbox for programs."""

from __future__ import annotations

from thichinh.work import queries
from thichinh.work.models import Task

JSON = "application/json"


def test_the_inbox_goes_on_by_cursor_in_two_queries(
    client, task, an, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(queries, "PAGE", 2)
    for hours in (3, 1, 2):
        task(hours=hours, to=an)
    client.force_login(an)
    client.get("/api/v1/tasks")
    with django_assert_num_queries(2):
        first = client.get("/api/v1/tasks").json()
    second = client.get("/api/v1/tasks", {"after": first["next"]}).json()
    titles = [t["title"] for t in first["tasks"] + second["tasks"]]
    assert titles == ["Thẩm định 2", "Thẩm định 3", "Thẩm định 1"]
    assert (first["tasks"][0]["unit"], second["next"]) == ("duc-pho.tu-phap", "")


def test_a_stranger_and_one_without_the_permission_are_turned_away(client, official, town):
    assert client.get("/api/v1/tasks").status_code == 401
    client.force_login(official("it", "duc-pho.van-phong", it_officer="duc-pho"))
    assert client.get("/api/v1/tasks").status_code == 403


def test_a_free_task_is_taken_once(client, task, an, binh):
    one = task()
    client.force_login(an)
    assert client.post(f"/api/v1/tasks/{one.pk}/claim").json()["assignee_id"] == an.pk
    client.force_login(binh)
    assert client.post(f"/api/v1/tasks/{one.pk}/claim").status_code == 409


def test_a_leader_assigns_and_hands_over(client, task, leader, an, binh, chi):
    one = task()
    client.force_login(leader)
    address = f"/api/v1/tasks/{one.pk}/assign"
    refused = client.post(address, {"assignee_id": chi.pk}, content_type=JSON)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["assignee"])
    assert client.post(address, {"assignee_id": an.pk}, content_type=JSON).status_code == 200
    body = {"giver_id": an.pk, "taker_id": binh.pk, "reason": "Nghỉ phép"}
    done = client.post("/api/v1/tasks/hand-over", body, content_type=JSON)
    assert done.json() == {"moved": 1, "stayed": 0}
    assert Task.objects.get().assignee_id == binh.pk


def test_a_task_out_of_sight_is_missing(client, task, chi):
    one = task()
    client.force_login(chi)
    assert client.post(f"/api/v1/tasks/{one.pk}/claim").status_code == 404
