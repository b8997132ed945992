"""Pages of notifications: one's inbox, the choices, the log that a clerk reads."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thichinh.accounts.access import ActorRequest, official_required, signed_in_required
from thichinh.foundation.errors import Refused
from thichinh.foundation.listing import list_page
from thichinh.foundation.ui.forms import add_refusal
from thichinh.notifications import actions, queries
from thichinh.notifications.forms import ChoicesForm, initial_of
from thichinh.notifications.listings import LOG, kind_title, ways


def _shell(request: ActorRequest) -> str:
    """Officials see their own dense shell, citizens the plain one."""
    return "ui/base.html" if request.actor.is_official else "ui/public.html"


@signed_in_required
@require_GET
def inbox(request: ActorRequest) -> HttpResponse:
    """What one was told, unread first."""
    page = queries.inbox_page(request.actor, request.GET.get("after", ""))
    context = {"page": page, "shell": _shell(request)}
    return render(request, "notifications/inbox.html", context)


@signed_in_required
@require_http_methods(["GET", "POST"])
def opened(request: ActorRequest, notification_id: int) -> HttpResponse:
    """Go to what a message is about. A press reads the message; an address that is only fetched does
    not, since browsers fetch ahead and a unit's message would then be read for all of it.
    """
    find = actions.mark_read if request.method == "POST" else queries.own
    return HttpResponseRedirect(find(request.actor, notification_id).link)


@signed_in_required
@require_POST
def read(request: ActorRequest, notification_id: int) -> HttpResponse:
    """Read without opening."""
    actions.mark_read(request.actor, notification_id)
    return redirect("notifications:inbox")


@signed_in_required
@require_POST
def read_all(request: ActorRequest) -> HttpResponse:
    """Everything of one's own is read; the unit's messages stay."""
    count = actions.mark_all_read(request.actor)
    said = ngettext("Đã đánh dấu %(n)d thông báo.", "Đã đánh dấu %(n)d thông báo.", count)
    messages.success(request, said % {"n": count})
    return redirect("notifications:inbox")


@signed_in_required
def choices(request: ActorRequest) -> HttpResponse:
    """By which channels one wants to be told, and where."""
    account = queries.account_of(request.actor)
    offered = queries.offered_choices(account)
    contact = queries.contact_of(account)
    initial = initial_of(contact, offered, queries.usual_choices(offered))
    form = ChoicesForm(
        request.POST or None,
        offered=offered,
        with_addresses=account.is_official,
        initial=initial,
    )
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                return _chosen(request, form)
            status = 422
        except Refused as refused:
            add_refusal(form, refused)
            status = refused.status
    context = {
        "form": form,
        "reach": queries.reach_of(account, "citizen"),
        "shell": _shell(request),
    }
    context |= {"is_official": account.is_official, "is_citizen": account.person_id is not None}
    context["groups"] = [form[name] for name in form.fields if name.startswith("group-")]
    return render(request, "notifications/choices.html", context, status=status)


def _chosen(request: ActorRequest, form: ChoicesForm) -> HttpResponse:
    data = form.cleaned_data
    actions.choose(
        request.actor,
        form.chosen(),
        language=data["language"],
        email=data.get("email", ""),
        phone=data.get("phone", ""),
    )
    messages.success(request, _("Đã lưu cách nhận thông báo."))
    return redirect("notifications:choices")


@official_required("notification.log")
def log(request: ActorRequest) -> HttpResponseBase:
    """What was told about the matters of one's units, and how it went out."""
    return list_page(request, LOG)


@official_required("notification.log")
@require_GET
def logged(request: ActorRequest, notification_id: int) -> HttpResponse:
    """One message: what was said, every attempt, and sending it once more."""
    return _logged(request, notification_id)


def _logged(request: ActorRequest, notification_id: int, refused: str = "") -> HttpResponse:
    found = queries.logged(request.actor, notification_id)
    context = {
        "message": found,
        "title": kind_title(found),
        "to": queries.receiver(found),
        "ways": ways(found),
        "told": queries.line_of(found),
        "refused": refused,
        "crumbs": [(_("Nhật ký thông báo"), reverse("notifications:log")), (found.reference, None)],
    }
    return render(request, "notifications/logged.html", context, status=422 if refused else 200)


@official_required("notification.log")
@require_POST
def resend(request: ActorRequest, delivery_id: int) -> HttpResponse:
    """Send once more to the address known today."""
    try:
        delivery = actions.resend(request.actor, delivery_id)
    except Refused as refused:
        return _logged(request, queries.message_of(delivery_id), refused.message)
    messages.success(request, _("Thông báo sẽ được gửi lại trong chốc lát."))
    return redirect("notifications:logged", delivery.notification_id)
