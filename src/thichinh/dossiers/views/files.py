"""A file that somebody handed in, sent back to who may see it."""

from __future__ import annotations

from django.http import FileResponse

from thichinh.dossiers.models import Attachment
from thichinh.foundation import storage


def file_response(file: Attachment) -> FileResponse:
    """Always saved, never shown in place: what strangers upload does not run in our pages."""
    response = FileResponse(
        storage.open_stored(file.file_id),
        as_attachment=True,
        filename=file.name,
        content_type=file.file.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response
