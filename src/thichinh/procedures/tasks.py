"""Background jobs of the catalogue."""

from __future__ import annotations

from thichinh.foundation import clock
from thichinh.foundation.jobs import AFTER_OUTAGE, app
from thichinh.procedures import actions


@app.periodic(cron="5 0 * * *")
@app.task(
    name="procedures.refresh_procedures", queueing_lock="refresh_procedures", retry=AFTER_OUTAGE
)
def refresh_procedures(timestamp: int) -> None:
    """Versions published ahead take effect: every row follows the version of the day."""
    clock.keep_pace()
    actions.refresh_procedures()
