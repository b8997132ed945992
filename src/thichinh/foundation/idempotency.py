"""A request sent twice is done once.

The act and the memory of its answer commit together. There is no look-up before the act: a first
request, by far the most common, pays one insert. A repeated one does its work, meets the stored
key, undoes everything (numbers included) and gets the stored answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from thichinh.foundation.errors import Conflict, DomainError
from thichinh.foundation.models import IdempotencyKey

_REMEMBER = """
INSERT INTO foundation_idempotencykey (account_id, key, fingerprint, response)
VALUES (%s, %s, %s, %s) ON CONFLICT (account_id, key) DO NOTHING
"""


_within_once: ContextVar[bool] = ContextVar("thichinh_within_once", default=False)
P = ParamSpec("P")
R = TypeVar("R")


class _AlreadyDone(Exception):
    pass


def one_act(run: Callable[P, R]) -> Callable[P, R]:
    """Do all of it or nothing, as `transaction.atomic` does.

    Inside `once` it needs no savepoint: what it raises undoes the whole request, and a caller that
    kept the error to itself could commit nothing.
    """

    @wraps(run)
    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(savepoint=not _within_once.get()):
            return run(*args, **kwargs)

    return done


def fingerprint(body: object) -> str:
    """A digest of what was asked, so that one key cannot be reused for another request."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def once(
    account_id: int, key: str, asked: str, run: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """Run `run` in one transaction unless this account did it before under this key.

    Returns the JSON answer and whether it is a repeat. Raises Conflict when the key was used for
    another request (`asked` differs), and whatever `run` raises.
    """
    if not key:
        with transaction.atomic():
            return _whole(run), False
    try:
        with transaction.atomic():
            answer = _whole(run)
            with connection.cursor() as cursor:
                cursor.execute(_REMEMBER, [account_id, key, asked, json.dumps(answer)])
                if cursor.rowcount == 0:
                    raise _AlreadyDone
            return answer, False
    except _AlreadyDone:
        return _stored(account_id, key, asked), True
    except DomainError:
        # The act may be refused only because it has been done already.
        if IdempotencyKey.objects.filter(account_id=account_id, key=key).exists():
            return _stored(account_id, key, asked), True
        raise


def _whole(run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    token = _within_once.set(True)
    try:
        return run()
    finally:
        _within_once.reset(token)


KEEP = timedelta(days=30)
"""Whoever asks again does so within minutes; a tab left open, within days."""


def forget_old() -> int:
    """Drop answers that nobody will ask for again; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=Now() - KEEP).delete()[0]


def _stored(account_id: int, key: str, asked: str) -> dict[str, Any]:
    row = IdempotencyKey.objects.get(account_id=account_id, key=key)
    if row.fingerprint != asked:
        raise Conflict(
            _("Yêu cầu này trùng mã với một yêu cầu khác đã gửi. Hãy tải lại trang rồi gửi lại.")
        )
    answer: dict[str, Any] = row.response
    return answer
