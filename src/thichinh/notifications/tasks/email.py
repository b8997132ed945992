"""E-mail through Django's backend: one connection for a batch, opened again when it breaks."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from thichinh.notifications.rules import Channel, Outcome, Outgoing, Result

_NO_ANSWER = (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, OSError)


class EmailSender:
    """Sends by the SMTP server of the settings. Nothing configured: nothing is tried."""

    channel: Channel = "email"

    def is_configured(self) -> bool:
        return bool(settings.EMAIL_HOST)

    def send(self, batch: Sequence[Outgoing]) -> Iterator[tuple[Outgoing, Result]]:
        connection = get_connection()
        try:
            for message in batch:
                result = _tried(connection, message)
                yield message, result
                if result.stops_batch:
                    return
        finally:
            _close(connection)


def _tried(connection: Any, message: Outgoing) -> Result:
    try:
        connection.open()
        connection.send_messages([_mail(message, connection)])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        return Result(_for_good(code), _words(code, said))
    except smtplib.SMTPAuthenticationError as error:
        return Result(Outcome.LATER, _words(error.smtp_code, error.smtp_error), stops_batch=True)
    except smtplib.SMTPResponseException as error:
        return Result(_for_good(error.smtp_code), _words(error.smtp_code, error.smtp_error))
    except _NO_ANSWER as error:
        connection.connection = None  # the next attempt opens a new one
        return Result(Outcome.LATER, f"{type(error).__name__}: {error}", stops_batch=True)
    return Result(Outcome.SENT)


def _mail(message: Outgoing, connection: Any) -> EmailMessage:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return EmailMessage(
        subject=message.subject,
        body=message.text,
        to=[message.address],
        connection=connection,
        headers={
            "Message-ID": f"<thichinh-{message.reference}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _for_good(code: int) -> Outcome:
    """RFC 5321: 4yz may pass later, 5yz will not."""
    return Outcome.NEVER if 500 <= code < 600 else Outcome.LATER


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {text}"


def _close(connection: Any) -> None:
    try:
        connection.close()
    except _NO_ANSWER:
        connection.connection = None
