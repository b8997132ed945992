"""Files sent to who may see them: what somebody handed in, and papers that we print."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.utils.cache import add_never_cache_headers

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


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF of ours (`foundation.pdf.compile_pdf`), shown in the browser to be printed or kept.

    It may name people, so nothing on the way keeps it.
    """
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(response)
    return response
