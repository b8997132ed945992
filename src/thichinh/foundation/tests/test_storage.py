"""Files by content: durable before their row, in a folder or in S3, through one port."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from moto.server import ThreadedMotoServer

from thichinh.foundation import storage
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import StoredFile

WORDS = [b"Gi\xe1\xba\xa5y khai sinh ", b"b\xe1\xba\xa3n ch\xc3\xadnh"]


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    """Both kinds of store must behave the same."""
    if request.param == "folder":
        yield "folder"
        return
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    patch = pytest.MonkeyPatch()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "test")
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    settings.FILES_S3_BUCKET, settings.FILES_S3_ENDPOINT = "files", f"http://{host}:{port}"
    storage.store_in_use.cache_clear()
    storage.store_in_use().client.create_bucket(Bucket="files")  # type: ignore[attr-defined]
    yield "s3"
    storage.store_in_use.cache_clear()
    patch.undo()
    server.stop()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("tờ khai.pdf", "tờ khai.pdf"),
        ("Tờ khai.PDF", "Tờ khai.PDF"),
        ("anh\u202egpj.exe", "anhgpj.pdf"),
        ("../../etc/to khai.pdf\n", "to khai.pdf"),
        ("ảnh.png", "ảnh.pdf"),
        ("quyết định số 12.2022/QĐ", "QĐ.pdf"),
        (".pdf", "pdf.pdf"),
        ("", "tep.pdf"),
    ],
)
def test_a_file_is_named_as_what_it_is(given: str, kept: str) -> None:
    assert storage.file_name(given, "application/pdf") == kept


@pytest.mark.django_db
def test_a_content_is_kept_once_under_its_hash(store: str) -> None:
    first = storage.store(iter(WORDS), "application/pdf")
    again = storage.store([b"".join(WORDS)], "application/pdf")
    assert first == again
    assert first.sha256 == hashlib.sha256(b"".join(WORDS)).hexdigest()
    assert first.size == len(b"".join(WORDS))
    with storage.open_stored(first.sha256) as content:
        assert content.read() == b"".join(WORDS)


@pytest.mark.django_db
def test_what_is_too_large_leaves_nothing_behind(store: str, settings: Any) -> None:
    with pytest.raises(Refused):
        storage.store(iter([b"x" * 600, b"x" * 600]), "application/pdf", limit=1024)
    assert not StoredFile.objects.exists()
    if store == "folder":
        assert [f for _, _, files in os.walk(settings.FILES_ROOT) for f in files] == []


@pytest.mark.django_db
def test_a_lost_content_is_said_in_words(store: str) -> None:
    with pytest.raises(Missing):
        storage.open_stored("0" * 64)


@pytest.mark.django_db
def test_the_content_is_on_disk_before_the_row(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that a power cut must not break: write, fsync, rename, fsync folder, row."""
    steps: list[str] = []
    fsync = os.fsync
    monkeypatch.setattr(storage.os, "fsync", lambda fd: (steps.append("fsync"), fsync(fd))[1])
    create = StoredFile.objects.get_or_create
    monkeypatch.setattr(
        StoredFile.objects,
        "get_or_create",
        lambda **kw: (steps.append("row"), create(**kw))[1],
    )
    storage.store(iter(WORDS), "application/pdf")
    assert steps == ["fsync", "fsync", "fsync", "fsync", "row"]


def age(row: StoredFile) -> None:
    StoredFile.objects.filter(pk=row.pk).update(stored_at=Now() - 2 * storage.UNUSED_FOR)


@pytest.mark.django_db
def test_what_nothing_names_goes_after_a_day_unless_it_is_handed_in_again(store: str) -> None:
    old, again, young = (storage.store([word], "application/pdf") for word in (b"a", b"b", b"c"))
    age(old)
    age(again)
    assert storage.store([b"b"], "application/pdf") == again
    assert storage.forget_unused() == 1
    assert set(StoredFile.objects.all()) == {again, young}
    with pytest.raises(Missing):
        storage.open_stored(old.sha256)
    for kept in (again, young):
        storage.open_stored(kept.sha256).close()


@pytest.mark.django_db
def test_what_a_plain_column_names_stays() -> None:
    from thichinh.foundation.models import IdempotencyKey

    named = storage.store([b"a"], "application/pdf")
    IdempotencyKey.objects.create(account_id=1, key="k", fingerprint=named.pk, response={})
    age(named)
    with storage.NAMES_FILES.lent(storage.NamesFiles(IdempotencyKey, "fingerprint")):
        assert storage.forget_unused() == 0


def test_what_a_filing_under_way_holds_is_passed_over(transactional_db: None) -> None:
    row = storage.store([b"a"], "application/pdf", sender=7)
    age(row)
    with transaction.atomic():
        assert storage.lock_sent([row.pk], 8) == storage.lock_sent([row.pk], None) == {}
        assert storage.lock_sent([row.pk, "0" * 64], 7) == {row.pk: "application/pdf"}
        assert _elsewhere(storage.forget_unused) == 0
    assert _elsewhere(storage.forget_unused) == 1


def _elsewhere(run: Callable[[], Any]) -> Any:
    """Over another connection."""

    def work() -> Any:
        try:
            return run()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(30)


def test_an_upload_of_what_is_just_being_removed_waits_and_brings_it_again(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = storage.store([b"a"], "application/pdf")
    age(row)
    at_the_file, go_on = Event(), Event()
    remove = storage.LocalFolder.remove

    def slowly(self: storage.LocalFolder, sha256: str) -> None:
        at_the_file.set()
        assert go_on.wait(30)
        remove(self, sha256)

    monkeypatch.setattr(storage.LocalFolder, "remove", slowly)
    with ThreadPoolExecutor(2) as pool:
        removed = pool.submit(_elsewhere, storage.forget_unused)
        assert at_the_file.wait(30)
        brought = pool.submit(_elsewhere, lambda: storage.store([b"a"], "application/pdf"))
        while not brought.done() and not _somebody_waits():
            go_on.wait(0.02)
        go_on.set()
        assert removed.result(30) == 1
        again = brought.result(30)
    assert StoredFile.objects.get() == again
    with storage.open_stored(again.pk) as content:
        assert content.read() == b"a"


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone() is not None
