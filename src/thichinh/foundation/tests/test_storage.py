"""Files by content: durable before their row, in a folder or in S3, through one port."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
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
