"""The engines' own jobs."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from procrastinate import JobContext
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from thichinh.foundation import idempotency, storage, throttle
from thichinh.foundation.jobs import SILENT_SECONDS, app

KEEP_JOBS_HOURS = 7 * 24


@app.periodic(cron="* * * * * */20")
@app.task(name="foundation.retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Take up again every job whose worker has gone silent (killed, power cut).

    When the same work is waiting already, the dead one's is done by that: its row goes.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, status=Status.ABORTED, delete_job=True)


@app.periodic(cron="17 * * * *")
@app.task(name="foundation.forget_old_windows", queueing_lock="forget_old_windows")
def forget_old_windows(timestamp: int) -> None:
    """Drop the counters of rate limits whose window has ended."""
    throttle.forget_old_windows()


@app.periodic(cron="47 2 * * *")
@app.task(name="foundation.forget_old_jobs", queueing_lock="forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """Drop jobs that succeeded a week ago; failed ones stay until somebody has looked."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_JOBS_HOURS)


@app.periodic(cron="7 3 * * *")
@app.task(name="foundation.forget_leftovers", queueing_lock="forget_leftovers")
def forget_leftovers(timestamp: int) -> None:
    """Drop sessions that ended, answers kept for a repeat, and files that nothing names."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    idempotency.forget_old()
    storage.forget_unused()
