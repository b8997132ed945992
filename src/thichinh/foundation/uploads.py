"""Files on their way in: read only where a page takes them, from who is signed in, up to a limit.

Django reads a form before any page is asked who may send it, and spools its files to the disk.
This handler stands first and turns away what no page wants before a byte of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from thichinh.foundation.contributions import Part, Registry


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
