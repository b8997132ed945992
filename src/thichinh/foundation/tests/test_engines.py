"""Audit, events, idempotency, throttle: what every act relies on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from thichinh.foundation import audit, definitions, events, idempotency, throttle
from thichinh.foundation.definitions.kinds import kind_named
from thichinh.foundation.errors import Conflict, Refused
from thichinh.foundation.models import AuditEntry, IdempotencyKey
from thichinh.foundation.numbering import next_number


@dataclass(frozen=True)
class Clerk:
    account_id: int | None = 7
    on_behalf_of_id: int | None = 3
    unit_id: int | None = 2


@dataclass(frozen=True)
class Happened:
    what: str


@pytest.mark.django_db
def test_an_audit_row_says_who_for_whom_what_and_when() -> None:
    audit.record(Clerk(), "dossier.accept", data={"number": "X"})
    row = AuditEntry.objects.get()
    assert (row.account_id, row.on_behalf_of_id, row.unit_id, row.action) == (
        7,
        3,
        2,
        "dossier.accept",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT xid = pg_current_xact_id() FROM foundation_auditentry")
        assert cursor.fetchone()[0] is True


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE foundation_auditentry SET action = 'x'",
        "DELETE FROM foundation_auditentry",
        "TRUNCATE foundation_auditentry",
    ],
)
def test_the_audit_trail_cannot_be_changed(statement: str) -> None:
    audit.record(Clerk(), "dossier.accept")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@transaction.atomic
def _act_and_tell() -> None:
    audit.record(Clerk(), "dossier.accept")
    events.publish(Happened("x"))


@pytest.mark.django_db
def test_a_handler_that_fails_undoes_the_act_that_published() -> None:
    def refuse(event: Happened) -> None:
        raise Refused("không được")

    with (
        events.SUBSCRIPTIONS.lent(events.Subscription(Happened, refuse)),
        pytest.raises(Refused),
    ):
        _act_and_tell()
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_the_same_key_is_done_once_and_another_request_under_it_is_a_conflict() -> None:
    def run() -> dict[str, Any]:
        return {"n": next_number("HS", 1, 2021)}

    assert idempotency.once(7, "k", "a", run) == ({"n": 1}, False)
    assert idempotency.once(7, "k", "a", run) == ({"n": 1}, True)
    assert idempotency.once(8, "k", "a", run) == ({"n": 2}, False)
    with pytest.raises(Conflict):
        idempotency.once(7, "k", "b", run)


@pytest.mark.django_db
def test_a_refused_request_is_not_remembered() -> None:
    def refuse() -> dict[str, Any]:
        raise Refused("sai")

    with pytest.raises(Refused):
        idempotency.once(7, "k", "a", refuse)
    assert not IdempotencyKey.objects.exists()


def test_eight_copies_of_one_request_at_once_are_done_once(transactional_db: None) -> None:
    def send(_: int) -> dict[str, Any]:
        try:
            return idempotency.once(7, "k", "a", lambda: {"n": next_number("HS", 1, 2021)})[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert answers == [{"n": 1}] * 8
    with transaction.atomic():
        assert next_number("HS", 1, 2021) == 2


@pytest.mark.django_db
def test_too_many_tries_are_told_to_wait() -> None:
    for _ in range(3):
        throttle.hit("tracking:1.2.3.4", limit=3, seconds=600)
    with pytest.raises(throttle.TooMany) as error:
        throttle.hit("tracking:1.2.3.4", limit=3, seconds=600)
    assert 0 < error.value.retry_after <= 600
    throttle.hit("tracking:5.6.7.8", limit=3, seconds=600)


@pytest.mark.django_db
def test_a_try_is_not_counted_inside_an_act_that_may_undo_it() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        throttle.hit("tracking:1.2.3.4", limit=3, seconds=600)


@pytest.mark.django_db(transaction=True)
def test_a_version_published_meanwhile_waits_so_that_ids_follow_the_order_of_commits(
    town: None,
) -> None:
    kind = kind_named("field")  # published without rows of its own to wait for
    first, second = definitions.all_current(kind)[:2]

    def publish_too() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                definitions.publish(kind, second.model_copy(update={"version": 901}), report)
        finally:
            connection.close()

    report = definitions.LoadReport()
    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        definitions.publish(kind, first.model_copy(update={"version": 901}), report)
        with pytest.raises(OperationalError, match="lock timeout"):
            pool.submit(publish_too).result()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_published_definition_cannot_be_changed_in_the_database(town: None) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE foundation_definitionversion SET version = 99")
