"""Pages of work: the inbox, the workload, the hand-over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from thichinh.accounts.access import ActorRequest, official_required
from thichinh.accounts.rules import Actor
from thichinh.foundation import calendar
from thichinh.foundation.clock import now
from thichinh.foundation.errors import Refused
from thichinh.foundation.heads import AtLeast
from thichinh.foundation.listing import list_page
from thichinh.foundation.text import vn_datetime, whole_number
from thichinh.foundation.ui.forms import add_refusal
from thichinh.work import actions, queries, rules
from thichinh.work.forms import DeadlineForm, HandOverForm
from thichinh.work.listings import INBOX
from thichinh.work.models import Task


@official_required("task.view")
def inbox(request: ActorRequest) -> HttpResponseBase:
    """Everything an official must do: mine, my unit's, my colleagues', paused."""
    return list_page(request, INBOX)


@official_required("task.view")
@require_POST
def claim(request: ActorRequest, task_id: int) -> HttpResponse:
    """Take a task nobody has, and open it."""
    task = actions.claim_task(request.actor, task_id)
    return HttpResponseRedirect(task.link)


@official_required("task.assign")
def assign(request: ActorRequest, task_id: int) -> HttpResponse:
    """Choose who does a task; the choice is only of those who may."""
    task = queries.task(request.actor, task_id)
    status = 200
    error = ""
    if request.method == "POST":
        chosen = request.POST.get("assignee", "")
        try:
            actions.assign_task(request.actor, task_id, whole_number(chosen))
            messages.success(request, _("Đã giao việc."))
            return redirect(reverse("work:inbox") + "?ngan=unit")
        except Refused as refused:
            error, status = refused.message, refused.status
    officers = queries.possible_assignees(request.actor, task)
    context = {"task": task, "officers": officers, "error": error, "now": now()}
    return render(request, "work/assign.html", context, status=status)


@official_required("task.view")
def deadline(request: ActorRequest, task_id: int) -> HttpResponse:
    """How the deadline of a task was moved; who may moves it on."""
    task = queries.task(request.actor, task_id)
    form, status = DeadlineForm(request.POST or None), 200
    if request.method == "POST":
        try:
            if form.is_valid():
                return _deadline_moved(request, task, form.cleaned_data)
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    context = {
        "task": task,
        "form": form,
        "changes": queries.deadline_changes(task),
        "may_move": rules.may_move_deadline(request.actor, task),
        "now": now(),
    }
    return render(request, "work/deadline.html", context, status=status)


def _deadline_moved(request: ActorRequest, task: Task, data: dict[str, Any]) -> HttpResponse:
    due_at = rules.due_on(calendar.current(), data["due_at"])
    actions.move_deadline(request.actor, task.pk, due_at, data["reason"])
    messages.success(request, _("Đã dời hạn đến %(due)s.") % {"due": vn_datetime(due_at)})
    return redirect("work:deadline", task_id=task.pk)


@official_required("task.assign")
@require_GET
def workload(request: ActorRequest) -> HttpResponse:
    """Open work by unit and officer, the overdue first."""
    loads = queries.workload(request.actor)
    totals = {
        name: AtLeast.total(getattr(load, name) for load in loads)
        for name in ("open", "due_today", "overdue", "paused")
    }
    context = {
        "loads": loads,
        "totals": totals,
        "stopped": any(isinstance(n, AtLeast) for n in totals.values()),
        "now": now(),
    }
    return render(request, "work/workload.html", context)


@official_required("task.view")
def hand_over(request: ActorRequest) -> HttpResponse:
    """Hand all open work of one officer to another: one's own, or (leaders) an officer's."""
    form = _hand_over_form(request.actor, request.POST or None, request.GET.get("tu", ""))
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                return _handed_over(request, form.cleaned_data)
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    giver = form["giver"].value() or ""
    tasks, waiting = queries.work_to_hand_over(request.actor, whole_number(str(giver)) or 0)
    context = {
        "form": form,
        "tasks": tasks,
        "waiting": waiting,
        "giver": giver,
        "now": now(),
        "latest": queries.latest_hand_overs(request.actor),
    }
    return render(request, "work/hand_over.html", context, status=status)


def _hand_over_form(actor: Actor, data: Any, giver: str) -> HandOverForm:
    return HandOverForm(
        data,
        givers=queries.givers(actor),
        takers=queries.possible_takers(actor),
        initial={"giver": giver or actor.acting_for_id},
    )


def _handed_over(request: ActorRequest, data: dict[str, Any]) -> HttpResponse:
    done = actions.hand_over(request.actor, int(data["giver"]), int(data["taker"]), data["reason"])
    moved = ngettext("Đã bàn giao %(n)d việc.", "Đã bàn giao %(n)d việc.", done.moved)
    messages.success(request, moved % {"n": done.moved})
    if done.stayed:
        text = _("%(n)d việc ở lại vì người nhận không có quyền làm các việc đó.")
        messages.warning(request, text % {"n": done.stayed})
    return redirect("work:inbox")
