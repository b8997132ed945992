"""How often one source may try: fixed windows, counted in an unlogged table.

Counted in a transaction of its own, never inside an act: what refuses the act would undo the count
with it, and nobody would ever have tried too often. A count lost in a crash is harmless.
"""

from __future__ import annotations

import time

from django.db import connection, transaction
from django.utils.translation import ngettext

from thichinh.foundation.errors import Refused
from thichinh.foundation.models import RateWindow

_HIT = """
INSERT INTO foundation_ratewindow (bucket, "window", hits, expires_at)
VALUES (%s, %s, 1, to_timestamp(%s))
ON CONFLICT (bucket, "window") DO UPDATE SET hits = foundation_ratewindow.hits + 1
RETURNING hits
"""


class TooMany(Refused):
    """Too many tries from one source; `retry_after` seconds until the next window."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        minutes = max(1, round(retry_after / 60))
        sentence = ngettext(
            "Bạn đã thử quá nhiều lần. Hãy chờ khoảng %(minutes)d phút rồi thử lại.",
            "Bạn đã thử quá nhiều lần. Hãy chờ khoảng %(minutes)d phút rồi thử lại.",
            minutes,
        )
        super().__init__(sentence % {"minutes": minutes})
        self.retry_after = retry_after


def hit(bucket: str, *, limit: int, seconds: int) -> None:
    """Count one try; raises TooMany past `limit` tries in a window of `seconds`.

    Raises RuntimeError inside a transaction: count before the act begins.
    """
    moment = int(time.time())
    window = moment // seconds
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_HIT, [bucket[:120], window, (window + 1) * seconds])
        row = cursor.fetchone()
    if row is not None and row[0] > limit:
        raise TooMany((window + 1) * seconds - moment)


def check(bucket: str, *, limit: int, seconds: int) -> None:
    """Raise TooMany if `limit` tries were counted already; counts nothing itself.

    For things that only count when they fail: check first, `hit` on failure.
    """
    moment = int(time.time())
    window = moment // seconds
    if RateWindow.objects.filter(bucket=bucket[:120], window=window, hits__gte=limit).exists():
        raise TooMany((window + 1) * seconds - moment)


def forget_old_windows() -> int:
    """Delete windows that have ended; a periodic job calls it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM foundation_ratewindow WHERE expires_at < now()")
        return int(cursor.rowcount)
