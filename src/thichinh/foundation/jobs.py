"""Background jobs, in the same database and the same transaction as the act that wants them.

A rolled-back act leaves no job. Jobs are idempotent: they load by id, look at the state again and
call an action. A job whose worker died is taken up again by `foundation.tasks.retry_stalled`; one
that met the database going away is tried again when its task says `retry=AFTER_OUTAGE`. What
repeats every minute anyway needs no second try.
"""

from __future__ import annotations

from typing import Any

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

__all__ = ["AFTER_OUTAGE", "SILENT_SECONDS", "app", "defer"]

SILENT_SECONDS = 15
"""A worker says every 5 s that it lives (settings); after this long it counts as dead."""

AFTER_OUTAGE = RetryStrategy(
    max_attempts=20, linear_wait=3, retry_exceptions=[OperationalError, InterfaceError]
)


def defer(task: str, **arguments: Any) -> None:
    """Queue the named task with these arguments, inside the caller's transaction."""
    app.configure_task(task, allow_unknown=False).defer(**arguments)
