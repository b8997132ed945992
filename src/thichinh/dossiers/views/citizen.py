"""A citizen files online in three steps: the form, the papers, reading it all back.

Everything typed or added goes into the draft first and is judged afterwards, so a refusal, a
closed window or a lost connection loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from thichinh.accounts.access import ActorRequest, citizen_required
from thichinh.accounts.rules import UnitNode
from thichinh.dossiers import actions
from thichinh.dossiers.actions.sending import send_draft
from thichinh.dossiers.forms.filing import (
    SHOWN_LIMIT,
    FilingForm,
    control_names,
    paper_input,
)
from thichinh.dossiers.models import Attachment, Draft
from thichinh.dossiers.queries import drafts, own
from thichinh.dossiers.queries.drafts import PaperRow
from thichinh.dossiers.rules.filing import UNIT, own_answers
from thichinh.foundation import clock
from thichinh.foundation.calendar import since_phrase
from thichinh.foundation.downloads import download
from thichinh.foundation.errors import Conflict, Refused
from thichinh.foundation.forms import (
    Answer,
    FormContext,
    Seen,
    answer_text,
    bind,
    check_answers,
    clean_draft,
    differing,
)
from thichinh.foundation.idempotency import fingerprint, once
from thichinh.foundation.text import vn_datetime
from thichinh.foundation.ui.forms import file_size
from thichinh.foundation.uploads import SCANS, endings_of
from thichinh.procedures.models import ProcedureDefinition
from thichinh.procedures.rules import fee_phrase, term_phrase

FORM, PAPERS, REVIEW = 1, 2, 3
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@citizen_required
@never_cache
@GET_OR_POST
def start(request: ActorRequest, code: str) -> HttpResponse:
    """Step 1: where to file, and the questions. Keeps the draft, then judges it."""
    definition = drafts.online_definition(code)
    draft = drafts.draft_of(request.actor, code)
    units = drafts.receiving_units(definition, request.actor.epoch)
    if request.method != "POST":
        return _form_page(
            request, definition, _fresh_form(request, definition, units, draft), draft
        )
    form = FilingForm.posted(definition, units, request.POST)
    try:
        draft = _keep(request, definition, form)
    except actions.ChangedElsewhere as moved:
        form = _moved_form(definition, units, moved)
        draft = drafts.draft_of(request.actor, code)
        return _form_page(request, definition, form, draft, status=moved.status)
    if request.POST.get("do") == "save":
        messages.success(request, _saved_words(draft))
        return HttpResponseRedirect(reverse("dossiers:start", args=[code]))
    if form.questions.change is not None:
        return _form_page(request, definition, form, draft)
    form = FilingForm.kept(definition, units, _held(draft, units))
    if refused := _wrong(definition, form, units):
        form.add_refusal(refused)
        return _form_page(request, definition, form, draft, status=422)
    return HttpResponseRedirect(reverse("dossiers:filing_papers", args=[code]))


def _held(draft: Draft, units: list[UnitNode]) -> dict[str, Answer]:
    """The answers of a draft and where it is to be filed, if one may file there."""
    known = {unit.id: unit.code for unit in units}
    return {**draft.answers, UNIT: known.get(draft.receiving_unit_id or 0, "")}


def _moved_form(
    definition: ProcedureDefinition, units: list[UnitNode], moved: actions.ChangedElsewhere
) -> FilingForm:
    """What was typed here, and beside it what the other window made of the same questions."""
    form = FilingForm.kept(definition, units, moved.answers)
    if moved.is_gone:
        form.add_refusal(Refused(moved.message))
        return form
    said = _("Ở cửa sổ khác ô này vừa được ghi “%(other)s”. Bấm lần nữa là giữ nội dung ở đây.")
    fields = {field.code: field for field in definition.form}
    names = {unit.code: unit.name for unit in units}
    for code, other in moved.there.items():
        words = names.get(str(other), "") if code == UNIT else answer_text(fields[code], other)
        form.add_refusal(Refused(**{code: said % {"other": words}}))
    return form


def _fresh_form(
    request: ActorRequest,
    definition: ProcedureDefinition,
    units: list[UnitNode],
    draft: Draft | None,
) -> FilingForm:
    if draft is not None:
        held = _held(draft, units)
        only = units[0].code if len(units) == 1 else ""
        return FilingForm.kept(definition, units, held | {UNIT: held[UNIT] or only})
    person = drafts.own_person(request.actor)
    usual = drafts.usual_unit(units, person)
    own = own_answers(definition, person)
    questions = bind(definition.questions, context=FormContext.now(subject=request.actor))
    questions.know(own)
    return FilingForm(questions, units, usual.code if usual else "")


def _keep(request: ActorRequest, definition: ProcedureDefinition, form: FilingForm) -> Draft:
    seen = Seen.read(request.POST.get("seen", ""))
    return actions.save_draft(
        request.actor, definition.code, form.questions.typed, form.unit_code, seen
    )


def _seen(
    request: ActorRequest,
    definition: ProcedureDefinition,
    draft: Draft | None,
    form: FilingForm,
) -> str:
    """What this page shows, for the form to carry: the draft, or what a new form begins with."""
    known = _held(draft, form.units) if draft else form.held()
    answers = clean_draft(definition.questions, known) | {UNIT: str(known.get(UNIT, ""))}
    account = request.actor.account_id or 0
    return Seen(account, str(draft.pk) if draft else "", clock.now(), answers).text()


def _wrong(
    definition: ProcedureDefinition, form: FilingForm, units: list[UnitNode]
) -> Refused | None:
    """Everything wrong with this step at once."""
    problems: dict[str, str] = {}
    if form.unit_code not in {unit.code for unit in units}:
        problems["receiving_unit"] = _("Hãy chọn nơi nộp hồ sơ.")
    try:
        check_answers(definition.questions, form.questions.typed)
    except Refused as refused:
        problems |= refused.fields
    return Refused(**problems) if problems else None


def _form_page(
    request: ActorRequest,
    definition: ProcedureDefinition,
    form: FilingForm,
    draft: Draft | None,
    status: int = 200,
) -> HttpResponse:
    resumed = request.method != "POST"
    context = _context(definition, draft, FORM) | {
        "form": form,
        "person": drafts.own_person(request.actor),
        "one_unit": form.units[0] if len(form.units) == 1 else None,
        "seen": _seen(request, definition, draft, form),
        "resumed": _since(draft) if resumed and not messages.get_messages(request) else "",
    }
    return render(request, "dossiers/filing_form.html", context, status=status)


def _since(draft: Draft | None) -> str:
    return since_phrase(draft.updated_at, clock.now()) if draft else ""


@citizen_required
@never_cache
@require_POST
def autosave(request: ActorRequest, code: str) -> JsonResponse:
    """What the script sends a moment after typing stops."""
    definition = drafts.online_definition(code)
    units = drafts.receiving_units(definition, request.actor.epoch)
    typed = FilingForm.posted(definition, units, request.POST)
    try:
        draft = _keep(request, definition, typed)
    except Conflict as error:
        gone = isinstance(error, actions.ChangedElsewhere) and error.is_gone
        return JsonResponse({"message": error.message, "gone": gone}, status=error.status)
    here = typed.held()
    changed = differing(
        clean_draft(definition.questions, here) | {UNIT: here[UNIT]}, _held(draft, units)
    )
    return JsonResponse(
        {
            "saved_at": f"{draft.updated_at.astimezone(clock.ZONE):%H:%M}",
            "seen": _seen(request, definition, draft, typed),
            "elsewhere": control_names(changed),
        }
    )


def _saved_words(draft: Draft) -> str:
    return _(
        "Đã lưu nháp lúc %(time)s. Bạn có thể đóng trang; lần sau mở lại, nội dung vẫn còn."
    ) % {"time": vn_datetime(draft.updated_at)}


@citizen_required
@never_cache
@GET_OR_POST
def papers(request: ActorRequest, code: str) -> HttpResponse:
    """Step 2: the papers. Each file is kept as soon as it arrives."""
    definition = drafts.online_definition(code)
    draft = drafts.draft_of(request.actor, code)
    if draft is None:
        return HttpResponseRedirect(reverse("dossiers:start", args=[code]))
    if request.method != "POST":
        return _papers_page(request, definition, draft)
    problems = _take_files(request, definition, draft)
    going_on = request.POST.get("do") == "next"
    if going_on:
        problems = dict(drafts.review(request.actor, definition, draft).paper_problems) | problems
    if problems:
        return _papers_page(request, definition, draft, problems, status=422)
    step = "dossiers:filing_review" if going_on else "dossiers:filing_papers"
    return HttpResponseRedirect(reverse(step, args=[code]))


def _take_files(
    request: ActorRequest, definition: ProcedureDefinition, draft: Draft
) -> dict[str, str]:
    """Keep every good file; say of each other one why not."""
    files: MultiValueDict[str, Any] = request.FILES
    problems: dict[str, str] = {}
    for paper in definition.papers:
        for file in files.getlist(paper_input(paper)):
            try:
                actions.add_file(request.actor, draft, paper.code, file.name, file.chunks())
            except Refused as refused:
                problems[paper.code] = f"“{file.name}”: {refused.message}"
    return problems


def _papers_page(
    request: ActorRequest,
    definition: ProcedureDefinition,
    draft: Draft,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    said = problems or {}
    rows = drafts.paper_rows(definition, draft)
    context = _context(definition, draft, PAPERS) | {
        "rows": [(row, said.get(row.paper.code, ""), _sized(row)) for row in rows],
        "problems": [(row.paper, said[row.paper.code]) for row in rows if row.paper.code in said],
        "limit": file_size(SHOWN_LIMIT),
        "max_bytes": SHOWN_LIMIT,
        "types": ", ".join(endings_of(SCANS)),
        "accept": ",".join(endings_of(SCANS)),
    }
    return render(request, "dossiers/filing_papers.html", context, status=status)


def _sized(row: PaperRow) -> list[tuple[Attachment, str]]:
    return [(file, file_size(file.file.size)) for file in row.files]


@citizen_required
@require_GET
def draft_file(request: ActorRequest, code: str, file_id: int) -> FileResponse:
    """A file of one's own draft, to see what was added."""
    found = drafts.draft_file(request.actor, code, file_id)
    return download(found.file, found.name)


@citizen_required
@require_POST
def remove_file(request: ActorRequest, code: str, file_id: int) -> HttpResponse:
    """Take a file off the draft again."""
    found = drafts.draft_file(request.actor, code, file_id)
    assert found.draft is not None  # the query finds files of drafts only
    actions.remove_file(request.actor, found.draft, found.pk)
    messages.success(request, _("Đã bỏ tệp “%(name)s”.") % {"name": found.name})
    return HttpResponseRedirect(reverse("dossiers:filing_papers", args=[code]))


@citizen_required
@require_POST
def discard(request: ActorRequest, code: str) -> HttpResponse:
    """Throw the draft away."""
    draft = drafts.draft_of(request.actor, code)
    if draft is not None:
        actions.discard_draft(request.actor, draft)
        messages.success(request, _("Đã xoá bản nháp."))
    return HttpResponseRedirect(reverse("dossiers:mine"))


@citizen_required
@never_cache
@GET_OR_POST
def review(request: ActorRequest, code: str) -> HttpResponse:
    """Step 3: everything read back; sending it gives a receipt, and the same one ever after."""
    definition = drafts.online_definition(code)
    if request.method == "POST":
        return _send(request, definition)
    draft = drafts.draft_of(request.actor, code)
    if draft is None:
        return _after_sending(request, code)
    return _review_page(request, definition, draft)


def _after_sending(request: ActorRequest, code: str) -> HttpResponse:
    """Going back after sending shows the receipt again."""
    number = own.sent_lately(request.actor, code)
    where = reverse("dossiers:receipt", args=[number]) if number else reverse("dossiers:mine")
    return HttpResponseRedirect(where)


def _send(request: ActorRequest, definition: ProcedureDefinition) -> HttpResponse:
    """The key of the form is the draft's own id: a draft becomes one dossier, however often sent."""
    key, stamp = request.POST.get("key", ""), request.POST.get("stamp", "")

    def run() -> dict[str, Any]:
        return {"number": send_draft(request.actor, UUID(key), stamp).number}

    try:
        asked = fingerprint([request.path, key])
        answer, _repeat = once(request.actor.account_id or 0, _uuid(key), asked, run)
    except (Refused, Conflict) as error:
        draft = drafts.draft_of(request.actor, definition.code)
        if draft is None:
            raise
        return _review_page(request, definition, draft, error.message, error.status)
    return HttpResponseRedirect(reverse("dossiers:receipt", args=[answer["number"]]))


def _uuid(key: str) -> str:
    try:
        return str(UUID(key))
    except ValueError:
        raise Refused(_("Trang này thiếu mã bản nháp. Hãy mở lại trang rồi nộp.")) from None


def _review_page(
    request: ActorRequest,
    definition: ProcedureDefinition,
    draft: Draft,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    found = drafts.review(request.actor, definition, draft)
    context = _context(definition, draft, REVIEW) | {
        "review": found,
        "refusal": refusal,
        "person": drafts.own_person(request.actor),
        "term": term_phrase(definition.term),
        "fee": fee_phrase(definition.fee),
    }
    return render(request, "dossiers/filing_review.html", context, status=status)


def _context(definition: ProcedureDefinition, draft: Draft | None, step: int) -> dict[str, Any]:
    """What all three steps show: the name, the steps (those behind are links), the draft."""
    names = (
        ("dossiers:start", _("Điền thông tin")),
        ("dossiers:filing_papers", _("Thêm giấy tờ")),
        ("dossiers:filing_review", _("Xem lại và nộp")),
    )
    urls = [(words, reverse(name, args=[definition.code])) for name, words in names]
    steps = [pair if place < step else pair[0] for place, pair in enumerate(urls, start=1)]
    return {"definition": definition, "draft": draft, "steps": steps, "step": step}
