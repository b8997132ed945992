"""The log of messages, declared: what was told to whom, when, by which way, and whether it arrived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules import Actor
from thichinh.foundation.listing import Column, Listing, Shelf
from thichinh.foundation.templatetags.ui import badge
from thichinh.foundation.text import vn_datetime
from thichinh.foundation.ui.values import time_tag, vietnamese
from thichinh.notifications import queries, rules
from thichinh.notifications.models import Delivery, Notification

STUCK = "loi"
TONES = {
    Delivery.State.WAITING: ("info", "clock"),
    Delivery.State.SENT: ("good", "check"),
    Delivery.State.GIVEN_UP: ("bad", "alert-triangle"),
    Delivery.State.NOT_CONFIGURED: ("warn", "settings"),
}


def kind_title(row: Notification) -> str:
    """The name of a message's kind; its code where no app contributes the kind any more."""
    kind = rules.NOTIFICATION_KINDS.get(row.kind)
    return str(kind.title) if kind else row.kind


def ways(row: Notification) -> list[dict[str, Any]]:
    """Each way out of a message: channel, masked address, state, and whether it may go again."""
    return [_way(delivery) for delivery in row.deliveries.all()]


def _way(delivery: Delivery) -> dict[str, Any]:
    state = Delivery.State(delivery.state)
    tone, icon = TONES[state]
    return {
        "delivery": delivery,
        "channel": Delivery.Channel(delivery.channel).label,
        "address": rules.masked(delivery.address),
        "state": badge(state.label, tone, icon=icon),
        "may_resend": state != Delivery.State.WAITING,
    }


def _rows(actor: Actor, values: Mapping[str, Any], shelf: str) -> QuerySet[Notification]:
    return queries.log_rows(actor, values.get("q") or "", stuck=shelf == STUCK)


def _named(row: Notification) -> SafeString:
    title = format_html(
        '<a href="{}">{}</a>', reverse("notifications:logged", args=[row.pk]), kind_title(row)
    )
    about = '{}<span class="d-block text-secondary fw-normal">{}</span>'
    return format_html(about, title, row.reference)


def _sent(row: Notification) -> SafeString:
    line = '<span class="d-block">{} {} {}</span>'
    said = ((way["channel"], way["address"], way["state"]) for way in ways(row))
    read = gettext("chưa đọc trên trang")
    if row.read_at:
        read = gettext("đọc trên trang lúc %(at)s") % {"at": vn_datetime(row.read_at)}
    seen = format_html('<span class="d-block text-secondary">{}</span>', read)
    return format_html_join("", line, said) + seen


LOG = Listing[Notification](
    code="notification_log",
    exports=False,  # it names people: looked at for one matter or one person, never carried away
    title=_("Nhật ký thông báo"),
    icon="bell",
    rows=_rows,
    filters={
        "q": forms.CharField(
            label=_("Số của việc hoặc người nhận"),
            help_text=_("Gõ đủ số như trên giấy, hoặc số định danh, điện thoại, họ tên."),
            required=False,
            max_length=200,
        )
    },
    shelves=(Shelf(key="tat-ca", label=_("Tất cả")), Shelf(key=STUCK, label=_("Chưa gửi được"))),
    order="-at",
    empty_title=_("Chưa có thông báo nào"),
    empty_text=_("Mọi thông báo về việc của đơn vị bạn được ghi lại ở đây."),
    columns=(
        Column(key="kind", label=_("Thông báo"), cell=_named),
        Column(
            key="to",
            label=_("Người nhận"),
            cell=lambda row: vietnamese(str(queries.receiver(row))),
        ),
        Column(key="at", label=_("Lúc"), cell=lambda row: time_tag(row.at), sort="pk"),
        Column(key="ways", label=_("Kênh gửi"), cell=_sent),
    ),
)
