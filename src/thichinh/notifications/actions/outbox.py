"""The outbox: what is due is taken, tried, and what came of it is written down.

At least once: a sender takes a row by moving its `due_at` on (the lease), commits, and only then
talks to the mail server. Killed before it could write the outcome, it leaves a row that is due
again when the lease ends; the second message carries the same reference as the first.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from thichinh.accounts.queries import base_address, own_authority
from thichinh.accounts.rules import Actor
from thichinh.foundation import audit, clock
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import one_line
from thichinh.notifications import queries, rules
from thichinh.notifications.models import Attempt, Delivery, Notification
from thichinh.notifications.rules import KEPT_SUBJECTS, Channel, Outcome, Outgoing, Result

log = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=10)
"""Longer than a batch can take: each attempt gives up after ten seconds."""
STILL_NEWS = timedelta(days=7)
"""What waited longer for its channel to be configured is sent by the clerk, or not at all."""

_TAKE = """
UPDATE notifications_delivery SET due_at = %(until)s, tries = tries + 1 WHERE id IN (
  SELECT id FROM notifications_delivery WHERE state = 1 AND channel = %(channel)s
  AND due_at <= %(now)s ORDER BY due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id, address, digest
"""
_TAKE_REST = """
UPDATE notifications_delivery SET due_at = %(until)s, tries = tries + 1 WHERE id IN (
  SELECT id FROM notifications_delivery WHERE state = 1 AND digest AND channel = %(channel)s
  AND address = ANY(%(addresses)s) AND due_at <= %(now)s ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id
"""


@transaction.atomic
def take_due(channel: Channel, most: int = BATCH) -> list[Outgoing]:
    """Take what is due on a channel, the longest due first, and put it into words.

    The low messages of one address that are due become one e-mail, however many they are.
    """
    given = {"channel": channel, "now": clock.now(), "until": clock.now() + LEASE, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, given)
        taken = cursor.fetchall()
        ids = [row[0] for row in taken]
        if addresses := sorted({address for _id, address, digest in taken if digest}):
            cursor.execute(_TAKE_REST, {**given, "addresses": addresses})
            ids += [row[0] for row in cursor.fetchall()]
    rows = Delivery.objects.filter(pk__in=ids).select_related("notification").order_by("pk")
    return [_outgoing(group) for group in _grouped(rows)]


def _grouped(rows: Iterable[Delivery]) -> list[list[Delivery]]:
    """Each by itself, those of a digest by address and language."""
    found: dict[object, list[Delivery]] = {}
    for row in rows:
        found.setdefault((row.address, row.language) if row.digest else row.pk, []).append(row)
    return list(found.values())


def _outgoing(group: Sequence[Delivery]) -> Outgoing:
    first = group[0]
    channel: Channel = "email" if first.channel == Delivery.Channel.EMAIL else "sms"
    told = [queries.text_of(row.notification, channel, row.language) for row in group]
    with translation.override(first.language):
        subject, text = (told[0].subject, told[0].text) if len(group) == 1 else _joined(group, told)
        if channel == "email":
            text = f"{text}\n\n{_footer()}"
    return Outgoing(
        deliveries=tuple(row.pk for row in group),
        channel=channel,
        address=first.address,
        subject=subject,
        text=text,
        reference=f"{first.pk}.{first.round}",
        made_at=first.notification.at,
    )


def _joined(group: Sequence[Delivery], told: Sequence[queries.Wording]) -> tuple[str, str]:
    subject = _("%(n)d thông báo từ %(authority)s") % {
        "n": len(group),
        "authority": own_authority().name,
    }
    lines = [
        f"- {text.subject}\n  {queries.address_of(row.notification)}"
        for row, text in zip(group, told, strict=True)
    ]
    return one_line(subject), "\n".join(lines)


def _footer() -> str:
    where = f"{base_address()}/tai-khoan/thong-bao/"
    said = _("Thư gửi tự động, xin đừng trả lời. Đổi cách nhận thông báo: %(where)s")
    return f"-- \n{own_authority().name}\n{said % {'where': where}}"


@transaction.atomic
def write_outcome(sent: Outgoing, result: Result) -> None:
    """Write an attempt down, and when to try again; what is given up is an alarm."""
    now = clock.now()
    rows = list(Delivery.objects.select_for_update().filter(pk__in=sent.deliveries).order_by("pk"))
    for row in rows:
        row.reason = "" if result.outcome is Outcome.SENT else result.detail[:300]
        later = rules.next_try(now, row.tries) if result.outcome is Outcome.LATER else None
        if result.outcome is Outcome.SENT:
            row.state, row.sent_at = Delivery.State.SENT, now
        elif later is not None:
            row.due_at = later
        else:
            row.state = Delivery.State.GIVEN_UP
            log.critical("notification %s by %s is given up: %s", row.pk, row.channel, row.reason)
        row.save(update_fields=["state", "sent_at", "due_at", "reason"])
    Attempt.objects.bulk_create(
        Attempt(delivery=row, at=now, outcome=result.outcome.value, detail=result.detail[:300])
        for row in rows
    )


def set_aside(channel: Channel) -> int:
    """Nothing carries this channel here: what is due says so and waits. Returns how many."""
    due = Delivery.objects.filter(
        state=Delivery.State.WAITING, channel=channel, due_at__lte=clock.now()
    )
    return due.update(state=Delivery.State.NOT_CONFIGURED)


def take_back(channel: Channel) -> int:
    """The channel is configured now: what was set aside and is still news waits to be sent."""
    aside = Delivery.objects.filter(state=Delivery.State.NOT_CONFIGURED, channel=channel)
    fresh = aside.filter(notification__at__gt=clock.now() - STILL_NEWS)
    return fresh.update(state=Delivery.State.WAITING)


@transaction.atomic
def resend(actor: Actor, delivery_id: int) -> Delivery:
    """Send once more, to the address known today. Needs `notification.log` where the matter lies.

    Raises Missing, and Refused while it waits anyway or when there is no address any more.
    """
    row = queries.logged(actor, queries.message_of(delivery_id))
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    if delivery.state == Delivery.State.WAITING:
        raise Refused(_("Thông báo này đang chờ gửi, không cần gửi lại."))
    kind = rules.NOTIFICATION_KINDS.get(row.kind)
    reach = queries.reach_of(queries.receiver(row), kind.audience if kind else "citizen")
    delivery.address = reach.email if delivery.channel == "email" else reach.phone
    if not delivery.address:
        raise Refused(_("Người nhận không còn địa chỉ cho kênh này. Hãy ghi cách liên hệ của họ."))
    delivery.state, delivery.digest = Delivery.State.WAITING, False
    delivery.tries, delivery.round = 0, delivery.round + 1
    delivery.due_at, delivery.reason = clock.now(), ""
    delivery.save()
    audit.record(actor, "notification.resent", row, data={"channel": delivery.channel})
    return delivery


def forget_old(most: int = 5000) -> int:
    """Drop messages older than the authority keeps them, with their log; returns how many.

    Where an app says until when its subjects are open, the time counts from their end.
    """
    before = clock.now() - timedelta(days=settings.NOTIFICATION_DAYS)
    rows = Notification.objects.filter(at__lt=before)
    for kept in KEPT_SUBJECTS:
        needed = kept.open_since(before)
        rows = rows.exclude(subject_type=kept.subject_type, subject_id__in=needed)
    old = rows.order_by("pk").values("pk")[:most]
    return Notification.objects.filter(pk__in=[row["pk"] for row in old]).delete()[0]
