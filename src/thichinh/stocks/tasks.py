"""The books' own jobs: post what time has made, fold the tail, prove it all at night."""

from __future__ import annotations

import logging

from thichinh.foundation import clock
from thichinh.foundation.jobs import AFTER_OUTAGE, app
from thichinh.stocks import actions

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="stocks.keep_up", queueing_lock="stocks.keep_up")
def keep_up(timestamp: int) -> None:
    """Every minute: write the movements that have become due, then fold the tail."""
    clock.keep_pace()
    while actions.post_due():
        pass
    actions.fold()


@app.periodic(cron="30 1 * * *")
@app.task(name="stocks.prove", queueing_lock="stocks.prove", retry=AFTER_OUTAGE)
def prove(timestamp: int) -> None:
    """Every night: recount the books; a difference is an alarm that the IT officer sees."""
    clock.keep_pace()
    result = actions.prove()
    if not result.balanced:
        log.critical(
            "the books do not balance: %s, first %s", result.counts, result.differences[:5]
        )
