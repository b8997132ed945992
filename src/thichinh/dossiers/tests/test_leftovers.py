"""What the night takes away: uploads that hang on nothing, ended sessions, old answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from thichinh.accounts.models import Session
from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Attachment, Draft
from thichinh.dossiers.tasks import forget_old_drafts
from thichinh.dossiers.tests import filing
from thichinh.foundation import idempotency, storage
from thichinh.foundation.clock import standing_at
from thichinh.foundation.errors import Missing
from thichinh.foundation.models import IdempotencyKey, StoredFile
from thichinh.foundation.tasks import forget_leftovers
from thichinh.foundation.text import vn_date

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(town: None) -> Iterator[None]:
    with standing_at(filing.MONDAY):
        yield


def test_the_files_of_a_draft_thrown_away_are_gone_and_those_of_a_dossier_stay(
    citizen: Actor,
) -> None:
    client = filing.signed_in(citizen.account_id)
    number = filing.file_whole(client)
    filing.fill(client)
    client.post(filing.PAPERS, {"paper-to-khai": filing.scan(content=filing.PDF + b"%other")})
    draft = filing.only_draft()
    thrown = draft.attachments.get().file_id
    client.post(f"{filing.START}xoa/")
    StoredFile.objects.update(stored_at=Now() - 2 * storage.UNUSED_FOR)
    forget_leftovers(0)
    with pytest.raises(Missing):
        storage.open_stored(thrown)
    kept = Attachment.objects.filter(dossier__number=number).values_list("file_id", flat=True)
    assert set(kept) == set(StoredFile.objects.values_list("pk", flat=True))
    for sha256 in kept:
        storage.open_stored(sha256).close()


def test_a_draft_nobody_touches_goes_after_the_day_that_was_said_and_its_files_with_it(
    citizen: Actor, settings: Any
) -> None:
    settings.DRAFT_DAYS = 30
    client = filing.signed_in(citizen.account_id)
    filing.fill(client)
    client.post(filing.PAPERS, {"paper-to-khai": filing.scan()})
    file = filing.only_draft().attachments.get().file_id
    StoredFile.objects.update(stored_at=Now() - 2 * storage.UNUSED_FOR)
    last = filing.MONDAY.replace(hour=23) + timedelta(days=30)
    assert f"được giữ đến ngày {vn_date(last)}" in client.get("/ho-so-cua-toi/").content.decode()
    with standing_at(last):
        forget_old_drafts(0)
        assert filing.only_draft()
    for _ in range(2):
        with standing_at(last + timedelta(hours=1)):
            forget_old_drafts(0)
            forget_leftovers(0)
        assert not Draft.objects.exists()
    with pytest.raises(Missing):
        storage.open_stored(file)


def test_a_draft_touched_again_is_kept_anew(citizen: Actor) -> None:
    filing.fill(filing.signed_in(citizen.account_id))
    with standing_at(filing.MONDAY + timedelta(days=50)):
        filing.fill(filing.signed_in(citizen.account_id))
    with standing_at(filing.MONDAY + timedelta(days=61)):
        forget_old_drafts(0)
    assert filing.only_draft()


def test_sessions_that_ended_and_answers_nobody_asks_for_again_go(citizen: Actor) -> None:
    filing.signed_in(citizen.account_id)
    living = Session.objects.get()
    ended = timezone.now() - timedelta(minutes=1)
    Session.objects.create(session_key="ended", session_data="", expire_date=ended)
    for key in ("young", "old"):
        IdempotencyKey.objects.create(account_id=1, key=key, fingerprint="f", response={})
    old = Now() - idempotency.KEEP - timedelta(hours=1)
    IdempotencyKey.objects.filter(key="old").update(created_at=old)
    forget_leftovers(0)
    assert Session.objects.get() == living
    assert IdempotencyKey.objects.get().key == "young"
