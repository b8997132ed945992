"""Background jobs of notifications: send what is due, forget what is old."""

from __future__ import annotations

import logging

from django.conf import settings

from thichinh.foundation import clock
from thichinh.foundation.jobs import AFTER_OUTAGE, app
from thichinh.notifications import actions
from thichinh.notifications.tasks.email import EmailSender
from thichinh.notifications.tasks.senders import ConsoleSender, Sender
from thichinh.notifications.tasks.sms import SmsSender

log = logging.getLogger(__name__)
CONSOLE = "console:"


@app.periodic(cron="* * * * * */20")
@app.task(name="notifications.send", queueing_lock="notifications.send", lock="notifications.send")
def send(timestamp: int) -> None:
    """Every twenty seconds: send what is due by each channel, one job at a time."""
    clock.keep_pace()
    for sender in senders():
        work_through(sender)


@app.periodic(cron="17 3 * * *")
@app.task(
    name="notifications.forget_old", queueing_lock="notifications.forget_old", retry=AFTER_OUTAGE
)
def forget_old(timestamp: int) -> None:
    """Every night: drop messages older than THICHINH_NOTIFICATION_DAYS, with their log."""
    clock.keep_pace()
    while actions.forget_old():
        pass


def senders() -> tuple[Sender, ...]:
    """One per channel. The people of the example town are invented, and so are their telephones:
    whoever has such a number in earnest gets nothing from there.
    """
    to_console = settings.SMS_URL == CONSOLE or (settings.SMS_URL and clock.is_shifted())
    return EmailSender(), ConsoleSender("sms") if to_console else SmsSender()


def work_through(sender: Sender) -> None:
    """Send until nothing is due any more, or the other side does not answer."""
    if not sender.is_configured():
        actions.set_aside(sender.channel)
        return
    actions.take_back(sender.channel)
    while batch := actions.take_due(sender.channel):
        waiting = list(batch)
        for message, result in sender.send(batch):
            actions.write_outcome(message, result)
            waiting.remove(message)
            if result.stops_batch:
                for other in waiting:
                    actions.write_outcome(other, result)
                log.warning("%s: nobody takes messages: %s", sender.channel, result.detail)
                return
