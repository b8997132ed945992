"""Files by the hash of their content: a local folder by default, any S3 through the same port.

A file is streamed to its place and made durable *before* the row that names it commits, so a row
never names a file that is not there. A file without a row (a crash in between) is only waste.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import StoredFile

CHUNK = 1024 * 1024


class FileStore(Protocol):
    """Where contents lie. `put` returns only when the content is durable."""

    def put(self, source: Path, sha256: str) -> None: ...
    def open(self, sha256: str) -> IO[bytes]: ...
    def incoming(self) -> Path: ...


class LocalFolder:
    """`<root>/ab/cd/<sha256>`, written beside and renamed into place, folder entries fsynced."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def incoming(self) -> Path:
        folder = self.root / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, source: Path, sha256: str) -> None:
        target = self.path(sha256)
        if target.exists():
            source.unlink()
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        for folder in (target.parent, target.parent.parent, self.root):
            _fsync_folder(folder)

    def open(self, sha256: str) -> IO[bytes]:
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError:
            raise Missing(
                _("Tệp này không còn trong kho lưu trữ. Hãy báo cán bộ quản trị.")
            ) from None


class S3Bucket:
    """Any S3-compatible store (AWS, SeaweedFS, MinIO...), contents under `files/<sha256>`."""

    def __init__(self, bucket: str, endpoint: str | None, prefix: str = "files/") -> None:
        # Only installations that use S3 pay for loading the client.
        self.client = import_module("boto3").client("s3", endpoint_url=endpoint)
        self.bucket, self.prefix = bucket, prefix

    def incoming(self) -> Path:
        return Path(tempfile.gettempdir())

    def put(self, source: Path, sha256: str) -> None:
        self.client.upload_file(str(source), self.bucket, self.prefix + sha256)
        source.unlink()

    def open(self, sha256: str) -> IO[bytes]:
        spool = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
        try:
            self.client.download_fileobj(self.bucket, self.prefix + sha256, spool)
        except self.client.exceptions.ClientError:
            raise Missing(
                _("Tệp này không còn trong kho lưu trữ. Hãy báo cán bộ quản trị.")
            ) from None
        spool.seek(0)
        return spool


@cache
def store_in_use() -> FileStore:
    """The store that the settings name."""
    if settings.FILES_S3_BUCKET:
        return S3Bucket(settings.FILES_S3_BUCKET, settings.FILES_S3_ENDPOINT or None)
    return LocalFolder(Path(settings.FILES_ROOT))


def store(chunks: Iterable[bytes], media_type: str, *, limit: int | None = None) -> StoredFile:
    """Stream a content into the store and return its row; the same content is stored once.

    `limit` in bytes: past it nothing is kept and Refused is raised.
    """
    files = store_in_use()
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=files.incoming())
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                size += len(chunk)
                if limit is not None and size > limit:
                    raise Refused(
                        _("Tệp lớn hơn %(megabytes)s MB. Hãy nén hoặc chụp lại với cỡ nhỏ hơn.")
                        % {"megabytes": limit // CHUNK}
                    )
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        files.put(temporary, digest.hexdigest())
    finally:
        temporary.unlink(missing_ok=True)
    row, _created = StoredFile.objects.get_or_create(
        sha256=digest.hexdigest(), defaults={"size": size, "media_type": media_type[:100]}
    )
    return row


def open_stored(sha256: str) -> IO[bytes]:
    """The content, opened for reading. Raises Missing when the store lost it."""
    return store_in_use().open(sha256)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
