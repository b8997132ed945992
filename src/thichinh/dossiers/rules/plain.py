"""How a dossier stands in the words of a neighbour: who has it, until when, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules.acts import ACCEPT_WITHIN
from thichinh.dossiers.rules.phrases import due_phrase
from thichinh.foundation.calendar import LegalCalendar, add_term, clock_start

State = Dossier.State


@dataclass(frozen=True, slots=True)
class Plain:
    """`state` in a few words, `where` it is and until when, `todo` for the citizen (may be '')."""

    state: str
    where: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class PlainEvent:
    """One thing that happened, as the applicant reads it."""

    at: datetime
    title: str
    unit: str
    who: str
    note: str
    icon: str
    tone: str
    current: bool


def plain_words(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    """The state of a dossier for its applicant. Units come with the dossier."""
    return _WORDS[State(dossier.state)](dossier, calendar)


def answer_due(dossier: Dossier, calendar: LegalCalendar) -> datetime:
    """Until when the desk accepts or refuses what was filed online."""
    return add_term(calendar, clock_start(calendar, dossier.submitted_at), ACCEPT_WITHIN)


def _submitted(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    return Plain(
        _("Đã gửi, chờ tiếp nhận"),
        _("%(unit)s kiểm tra và trả lời chậm nhất lúc %(due)s.")
        % {"unit": dossier.receiving_unit.name, "due": due_phrase(answer_due(dossier, calendar))},
        _("Bạn chưa phải làm gì. Thời hạn giải quyết tính từ lúc hồ sơ được tiếp nhận."),
    )


def _accepted(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    return Plain(
        _("Đã được tiếp nhận"),
        _("%(unit)s đang chuyển đến nơi giải quyết. Hẹn trả kết quả lúc %(due)s.")
        % {"unit": dossier.receiving_unit.name, "due": _due(dossier)},
        _("Bạn chưa phải làm gì. Hãy giữ giấy tiếp nhận để đến nhận kết quả."),
    )


def _processing(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    return Plain(
        _("Đang giải quyết"),
        _("%(unit)s đang giải quyết. Hẹn trả kết quả lúc %(due)s.")
        % {"unit": dossier.unit.name, "due": _due(dossier)},
        _("Bạn chưa phải làm gì."),
    )


def _refused(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    return Plain(
        _("Không được tiếp nhận"),
        _("Lý do: %(note)s") % {"note": dossier.note},
        _("Hãy sửa theo lý do trên rồi nộp lại, hoặc đến Bộ phận Một cửa để được hướng dẫn."),
    )


def _supplement(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    return Plain(
        _("Cần bổ sung giấy tờ"),
        _("Cần bổ sung: %(note)s") % {"note": dossier.note}
        if dossier.note
        else _("%(unit)s đang chờ bạn bổ sung giấy tờ.") % {"unit": dossier.receiving_unit.name},
        _("Hãy mang giấy tờ còn thiếu đến Bộ phận Một cửa nơi đã nộp."),
    )


def _payment(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    return Plain(
        _("Chờ nộp phí, lệ phí"),
        _("%(unit)s đang chờ bạn nộp phí, lệ phí.") % {"unit": dossier.receiving_unit.name},
        _("Hãy nộp tại Bộ phận Một cửa; sau đó hồ sơ được giải quyết tiếp."),
    )


def _withdrawn(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    return Plain(_("Bạn đã rút hồ sơ"), _("Hồ sơ đã dừng theo yêu cầu của người nộp."))


def _stopped(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    where = _("Lý do: %(note)s") % {"note": dossier.note} if dossier.note else ""
    todo = _("Hãy hỏi Bộ phận Một cửa nơi đã nộp nếu bạn cần biết thêm.")
    return Plain(_("Đã dừng giải quyết"), where, todo)


def _resolved(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    where = _("Kết quả đang ở %(unit)s.") % {"unit": dossier.receiving_unit.name}
    if dossier.outcome == Dossier.Outcome.DENIED and dossier.note:
        where = _("Chưa được đồng ý, lý do: %(note)s") % {"note": dossier.note} + " " + where
    return Plain(
        _("Đã có kết quả"),
        where,
        _("Hãy mang giấy tiếp nhận và căn cước đến nhận trong giờ làm việc."),
    )


def _returned(dossier: Dossier, calendar: LegalCalendar) -> Plain:
    done = due_phrase(dossier.returned_at) if dossier.returned_at else ""
    where = _("Đã trả kết quả lúc %(at)s.") % {"at": done} if done else ""
    return Plain(_("Đã trả kết quả"), where)


def _due(dossier: Dossier) -> str:
    return due_phrase(dossier.due_at) if dossier.due_at else ""


_WORDS = {
    State.SUBMITTED: _submitted,
    State.ACCEPTED: _accepted,
    State.REFUSED: _refused,
    State.PROCESSING: _processing,
    State.SUPPLEMENT: _supplement,
    State.PAYMENT: _payment,
    State.WITHDRAWN: _withdrawn,
    State.STOPPED: _stopped,
    State.RESOLVED: _resolved,
    State.RETURNED: _returned,
}


def plain_events(acts: list[Act], *, names: bool) -> list[PlainEvent]:
    """The history for the applicant, newest first; officials by name only for who is signed in."""
    told = [act for act in acts if act.verb != "assign" or names]
    last = told[-1].seq if told else 0
    return [_event(act, act.seq == last, names) for act in reversed(told)]


def _event(act: Act, current: bool, names: bool) -> PlainEvent:
    title, icon, tone = _told(act)
    who = act.account.display_name if names and act.account and act.verb not in _OWN else ""
    unit = act.to_unit.name if act.verb == "transfer" and act.to_unit else act.unit.name
    note = act.note if act.verb in ("refuse", "decide", "withdraw") else ""
    return PlainEvent(act.at, title, unit, who, note, icon, tone, current)


_OWN = frozenset({"submit", "withdraw"})


def _told(act: Act) -> tuple[str, str, str]:
    """The act in plain words, its icon and tone."""
    known = {
        "submit": (_("Bạn đã nộp hồ sơ trực tuyến"), "send", "info"),
        "receive": (_("Hồ sơ được tiếp nhận tại quầy"), "circle-check", "info"),
        "accept": (_("Hồ sơ được tiếp nhận"), "circle-check", "info"),
        "refuse": (_("Hồ sơ không được tiếp nhận"), "circle-x", "bad"),
        "transfer": (_("Hồ sơ được chuyển đến nơi giải quyết"), "arrow-right", "neutral"),
        "assign": (_("Đã có cán bộ thụ lý hồ sơ"), "user", "neutral"),
        "advance": (_("Xong một bước giải quyết"), "check", "neutral"),
        "decide": (_("Đã có kết quả"), "checks", "good"),
        "return": (_("Đã trả kết quả"), "file-check", "good"),
        "withdraw": (_("Hồ sơ được rút theo yêu cầu"), "arrow-back-up", "neutral"),
    }
    if act.verb == "decide" and act.data.get("outcome") == Dossier.Outcome.DENIED:
        return _("Đã có kết quả: chưa được đồng ý"), "file-x", "bad"
    return known[act.verb]
