"""The verbs of the one-stop shop, each declared once over its law in `acts.py`.

What pages, API, control slip, the applicant's own history, reference and tests know of a verb they
take from here. How to add one: README.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules import Actor
from thichinh.accounts.rules.permissions import Permission
from thichinh.dossiers import events
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import acts, notices
from thichinh.dossiers.rules.acts import has_next_step
from thichinh.dossiers.rules.dossier_verb import APPLICANT, DESK, ORGAN, DossierVerb
from thichinh.foundation.acts import (
    Authority,
    Button,
    Field,
    Form,
    Operation,
    Said,
)
from thichinh.foundation.ui.sorting import icon

State = Dossier.State
PERMISSIONS = (
    Permission("dossier.file", _("Nộp hồ sơ của mình")),
    Permission("dossier.view", _("Xem hồ sơ")),
    Permission("dossier.receive", _("Tiếp nhận hồ sơ tại quầy")),
    Permission("dossier.accept", _("Tiếp nhận hồ sơ nộp trực tuyến")),
    Permission("dossier.refuse", _("Từ chối tiếp nhận hồ sơ")),
    Permission("dossier.transfer", _("Chuyển hồ sơ đến đơn vị giải quyết")),
    Permission("dossier.assign", _("Phân công cán bộ thụ lý")),
    Permission("dossier.process", _("Xử lý hồ sơ")),
    Permission("dossier.decide", _("Ký kết quả giải quyết"), signs=True),
    Permission("dossier.return", _("Trả kết quả")),
    Permission("dossier.withdraw", _("Ghi nhận người nộp rút hồ sơ")),
)


def _reason(label: str | Promise) -> Form:
    field = Field(code="reason", label=label)
    return Form("Reason", (field,), doc="Why: shown to the applicant.")


def _takes_it_oneself(actor: Actor, dossier: Dossier, said: Said | None) -> bool:
    if said is None:
        return dossier.assignee_id != actor.account_id
    return bool(said["officer"] == actor.account_id)


def _only_oneself(actor: Actor, dossier: Dossier) -> bool:
    return not actor.may("dossier.assign", dossier.unit_id)


def _taken_in(dossier: Dossier) -> type[events.DossierEvent]:
    """Who stands at the counter has the slip in hand; whoever sent it by post has not."""
    direct = dossier.channel == Dossier.Channel.DIRECT
    return events.DossierReceived if direct else events.DossierAccepted


_ALL: tuple[DossierVerb, ...] = (
    DossierVerb(
        code="submit",
        kind="opens",
        label=_("Nộp trực tuyến"),
        done=_("Nộp trực tuyến"),
        icon=icon("world-upload"),
        to=(State.SUBMITTED,),
        authority=(Authority("dossier.file", APPLICANT),),
        event=events.DossierSubmitted,
        article="decree 61/2018, article 16",
        clock="waits for acceptance, due within 8 working hours",
        book=("outside → awaiting",),
        tasks=("dossier.accept",),
        story=_("Bạn đã nộp hồ sơ trực tuyến"),
        story_icon=icon("send"),
        tone="info",
        own_doing=True,
    ),
    DossierVerb(
        code="receive",
        kind="opens",
        label=_("Tiếp nhận"),
        done=_("Tiếp nhận tại quầy"),
        icon=icon("circle-check"),
        tone="info",
        to=(State.ACCEPTED,),
        authority=(Authority("dossier.receive", DESK),),
        event=events.DossierReceived,
        event_for=_taken_in,
        article="decree 61/2018, article 17",
        clock="starts",
        book=("outside → not_due",),
        tasks=("dossier.transfer",),
        registers=True,
        story=_("Hồ sơ được tiếp nhận tại quầy"),
        hands=("applicant", "desk"),
    ),
    DossierVerb(
        code="settle",
        label=_("Giải quyết và trả kết quả ngay"),
        done=_("Giải quyết ngay"),
        icon=icon("checks"),
        tone="good",
        states=(State.ACCEPTED,),
        to=(State.RETURNED,),
        fits=lambda dossier, definition: definition.term.unit == "same_day",
        steps=(("transfer", {}), ("decide", {"granted": True}), ("return", {})),
        article="decree 61/2018, articles 18 to 20: a result on the spot",
        clock="stops",
    ),
    DossierVerb(
        code="accept",
        label=_("Tiếp nhận hồ sơ"),
        done=_("Tiếp nhận hồ sơ"),
        icon=icon("circle-check"),
        tone="info",
        states=(State.SUBMITTED,),
        to=(State.ACCEPTED,),
        rule=lambda case, said: acts.accept(case.dossier, case.definition, case.calendar, case.at),
        authority=(Authority("dossier.accept", DESK),),
        api=Operation("Take in a dossier filed online."),
        event=events.DossierAccepted,
        article="decree 61/2018, article 17",
        clock="starts",
        book=("awaiting → not_due",),
        tasks=("dossier.transfer",),
        registers=True,
        message=notices.ACCEPTED.code,
        story=_("Hồ sơ được tiếp nhận"),
        hands=("applicant", "desk"),
    ),
    DossierVerb(
        code="refuse",
        label=_("Không tiếp nhận"),
        done=_("Không tiếp nhận"),
        icon=icon("circle-x"),
        tone="bad",
        weight="danger",
        states=(State.SUBMITTED,),
        to=(State.REFUSED,),
        rule=lambda case, said: acts.refuse(case.dossier, case.at, said["reason"]),
        authority=(Authority("dossier.refuse", DESK),),
        form=_reason(_("Lý do, và người nộp cần làm gì")),
        buttons=(Button(asks=("reason",), tone="bad"),),
        api=Operation("Do not take it in, and say why."),
        event=events.DossierRefused,
        article="decree 61/2018, article 17",
        clock="never starts",
        book=("awaiting → refused",),
        message=notices.REFUSED.code,
        story=_("Hồ sơ không được tiếp nhận"),
        explains=True,
        hands=("desk", "applicant"),
    ),
    DossierVerb(
        code="transfer",
        label=_("Chuyển đơn vị giải quyết"),
        done=_("Chuyển đơn vị giải quyết"),
        icon=icon("send"),
        states=(State.ACCEPTED,),
        to=(State.PROCESSING,),
        rule=lambda case, said: acts.transfer(case.dossier, case.definition, case.at),
        authority=(Authority("dossier.transfer", DESK),),
        api=Operation("Hand it over to the competent unit."),
        event=events.DossierTransferred,
        article="decree 61/2018, article 18",
        tasks=("dossier.process", "dossier.decide"),
        story=_("Hồ sơ được chuyển đến nơi giải quyết"),
        story_icon=icon("arrow-right"),
        hands=("desk", "organ"),
    ),
    DossierVerb(
        code="assign",
        label=_("Phân công"),
        done=_("Phân công cán bộ thụ lý"),
        icon=icon("user-check"),
        states=(State.PROCESSING,),
        to=(State.PROCESSING,),
        rule=lambda case, said: acts.assign(
            case.dossier, case.definition, case.at, said["officer"]
        ),
        authority=(
            Authority("dossier.process", ORGAN, _takes_it_oneself, "to take it oneself"),
            Authority("dossier.assign", ORGAN, words="to name anybody who may process there"),
        ),
        form=Form(
            "Officer",
            (
                Field(
                    code="officer",
                    kind="choice",
                    label=_("Cán bộ thụ lý"),
                    prompt=_("Chọn cán bộ"),
                    missing=_("Hãy chọn cán bộ thụ lý."),
                    wrong=_(
                        "Cán bộ này không xử lý hồ sơ của đơn vị giải quyết. Hãy chọn người khác."
                    ),
                    doc="account id of the officer",
                ),
            ),
        ),
        buttons=(
            Button(
                label=_("Tôi nhận hồ sơ này"),
                sets=lambda actor: {"officer": actor.account_id},
                key="p",
                when=_only_oneself,
            ),
            Button(
                asks=("officer",),
                inline=True,
                key="p",
                when=lambda actor, dossier: not _only_oneself(actor, dossier),
            ),
        ),
        api=Operation("Name the officer who works on it."),
        event=events.DossierAssigned,
        article="decree 61/2018, article 19",
        tasks=("dossier.process", "dossier.decide"),
        story=_("Đã có cán bộ thụ lý hồ sơ"),
        story_icon=icon("user"),
        by_organ=True,
        names_officer=True,
    ),
    DossierVerb(
        code="advance",
        label=_("Xong bước này"),
        done=_("Xong một bước"),
        icon=icon("player-track-next"),
        states=(State.PROCESSING,),
        to=(State.PROCESSING,),
        fits=has_next_step,
        rule=lambda case, said: acts.advance(case.dossier, case.definition, case.at, said["note"]),
        authority=(Authority("dossier.process", ORGAN),),
        form=Form("Note", (Field(code="note", label=_("Ghi chú")),)),
        buttons=(
            Button(key="x"),
            Button(
                asks=("note",), summary=_("Xong bước, kèm ghi chú…"), icon=icon("note"), quiet=True
            ),
        ),
        api=Operation("The step under way is done."),
        event=events.DossierAdvanced,
        article="decree 61/2018, article 19",
        tasks=("dossier.process", "dossier.decide"),
        story=_("Xong một bước giải quyết"),
        story_icon=icon("check"),
        by_organ=True,
        hands=("organ", "organ"),
    ),
    DossierVerb(
        code="decide",
        label=_("Ký kết quả"),
        done=_("Ký kết quả"),
        icon=icon("writing-sign"),
        tone="good",
        states=(State.PROCESSING,),
        to=(State.RESOLVED,),
        rule=lambda case, said: acts.decide(
            case.dossier, case.at, granted=said["granted"], reason=said["reason"]
        ),
        authority=(Authority("dossier.decide", ORGAN),),
        form=Form(
            "Decision",
            (
                Field(
                    code="granted",
                    kind="yes_no",
                    label=_("Kết quả"),
                    missing=_("Hãy chọn đồng ý hay không đồng ý."),
                ),
                Field(code="reason", label=_("Lý do, gửi cho người nộp")),
            ),
        ),
        buttons=(
            Button(label=_("Ký đồng ý"), sets={"granted": True}, key="d"),
            Button(
                label=_("Ký không đồng ý"),
                summary=_("Không đồng ý…"),
                sets={"granted": False},
                asks=("reason",),
                icon=icon("circle-x"),
                tone="bad",
            ),
        ),
        api=Operation("Grant it, or deny it with a reason."),
        event=events.DossierResolved,
        article="decree 61/2018, article 19",
        clock="stops",
        book=(
            "not_due → early",
            "not_due → on_time",
            "overdue → late",
        ),
        tasks=("dossier.return",),
        message=notices.RESULT_READY.code,
        story=_("Đã có kết quả"),
        story_icon=icon("checks"),
        by_organ=True,
        explains=True,
        hands=("organ", "desk"),
    ),
    DossierVerb(
        code="return",
        label=_("Trả kết quả"),
        done=_("Trả kết quả"),
        icon=icon("file-check"),
        tone="good",
        states=(State.RESOLVED,),
        to=(State.RETURNED,),
        rule=lambda case, said: acts.return_result(case.dossier, case.at),
        authority=(Authority("dossier.return", DESK),),
        api=Operation("Hand the result to the applicant.", name="return_result"),
        event=events.DossierReturned,
        article="decree 61/2018, article 20",
        story=_("Đã trả kết quả"),
        hands=("desk", "applicant"),
    ),
    DossierVerb(
        code="withdraw",
        label=_("Rút hồ sơ"),
        done=_("Người nộp rút hồ sơ"),
        icon=icon("arrow-back-up"),
        weight="danger",
        states=(State.SUBMITTED, State.ACCEPTED, State.PROCESSING),
        to=(State.WITHDRAWN,),
        rule=lambda case, said: acts.withdraw(case.dossier, case.at, said["reason"]),
        authority=(Authority("dossier.withdraw", DESK),),
        own=True,
        form=_reason(_("Lý do rút hồ sơ")),
        buttons=(Button(asks=("reason",), ask_label=_("Lý do rút (không bắt buộc)"), tone="bad"),),
        confirm=_(
            "Sau khi rút, hồ sơ không được giải quyết tiếp và không lấy lại được. "
            "Muốn làm lại, bạn nộp hồ sơ mới."
        ),
        api=Operation("The applicant takes it back."),
        event=events.DossierWithdrawn,
        article="state 7 of the national portal (ADR 0024)",
        clock="stops",
        book=(
            "awaiting → withdrawn",
            "not_due → withdrawn",
            "overdue → withdrawn",
        ),
        story=_("Hồ sơ được rút theo yêu cầu"),
        explains=True,
        own_doing=True,
        hands=("desk", "applicant"),
    ),
    # What only an imported log tells of.
    DossierVerb(
        code="stop",
        kind="logged",
        label=_("Dừng giải quyết"),
        done=_("Dừng giải quyết"),
        icon=icon("circle-x"),
        tone="bad",
        to=(State.STOPPED,),
        event=events.DossierStopped,
        clock="stops",
        book=("not_due → stopped", "overdue → stopped"),
        story=_("Hồ sơ dừng giải quyết"),
        by_organ=True,
    ),
    DossierVerb(
        code="event",
        kind="logged",
        label=_("Việc đã ghi"),
        done=_("Việc ghi trong nhật ký"),  # its title is the log's own word
        icon=icon("history"),
    ),
)
VERBS: Mapping[str, DossierVerb] = {verb.code: verb for verb in _ALL}
"""In the order in which a page offers them."""
