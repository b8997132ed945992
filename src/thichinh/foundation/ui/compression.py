"""Pages leave compressed: the weight a citizen on a slow line pays is the weight we promise.

Compression and secrets in one response can leak (BREACH). Three things keep it shut: Django pads
each response with a random length, its CSRF token is masked anew for every page, and our session
cookie is not sent along with requests that other sites make (SameSite). See docs/adr/0035.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WORTH_IT = ("text/html", "text/plain", "text/csv", "application/json", "image/svg+xml")


class TextGzipMiddleware(GZipMiddleware):
    """Compress text; documents and workbooks are compressed already and keep their length."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith(WORTH_IT):
            return response
        return super().process_response(request, response)
