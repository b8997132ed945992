"""SMS through a gateway that takes JSON over HTTP; its shape: docs/reference/sms-gateway.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import urllib3
from django.conf import settings

from thichinh.notifications.rules import Channel, Outcome, Outgoing, Result
from thichinh.notifications.tasks.senders import SILENT_SECONDS

_PASSES = frozenset({408, 425, 429})
"""Answers of the 400s that another attempt may not get."""


class SmsSender:
    """Posts each message to the gateway of the settings."""

    channel: Channel = "sms"

    def __init__(self) -> None:
        timeout = urllib3.Timeout(total=SILENT_SECONDS)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False)

    def is_configured(self) -> bool:
        return bool(settings.SMS_URL)

    def send(self, batch: Sequence[Outgoing]) -> Iterator[tuple[Outgoing, Result]]:
        for message in batch:
            result = self._tried(message)
            yield message, result
            if result.stops_batch:
                return

    def _tried(self, message: Outgoing) -> Result:
        body = {
            "to": message.address,
            "text": message.text,
            "sender": settings.SMS_SENDER,
            "reference": f"thichinh-{message.reference}",
        }
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if settings.SMS_TOKEN:
            headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
        try:
            answer = self._pool.request(
                "POST",
                settings.SMS_URL,
                body=json.dumps(body, ensure_ascii=False).encode(),
                headers=headers,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            return Result(Outcome.LATER, f"{type(error).__name__}: {error}", stops_batch=True)
        return _result(answer.status, answer.data.decode("utf-8", "replace")[:200])


def _result(status: int, said: str) -> Result:
    detail = f"{status} {said}".strip()
    if 200 <= status < 300:
        return Result(Outcome.SENT, detail)
    if status in (401, 403):  # our key is wrong: the message is not
        return Result(Outcome.LATER, detail, stops_batch=True)
    if 400 <= status < 500 and status not in _PASSES:
        return Result(Outcome.NEVER, detail)
    return Result(Outcome.LATER, detail, stops_batch=status >= 500)
