"""Files on their way in: which kinds are taken, where, from whom and how much.

A file is what its first bytes say, whatever its name. Files are read only where a page takes them.
Django reads a form before any page is asked who may send it, and spools its files to the disk.
This handler stands first and turns away what no page wants before a byte of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from thichinh.foundation.contributions import Part, Registry
from thichinh.foundation.errors import Refused

FileCode = Literal["pdf", "jpg", "png", "docx", "xlsx"]
_ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its endings, the bytes it begins with, and what people call it."""

    code: str
    label: str
    media_type: str
    endings: tuple[str, ...]
    signature: bytes

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


FILE_KINDS = {
    kind.code: kind
    for kind in (
        FileKind("pdf", "PDF", "application/pdf", (".pdf",), b"%PDF-"),
        FileKind("jpg", "JPG", "image/jpeg", (".jpg", ".jpeg"), b"\xff\xd8\xff"),
        FileKind("png", "PNG", "image/png", (".png",), b"\x89PNG\r\n\x1a\n"),
        FileKind("docx", "Word", f"{_OFFICE}wordprocessingml.document", (".docx",), _ZIP),
        FileKind("xlsx", "Excel", f"{_OFFICE}spreadsheetml.sheet", (".xlsx",), _ZIP),
    )
}
SCANS: tuple[FileCode, ...] = ("pdf", "jpg", "png")
"""What a scanned paper may be: the kinds that everybody can open, and that nothing runs in."""
ENDINGS = {kind.media_type: kind.endings for kind in FILE_KINDS.values()}


def endings_of(kinds: Sequence[str]) -> tuple[str, ...]:
    """Every ending of these kinds, as `accept` of a file control and a person read them."""
    return tuple(ending for code in kinds for ending in FILE_KINDS[code].endings)


def recognised(
    chunks: Iterable[bytes], accepted: Sequence[str] = SCANS, name: str = ""
) -> tuple[FileKind, Iterable[bytes]]:
    """The kind of a content, and the content once more. Raises Refused for any other kind.

    The name only decides between kinds that begin with the same bytes.
    """
    iterator = iter(chunks)
    head = next(iterator, b"")
    if not head:
        raise Refused(_("Tệp rỗng. Hãy chọn lại tệp khác."))
    known = [k for code in accepted if head.startswith((k := FILE_KINDS[code]).signature)]
    named = [kind for kind in known if name.lower().endswith(kind.endings)]
    if not known:
        raise Refused(_refusal(accepted))
    return (named or known)[0], _joined(head, iterator)


def _refusal(accepted: Sequence[str]) -> str:
    sentence = _("Chỉ nhận tệp %(kinds)s.") % {"kinds": kinds_phrase(accepted)}
    if "pdf" not in accepted:
        return sentence
    return f"{sentence} {_('Hãy chụp lại hoặc lưu thành PDF.')}"


def kinds_phrase(accepted: Sequence[str]) -> str:
    """'PDF hoặc ảnh JPG, PNG'."""
    kinds = [FILE_KINDS[code] for code in accepted]
    papers = ", ".join(kind.label for kind in kinds if not kind.is_image)
    images = ", ".join(kind.label for kind in kinds if kind.is_image)
    shown = _("ảnh %(kinds)s") % {"kinds": images} if images else ""
    return _(" hoặc ").join(filter(None, (papers, shown)))


def _joined(head: bytes, rest: Iterable[bytes]) -> Iterable[bytes]:
    yield head
    yield from rest


@dataclass(frozen=True, slots=True)
class TakesFiles(Part):
    """A page (`app:name`) or operation (`api:name`) takes files, `limit` bytes in one request.

    One file's own limit is the act's affair, which names the file.
    """

    view_name: str
    limit: int


TAKES_FILES: Registry[TakesFiles] = Registry(TakesFiles, lambda given: given.view_name)


class UploadGuard(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS. Raises RequestDataTooBig (413), else lets the next ones work.

    Of somebody who is not signed in (any more) only the names of files are kept: the page sends
    them to sign in and says that files have to be chosen again.
    """

    request: HttpRequest

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        match = getattr(request, "resolver_match", None)
        taken = TAKES_FILES.get(match.view_name) if match else None
        self.limit = taken.limit if taken else 0
        self.seen = 0
        self.keeps = False

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any) -> None:
        """By the length the request gives itself: nothing of it was read yet."""
        most = self.limit + (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        if content_length > most:
            raise RequestDataTooBig(f"{content_length} bytes where {most} are taken")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if not self.limit:
            raise RequestDataTooBig("this address takes no files")
        self.keeps = bool(getattr(getattr(self.request, "actor", None), "is_signed_in", False))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.seen += len(raw_data)
        if self.seen > self.limit:
            raise RequestDataTooBig(f"more than {self.limit} bytes of files")
        return raw_data if self.keeps else None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if self.keeps:
            return None
        return InMemoryUploadedFile(
            BytesIO(), self.field_name, self.file_name, self.content_type, 0, self.charset
        )
