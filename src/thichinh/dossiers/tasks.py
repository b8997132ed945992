"""Background jobs of the dossiers."""

from __future__ import annotations

from thichinh.dossiers import actions
from thichinh.foundation import clock
from thichinh.foundation.jobs import AFTER_OUTAGE, app


@app.periodic(cron="37 2 * * *")
@app.task(name="dossiers.forget_old_drafts", queueing_lock="forget_old_drafts", retry=AFTER_OUTAGE)
def forget_old_drafts(timestamp: int) -> None:
    """Throw away what citizens began long ago; half an hour later its files go too."""
    clock.keep_pace()
    actions.forget_old_drafts()
