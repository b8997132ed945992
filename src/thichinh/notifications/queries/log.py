"""What was told to whom about the matters of one's units, and how it went out."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from thichinh.accounts.queries import find_people
from thichinh.accounts.rules import Actor, within
from thichinh.foundation.errors import Missing
from thichinh.foundation.text import one_line
from thichinh.notifications.models import Attempt, Delivery, Notification

PERMISSION = "notification.log"
STUCK = (Delivery.State.GIVEN_UP, Delivery.State.NOT_CONFIGURED)


def visible_to(actor: Actor) -> QuerySet[Notification]:
    """Messages about matters of the units where the actor may read the log."""
    return Notification.objects.filter(within(actor, PERMISSION))


def log_rows(actor: Actor, text: str = "", *, stuck: bool = False) -> QuerySet[Notification]:
    """All, those about a reference or to a person (`text`), those not sent (`stuck`)."""
    actor.require(PERMISSION)
    rows = visible_to(actor)
    if wanted := one_line(text):
        rows = rows.filter(_about(actor, wanted))
    if stuck:
        failed = Delivery.objects.filter(notification=OuterRef("pk"), state__in=STUCK)
        rows = rows.filter(Exists(failed))
    return _with_receivers(rows).prefetch_related("deliveries")


def _about(actor: Actor, text: str) -> Q:
    """A reference as written on the slip, or a person by number, telephone or name."""
    about = Q(reference=text) | Q(reference=text.upper())
    if actor.may("person.view"):
        people = [person.pk for person in find_people(actor, text)]
        about |= Q(to_person__in=people) | Q(to_account__person__in=people)
    return about


def logged(actor: Actor, notification_id: int) -> Notification:
    """One message with its deliveries and their attempts. Raises Missing."""
    attempts = Prefetch("attempts", Attempt.objects.order_by("-pk"))
    deliveries = Prefetch("deliveries", Delivery.objects.prefetch_related(attempts))
    rows = _with_receivers(visible_to(actor)).prefetch_related(deliveries)
    found = rows.filter(pk=notification_id).first()
    if found is None:
        raise Missing(_("Không có thông báo này trong nhật ký của đơn vị bạn."))
    return found


def message_of(delivery_id: int) -> int:
    """The message that a way out belongs to. Raises Missing."""
    found = (
        Delivery.objects.filter(pk=delivery_id).values_list("notification_id", flat=True).first()
    )
    if found is None:
        raise Missing(_("Không có thông báo này trong nhật ký của đơn vị bạn."))
    return found


def _with_receivers(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    return rows.select_related("to_account", "to_person", "to_unit", "unit")
