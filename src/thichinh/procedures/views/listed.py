"""The national list: upload a file, see what it would change, then apply it."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from thichinh.accounts.access import ActorRequest, official_required
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.listing import list_page
from thichinh.foundation.text import vn_number
from thichinh.foundation.ui.forms import add_refusal
from thichinh.procedures import actions
from thichinh.procedures.actions import ImportReport
from thichinh.procedures.forms import ListForm
from thichinh.procedures.listings import IMPORTS

MOST_SHOWN = 200
SALT = "procedures.listed"


@official_required("definition.load")
def listed(request: ActorRequest) -> HttpResponseBase:
    """Imports so far."""
    return list_page(request, IMPORTS)


@official_required("definition.load")
@require_http_methods(["GET", "POST"])
def listed_upload(request: ActorRequest) -> HttpResponse:
    """The form for the next file; what it would change is shown before anything is written."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            stored = actions.stage_list(request.actor, upload, upload.name)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            token = signing.dumps([stored.sha256, upload.name], salt=SALT)
            return redirect("procedures:listed_preview", token=token)
    crumbs = [(IMPORTS.title, reverse("procedures:listed")), (_("Nhập một tệp"), None)]
    context = {"form": form, "crumbs": crumbs}
    status = 422 if form.errors else 200
    return render(request, "procedures/listed_upload.html", context, status=status)


@official_required("definition.load")
@require_http_methods(["GET", "POST"])
def listed_preview(request: ActorRequest, token: str) -> HttpResponse:
    """What the file would change; posting applies it."""
    sha256, name = _opened(token)
    if request.method == "POST":
        report = actions.apply_staged(request.actor, sha256, name)
        messages.success(request, _applied(report))
        return redirect("procedures:listed")
    report = actions.preview_staged(request.actor, sha256, name)
    context = {"report": report, "name": name, "most": MOST_SHOWN}
    return render(request, "procedures/listed_preview.html", context)


def _opened(token: str) -> tuple[str, str]:
    try:
        sha256, name = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Missing(_("Đường dẫn này không đúng. Hãy tải lại tệp danh mục.")) from error
    return str(sha256), str(name)


def _applied(report: ImportReport) -> str:
    counts = {name: vn_number(count) for name, count in report.counts.items()}
    return (
        _("Đã nhập %(new)s thủ tục mới, %(changed)s thay đổi, %(refused)s dòng bị từ chối.")
        % counts
    )
