"""What is answered when a request cannot be served: one sentence that says what to do next.

Django asks these for everything that reaches its edge unanswered, from views, middleware and the
API alike. While the database is away (killed, restarting, full) the answer is 503 with Retry-After,
never the page of a fault in the program.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.functional import empty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thichinh.accounts.access import HeldForm

RETRY_AFTER = 5
"""Seconds: the embedded server is back after a crash in about two."""

SENTENCES = {
    400: gettext_lazy("Yêu cầu không đọc được. Hãy quay lại trang trước và thử lại."),
    401: gettext_lazy("Hãy đăng nhập, hoặc gửi kèm khoá truy cập còn hiệu lực."),
    403: gettext_lazy("Bạn chưa được phép làm việc này. Hãy đăng nhập bằng tài khoản có quyền."),
    404: gettext_lazy("Không tìm thấy nội dung này. Hãy xem lại địa chỉ."),
    413: gettext_lazy("Nội dung gửi lên quá lớn. Hãy chia nhỏ hoặc giảm dung lượng rồi gửi lại."),
    500: gettext_lazy("Hệ thống đang có lỗi; lỗi này đã được ghi lại. Hãy thử lại sau ít phút."),
    503: gettext_lazy(
        "Hệ thống đang tạm gián đoạn. Hãy thử lại sau ít giây; nội dung đã nộp không bị mất."
    ),
}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that makes no sense as it was sent; 413 when it is too big."""
    return _answer(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 outside our own rules: an address or a form that Django itself turns away."""
    return _answer(request, 403)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without a good token, most often one left open while its person signed in again.

    The browser's own word (`Origin`) that it came from a page of ours makes it safe to offer what
    was typed once more; another site's form never gets that far.
    """
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    held = HeldForm.of(request) if ours and not is_api(request) else None
    if held is not None:
        return held.page(request, status=403)
    sentence = _(
        "Biểu mẫu đã hết hạn, hoặc trình duyệt chặn cookie. Hãy tải lại trang rồi gửi lại."
    )
    if is_api(request):
        return JsonResponse({"message": sentence}, status=403)
    return render(request, "403.html", {"error": {"message": sentence}}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such address."""
    return _answer(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """503 while database or disk are away, 500 for a fault of ours. Neither asks the database.

    Text that no table can hold (NUL, half a surrogate, a number past all columns) is 400: the act
    that would have written or looked for it was undone.
    """
    error = sys.exc_info()[1]
    if isinstance(error, DataError | UnicodeEncodeError):
        return _answer(request, 400)
    status = 503 if _is_outage(error) else 500
    response = _fault(request, status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _fault(request: HttpRequest, status: int) -> HttpResponse:
    if is_api(request):
        return JsonResponse({"message": SENTENCES[status]}, status=status)
    page = _official_page(request) if status == 500 else None
    return page or HttpResponse(loader.render_to_string(f"{status}.html"), status=status)


def _official_page(request: HttpRequest) -> HttpResponse | None:
    """The fault inside the officials' shell, when it is known already who asks."""
    actor: Any = getattr(request, "actor", None)
    if getattr(actor, "_wrapped", empty) is empty or not actor.is_official:
        return None
    said = {"error": {"message": SENTENCES[500]}, "status": 500}
    try:
        return render(request, "ui/error.html", said, status=500)
    except Exception:  # the fault may sit in the shell itself
        return None


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if is_api(request):
        return JsonResponse({"message": SENTENCES[status]}, status=status)
    page = {413: 400}.get(status, status)
    context = {"error": {"message": SENTENCES[status]}} if page != status else {}
    return render(request, f"{page}.html", context, status=status)


def _is_outage(error: BaseException | None) -> bool:
    """Whether this error comes from a database or a disk that cannot serve at the moment."""
    return any(
        isinstance(cause, OperationalError | InterfaceError)
        or (isinstance(cause, OSError) and cause.errno in _NO_ROOM)
        for cause in _causes(error)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
