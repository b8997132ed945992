"""The four things that can go wrong for a person, and nothing else.

Each message is a Vietnamese sentence inside gettext that says what to do next; it is put into the
language of the request when the error is made, so a constant of a module must be a lazy one. They
are mapped once for pages and the API (`foundation.web`) and once for commands
(`foundation.commands`).
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_NOT_ALLOWED = gettext_lazy(
    "Tài khoản của bạn không có quyền làm việc này. Hãy hỏi người quản trị của đơn vị nếu bạn cần."
)
_MISSING = gettext_lazy("Không tìm thấy nội dung bạn cần.")


class DomainError(Exception):
    """Something a person asked for that the town hall cannot do as asked."""

    status = 400

    def __init__(self, message: str | Promise) -> None:
        self.message = str(message)
        super().__init__(self.message)


class Refused(DomainError):
    """A rule says no. `fields` names each wrong field with its own sentence."""

    status = 422

    def __init__(self, message: str | Promise = "", **fields: str | Promise) -> None:
        said = {name: str(sentence) for name, sentence in fields.items()}
        super().__init__(message or next(iter(said.values()), _("Yêu cầu không hợp lệ.")))
        self.fields = said


class NotAllowed(DomainError):
    """This person has no authority for this act on this thing."""

    status = 403

    def __init__(self, message: str | Promise = _NOT_ALLOWED) -> None:
        super().__init__(message)


class Missing(DomainError):
    """It is not there, or this person may not know that it is."""

    status = 404

    def __init__(self, message: str | Promise = _MISSING) -> None:
        super().__init__(message)


class Conflict(DomainError):
    """Somebody was faster, or the same request was sent with other content."""

    status = 409
