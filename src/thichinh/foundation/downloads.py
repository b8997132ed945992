"""A file that somebody handed in, sent to who may see it."""

from __future__ import annotations

from django.http import FileResponse

from thichinh.foundation import storage
from thichinh.foundation.models import StoredFile


def download(file: StoredFile, name: str) -> FileResponse:
    """Always saved, never shown in place: what strangers upload does not run in our pages."""
    response = FileResponse(
        storage.open_stored(file.pk),
        as_attachment=True,
        filename=name,
        content_type=file.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response
