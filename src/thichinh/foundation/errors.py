"""The four things that can go wrong for a person, and nothing else.

Each message is a Vietnamese sentence that says what to do next. They are mapped once for pages
and the API (`foundation.web`) and once for commands (`foundation.commands`).
"""

from __future__ import annotations


class DomainError(Exception):
    """Something a person asked for that the town hall cannot do as asked."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(DomainError):
    """A rule says no. `fields` names each wrong field with its own sentence."""

    status = 422

    def __init__(self, message: str = "", **fields: str) -> None:
        super().__init__(message or next(iter(fields.values()), "Yêu cầu không hợp lệ."))
        self.fields = fields


class NotAllowed(DomainError):
    """This person has no authority for this act on this thing."""

    status = 403

    def __init__(self, message: str = "Tài khoản của bạn không có quyền làm việc này.") -> None:
        super().__init__(message)


class Missing(DomainError):
    """It is not there, or this person may not know that it is."""

    status = 404

    def __init__(self, message: str = "Không tìm thấy nội dung bạn cần.") -> None:
        super().__init__(message)


class Conflict(DomainError):
    """Somebody was faster, or the same request was sent with other content."""

    status = 409
