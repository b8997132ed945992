"""What every answer forbids the browser: code that is not ours, frames, devices, copies of private pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",  # pages carry no code of their own, so no nonce is wanted either
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
DEVICES = "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), browsing-topics=()"
"""An officer in the field may say where they are; nothing else is asked of a device."""


class SecurityHeadersMiddleware:
    """Adds them to whatever has not said something stricter; private answers are kept by nobody.

    Private is what was asked with a session or a key, or sets a cookie: on a shared computer the next
    person's Back button shows none of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", DEVICES)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if is_private(request, response) and "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response


def is_private(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether an answer may hold what only who asked may see."""
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
    return signed_in or "Authorization" in request.headers or bool(response.cookies)
