"""The engines' own jobs."""

from __future__ import annotations

from procrastinate import JobContext

from thichinh.foundation import throttle
from thichinh.foundation.jobs import app


@app.periodic(cron="* * * * *")
@app.task(name="foundation.retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Take up again every job whose worker has gone silent (killed, power cut)."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="17 * * * *")
@app.task(name="foundation.forget_old_windows", queueing_lock="forget_old_windows")
def forget_old_windows(timestamp: int) -> None:
    """Drop the counters of rate limits whose window has ended."""
    throttle.forget_old_windows()
