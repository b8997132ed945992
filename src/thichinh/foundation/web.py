"""The web's edge: what is known of a request, and the one mapping of domain errors to answers."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from thichinh.foundation.clock import keep_pace
from thichinh.foundation.errors import DomainError, Missing, Refused
from thichinh.foundation.throttle import TooMany

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class RequestContext:
    """From where an act came: nothing when it came from a command or a job."""

    request_id: uuid.UUID | None = None
    ip: str | None = None


_NO_REQUEST = RequestContext()
_context: ContextVar[RequestContext] = ContextVar("thichinh_request", default=_NO_REQUEST)


def request_context() -> RequestContext:
    """The request being served in this thread of work, for audit and rate limits."""
    return _context.get()


def visitor_address(request: HttpRequest) -> str | None:
    """Where a request comes from: the audit names it, and each address has its own tries.

    Every proxy adds at the right whom it heard, so with n proxies of our own the n-th entry from
    the right is the last one that no visitor can make up. What does not fit is not believed.
    """
    direct = request.META.get("REMOTE_ADDR") or None
    count: int = settings.TRUSTED_PROXIES
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if count == 0 or len(entries) < count:
        return direct
    try:
        told = ip_address(entries[-count].strip())
    except ValueError:
        return direct
    return direct if getattr(told, "scope_id", None) else str(told)


class RequestContextMiddleware:
    """Gives each request an id and remembers its address while it is served."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = RequestContext(uuid.uuid4(), visitor_address(request))
        keep_pace()
        token = _context.set(context)
        try:
            response = self.get_response(request)
        finally:
            _context.reset(token)
        response.headers["X-Request-ID"] = str(context.request_id)
        return response


def error_body(error: DomainError) -> dict[str, object]:
    """What the API says of a domain error: one message and one sentence per wrong field."""
    body: dict[str, object] = {"message": error.message}
    if isinstance(error, Refused) and error.fields:
        body["errors"] = error.fields
    return body


def error_headers(error: DomainError) -> dict[str, str]:
    return {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}


class _WrongMethod(DomainError):
    status = 405


class DomainErrorMiddleware:
    """A domain error that reaches the edge of a page becomes a page that says what to do next.

    Pages with a form catch Refused themselves and show the form again with what was typed. Text that
    no table can hold (NUL, half a surrogate, a number past all columns) is refused like other input: the
    act that would have written or looked for it was undone, and the log gets one line. A method that an
    address does not take gets a sentence too: Django's own answer is empty.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:  # no name of ours has it, and no table can be asked for it
            return _answer(request, Missing())
        response = self.get_response(request)
        if response.status_code != 405:
            return response
        answer = _answer(
            request,
            _WrongMethod(
                _("Địa chỉ này không nhận kiểu yêu cầu vừa gửi. Hãy quay lại trang trước.")
            ),
        )
        if response.has_header("Allow"):
            answer.headers["Allow"] = response.headers["Allow"]
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DataError | UnicodeEncodeError):
            logger.warning("%s: %s", request.path, error)
            error = Refused(
                _(
                    "Có ký tự hoặc con số mà hệ thống không ghi, không tra được. Hãy sửa rồi gửi lại."
                )
            )
        return _answer(request, error) if isinstance(error, DomainError) else None


def _answer(request: HttpRequest, error: DomainError) -> HttpResponse:
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(error_body(error), status=error.status)
    else:
        said = {"error": error, "status": error.status}
        response = render(request, "ui/error.html", said, status=error.status)
    for name, value in error_headers(error).items():
        response.headers[name] = value
    return response
