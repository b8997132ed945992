"""Background jobs, in the same database and the same transaction as the act that wants them.

A rolled-back act leaves no job. Jobs are idempotent: they load by id, look at the state again and
call an action. A job whose worker died is taken up again by `foundation.tasks.retry_stalled`.
"""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app

__all__ = ["app", "defer"]


def defer(task: str, **arguments: Any) -> None:
    """Queue the named task with these arguments, inside the caller's transaction."""
    app.configure_task(task, allow_unknown=False).defer(**arguments)
