"""Files by the hash of their content: a local folder by default, any S3 through the same port.

A file is streamed to its place and made durable *before* the row that names it commits, so a row
never names a file that is not there. A file without a row (a crash in between) is only waste. A
content that nobody hung on anything for a day is removed at night.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Protocol

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import CASCADE, Exists, JSONField, ManyToOneRel, Model, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from thichinh.foundation.contributions import Part, Registry
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import FileSender, StoredFile
from thichinh.foundation.text import one_line
from thichinh.foundation.uploads import ENDINGS

CHUNK = 1024 * 1024


class FileStore(Protocol):
    """Where contents lie. `put` returns only when the content is durable."""

    def put(self, source: Path, sha256: str) -> None: ...
    def open(self, sha256: str) -> IO[bytes]: ...
    def remove(self, sha256: str) -> None: ...
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

    def remove(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)


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

    def remove(self, sha256: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self.prefix + sha256)


@cache
def store_in_use() -> FileStore:
    """The store that the settings name."""
    if settings.FILES_S3_BUCKET:
        return S3Bucket(settings.FILES_S3_BUCKET, settings.FILES_S3_ENDPOINT or None)
    return LocalFolder(Path(settings.FILES_ROOT))


def file_name(given: str, media_type: str) -> str:
    """A name that reads as what it is: no unseen characters, no folders, the ending of its kind."""
    name = one_line(given).replace("\\", "/").rpartition("/")[2].strip(" .")
    endings = ENDINGS.get(media_type, ())
    if not endings or name.lower().endswith(endings):
        return name[:255] or "tep"
    stem, dot, ending = name.rpartition(".")
    stem = stem if dot and 0 < len(ending) <= 5 else name
    return f"{stem[:240] or 'tep'}{endings[0]}"


def store(
    chunks: Iterable[bytes], media_type: str, *, limit: int | None = None, sender: int | None = None
) -> StoredFile:
    """Stream a content into the store and return its row; the same content is stored once.

    `limit` in bytes: past it nothing is kept and Refused is raised. `sender` is the account that
    hands it in, and may name it from then on.
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
        _claim(digest.hexdigest())
        files.put(temporary, digest.hexdigest())
    finally:
        temporary.unlink(missing_ok=True)
    row, _created = StoredFile.objects.get_or_create(
        sha256=digest.hexdigest(), defaults={"size": size, "media_type": media_type[:100]}
    )
    if sender is not None:
        sent = FileSender(file=row, account_id=sender)
        FileSender.objects.bulk_create([sent], ignore_conflicts=True)
    return row


def stored(sha256: str) -> StoredFile | None:
    """The row of a content, if it was handed in."""
    return StoredFile.objects.filter(pk=sha256).first()


def open_stored(sha256: str) -> IO[bytes]:
    """The content, opened for reading. Raises Missing when the store lost it."""
    return store_in_use().open(sha256)


def lock_sent(hashes: Collection[str], sender: int | None) -> dict[str, str]:
    """Those of these contents that this account handed in, with the kind of each.

    They stay until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_SENT, [list(hashes), sender])
        return dict(cursor.fetchall())


_LOCK_SENT = """
SELECT sha256, media_type FROM foundation_storedfile AS file WHERE sha256 = ANY(%s) AND EXISTS (
    SELECT FROM foundation_filesender WHERE file_id = file.sha256 AND account_id = %s
) FOR KEY SHARE
"""


@dataclass(frozen=True)
class NamesFiles(Part):
    """A column that is no foreign key names contents (by their SHA-256), too.

    Of a column of JSON, such as the answers of a form, it is what stands under any `sha256` in it.
    """

    model: type[Model]
    field: str


NAMES_FILES: Registry[NamesFiles] = Registry(NamesFiles, lambda given: (given.model, given.field))
UNUSED_FOR = timedelta(days=1)
"""How long a program may take between sending a file and naming it."""
_LOCK, _UNLOCK, _PASS = (
    f"SELECT {function}(hashtextextended(%s, 0))"
    for function in ("pg_advisory_lock", "pg_advisory_unlock", "pg_advisory_xact_lock")
)


def _claim(sha256: str) -> None:
    """Whoever removes this content ends first, and nobody begins to for as long as UNUSED_FOR."""
    with transaction.atomic():
        _lock(_PASS, sha256)
        StoredFile.objects.filter(pk=sha256).update(stored_at=Now())


def forget_unused() -> int:
    """Remove the contents that nothing names any more; returns how many."""
    return sum(_forget(sha256) for sha256 in _unused().values_list("pk", flat=True))


def _unused() -> QuerySet[StoredFile]:
    rows = StoredFile.objects.filter(stored_at__lt=Now() - UNUSED_FOR)
    for model, field in (*_foreign_keys(), *((n.model, n.field) for n in NAMES_FILES)):
        if isinstance(model._meta.get_field(field), JSONField):
            named = _IN_JSON.format(
                column=connection.ops.quote_name(field), table=model._meta.db_table
            )
            rows = rows.exclude(pk__in=RawSQL(named, []))
        else:
            rows = rows.exclude(Exists(model._default_manager.filter(**{field: OuterRef("pk")})))
    return rows


_IN_JSON = "SELECT jsonb_path_query({column}, 'strict $.**.sha256') #>> '{{}}' FROM {table}"


def _foreign_keys() -> Iterator[tuple[type[Model], str]]:
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        # What goes with the content does not keep it.
        if isinstance(relation, ManyToOneRel) and relation.on_delete is not CASCADE:
            yield relation.related_model, relation.field.name


def _forget(sha256: str) -> bool:
    """The row first, then the content, and an upload of the same content after both."""
    _lock(_LOCK, sha256)
    try:
        with transaction.atomic():
            row = _unused().filter(pk=sha256).select_for_update(skip_locked=True).first()
            if row is None:
                return False
            row.delete()
        store_in_use().remove(sha256)
    except IntegrityError:  # somebody has just named it
        return False
    finally:
        _lock(_UNLOCK, sha256)
    return True


def _lock(statement: str, sha256: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [f"file:{sha256}"])


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
