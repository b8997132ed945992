"""The inbox, declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules import Actor
from thichinh.foundation.clock import now
from thichinh.foundation.listing import Column, Counts, Listing, RowAct, Shelf
from thichinh.foundation.paging import Order
from thichinh.foundation.templatetags.ui import icon, timing_badge
from thichinh.foundation.ui.values import number, time_tag, vietnamese
from thichinh.work import queries, rules
from thichinh.work.forms import SieveForm
from thichinh.work.models import Task
from thichinh.work.queries import TaskShelf, TaskSieve

_SUBJECT = lazy(lambda: capfirst(rules.subject_noun()), str)()


def _rows(actor: Actor, values: Mapping[str, Any], shelf: str) -> QuerySet[Task]:
    return queries.inbox_rows(actor, cast(TaskShelf, shelf), TaskSieve(**values))


def _first(
    actor: Actor, values: Mapping[str, Any], shelf: str, order: Order, beyond: Q, most: int
) -> QuerySet[Task]:
    sieve = TaskSieve(**values)
    return queries.inbox_first(actor, cast(TaskShelf, shelf), sieve, order, beyond, most)


def _usual_shelf(values: Mapping[str, Any], counts: Counts) -> str:
    """Mine, or what nobody took when I have nothing to do."""
    return "mine" if counts["mine"] or not counts["unit"] else "unit"


def _urgency(counts: Counts) -> str:
    words = {"overdue": number(counts["overdue"]), "today": number(counts["due_today"])}
    return gettext("Quá hạn %(overdue)s · hạn hôm nay %(today)s") % words


def _is_paused(task: Task) -> bool:
    return task.status == Task.Status.PAUSED


def _kind(task: Task) -> SafeString:
    kind = rules.kind_named(task.kind)
    return format_html("{} {}", icon(kind.icon), kind.label)


def _officer(task: Task) -> SafeString | str:
    if task.assignee:
        return task.assignee.display_name
    return format_html('<span class="dim">{}</span>', gettext("chưa ai nhận"))


def _may_claim(actor: Actor, task: Task) -> bool:
    """When nobody has it."""
    kind = rules.kind_named(task.kind)
    return task.assignee_id is None and actor.may(kind.permission, task.unit_id)


def _due(task: Task) -> SafeString | str:
    if task.due_at is None and not _is_paused(task):
        return ""
    return timing_badge(task.due_at, paused=_is_paused(task))


def _named(task: Task) -> str:
    return f"{task.title} {task.reference}"


INBOX = Listing[Task](
    code="inbox",
    title=_("Hộp việc"),
    icon="inbox",
    rows=_rows,
    first=_first,
    filters=SieveForm,
    order="due",
    shelves=(
        Shelf(key="mine", label=_("Của tôi")),
        Shelf(key="unit", label=_("Chưa ai nhận")),
        Shelf(key="colleagues", label=_("Của đồng nghiệp")),
        Shelf(key="all", label=_("Tất cả")),
        Shelf(key="paused", label=_("Tạm dừng")),
    ),
    shelf_of=_usual_shelf,
    counts=lambda actor, values: asdict(queries.inbox_counts(actor)),
    subtitle=_urgency,
    row_mark=lambda t: "row-bad" if not _is_paused(t) and t.due_at and t.due_at < now() else "",
    empty_title=_("Ngăn này không còn việc nào"),
    empty_text=_("Việc mới hiện ở đây khi đến lượt bạn."),
    columns=(
        Column(
            key="title",
            label=_("Việc"),
            cell=lambda task: vietnamese(task.title),
            export=lambda task: task.title,
            link=lambda task: task.link,
            under=_kind,
        ),
        Column(
            key="reference",
            label=_SUBJECT,
            cell=lambda task: task.reference,
            under=lambda task: vietnamese(task.detail),
        ),
        Column("detail", _("Nội dung"), lambda task: task.detail, only="file"),
        Column(
            key="unit",
            label=_("Đơn vị"),
            cell=lambda task: vietnamese(task.unit.short_name),
            export=lambda task: task.unit.name,
        ),
        Column(
            key="officer",
            label=_("Người làm"),
            cell=_officer,
            export=lambda task: task.assignee.display_name if task.assignee else "",
            when=lambda actor, shelf: shelf not in ("mine", "unit"),
        ),
        Column(
            key="due",
            label=_("Hạn"),
            cell=_due,
            under=lambda task: (
                time_tag(task.due_at) if task.due_at and not _is_paused(task) else ""
            ),
            export=lambda task: task.due_at,
            sort="due_order",
        ),
    ),
    row_acts=(
        RowAct(
            label=_("Nhận"),
            url=lambda task: reverse("work:claim", args=[task.pk]),
            may=_may_claim,
            of=_named,
            posts=True,
        ),
        RowAct(
            label=_("Dời hạn"),
            url=lambda task: reverse("work:deadline", args=[task.pk]),
            may=rules.may_move_deadline,
            of=_named,
        ),
        RowAct(
            label=_("Giao"),
            url=lambda task: reverse("work:assign", args=[task.pk]),
            may=lambda actor, task: actor.may("task.assign"),
            of=_named,
        ),
    ),
)
