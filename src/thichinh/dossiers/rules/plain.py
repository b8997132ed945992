"""How a dossier stands in the words of a neighbour: who has it, until when, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from thichinh.accounts.rules import desk_name, organ_name
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules.acts import ACCEPT_WITHIN
from thichinh.dossiers.rules.dossier_verb import DossierVerb
from thichinh.dossiers.rules.verbs import VERBS
from thichinh.foundation.calendar import LegalCalendar, add_term, clock_start, due_phrase
from thichinh.foundation.ui.sorting import icon

State = Dossier.State


@dataclass(frozen=True, slots=True)
class Plain:
    """`state` in a few words, `where` it is and until when, `todo` for the citizen (may be '')."""

    state: str
    where: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is told, and by which calendar."""

    now: datetime
    calendar: LegalCalendar


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


def plain_words(dossier: Dossier, moment: Moment) -> Plain:
    """The state of a dossier for its applicant. Units come with the dossier."""
    if dossier.state in _RUNNING and dossier.due_at and dossier.due_at < moment.now:
        return _late(dossier)
    return _WORDS[State(dossier.state)](dossier, moment)


def answer_due(dossier: Dossier, calendar: LegalCalendar) -> datetime:
    """Until when the desk accepts or refuses what was filed online."""
    return add_term(calendar, clock_start(calendar, dossier.submitted_at), ACCEPT_WITHIN)


def _submitted(dossier: Dossier, moment: Moment) -> Plain:
    return Plain(
        _("Đã gửi, chờ tiếp nhận"),
        _("%(unit)s kiểm tra và trả lời chậm nhất lúc %(due)s.")
        % {
            "unit": desk_name(dossier.receiving_unit),
            "due": due_phrase(answer_due(dossier, moment.calendar)),
        },
        _("Bạn chưa phải làm gì. Thời hạn giải quyết tính từ lúc hồ sơ được tiếp nhận."),
    )


def _accepted(dossier: Dossier, moment: Moment) -> Plain:
    return Plain(
        _("Đã được tiếp nhận"),
        _("%(unit)s đang chuyển đến nơi giải quyết. Hẹn trả kết quả lúc %(due)s.")
        % {"unit": desk_name(dossier.receiving_unit), "due": _due(dossier)},
        _("Bạn chưa phải làm gì. Hãy giữ giấy tiếp nhận để đến nhận kết quả."),
    )


def _processing(dossier: Dossier, moment: Moment) -> Plain:
    return Plain(
        _("Đang giải quyết"),
        _("%(unit)s đang giải quyết. Hẹn trả kết quả lúc %(due)s.")
        % {"unit": organ_name(dossier.unit), "due": _due(dossier)},
        _("Bạn chưa phải làm gì."),
    )


def _late(dossier: Dossier) -> Plain:
    return Plain(
        _("Đã quá hẹn trả"),
        _("%(unit)s chưa giải quyết xong. Đã hẹn trả kết quả lúc %(due)s; xin lỗi bạn vì chậm trễ.")
        % {"unit": organ_name(dossier.unit), "due": _due(dossier)},
        _("Hãy hỏi %(desk)s để biết ngày trả mới.") % {"desk": desk_name(dossier.receiving_unit)},
    )


def _refused(dossier: Dossier, moment: Moment) -> Plain:
    return Plain(
        _("Không được tiếp nhận"),
        _("Lý do: %(note)s") % {"note": dossier.note},
        _("Hãy sửa theo lý do trên rồi nộp lại, hoặc đến %(desk)s để được hướng dẫn.")
        % {"desk": desk_name(dossier.receiving_unit)},
    )


def _supplement(dossier: Dossier, moment: Moment) -> Plain:
    return Plain(
        _("Cần bổ sung giấy tờ"),
        _("Cần bổ sung: %(note)s") % {"note": dossier.note}
        if dossier.note
        else _("%(unit)s đang chờ bạn bổ sung giấy tờ.")
        % {"unit": desk_name(dossier.receiving_unit)},
        _("Hãy mang giấy tờ còn thiếu đến %(desk)s.") % {"desk": desk_name(dossier.receiving_unit)},
    )


def _payment(dossier: Dossier, moment: Moment) -> Plain:
    return Plain(
        _("Chờ nộp phí, lệ phí"),
        _("%(unit)s đang chờ bạn nộp phí, lệ phí.") % {"unit": desk_name(dossier.receiving_unit)},
        _("Hãy nộp tại %(desk)s; sau đó hồ sơ được giải quyết tiếp.")
        % {"desk": desk_name(dossier.receiving_unit)},
    )


def _withdrawn(dossier: Dossier, moment: Moment) -> Plain:
    return Plain(_("Bạn đã rút hồ sơ"), _("Hồ sơ đã dừng theo yêu cầu của người nộp."))


def _stopped(dossier: Dossier, moment: Moment) -> Plain:
    where = _("Lý do: %(note)s") % {"note": dossier.note} if dossier.note else ""
    desk = desk_name(dossier.receiving_unit)
    todo = _("Hãy hỏi %(desk)s nếu bạn cần biết thêm.") % {"desk": desk}
    return Plain(_("Đã dừng giải quyết"), where, todo)


def _resolved(dossier: Dossier, moment: Moment) -> Plain:
    where = _("Kết quả đang chờ bạn ở %(unit)s.") % {"unit": desk_name(dossier.receiving_unit)}
    if dossier.outcome == Dossier.Outcome.DENIED and dossier.note:
        where = _("Chưa được đồng ý, lý do: %(note)s") % {"note": dossier.note} + " " + where
    return Plain(
        _("Đã có kết quả"),
        where,
        _("Hãy mang giấy tiếp nhận và căn cước đến nhận trong giờ làm việc."),
    )


def _returned(dossier: Dossier, moment: Moment) -> Plain:
    done = due_phrase(dossier.returned_at) if dossier.returned_at else ""
    where = _("Đã trả kết quả lúc %(at)s.") % {"at": done} if done else ""
    return Plain(_("Đã trả kết quả"), where)


def _due(dossier: Dossier) -> str:
    return due_phrase(dossier.due_at) if dossier.due_at else ""


_RUNNING = frozenset({State.ACCEPTED, State.PROCESSING})
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
    told = [act for act in acts if _is_told(VERBS[act.verb], names)]
    last = told[-1].seq if told else 0
    return [_event(act, act.seq == last, names) for act in reversed(told)]


def _is_told(verb: DossierVerb, names: bool) -> bool:
    return bool(verb.story) and (names or not verb.names_officer)


def _event(act: Act, current: bool, names: bool) -> PlainEvent:
    verb = VERBS[act.verb]
    named = names and act.account and not verb.own_doing
    who = act.account.display_name if named and act.account else ""
    note = act.note if verb.explains else ""
    title, drawing, tone = str(verb.story), verb.story_icon or verb.icon, verb.tone
    if act.data.get("outcome") == Dossier.Outcome.DENIED:
        title, drawing, tone = _("Đã có kết quả: chưa được đồng ý"), icon("file-x"), "bad"
    return PlainEvent(act.at, title, _where(act, verb), who, note, drawing, tone, current)


def _where(act: Act, verb: DossierVerb) -> str:
    if verb.hands == ("desk", "organ"):
        return organ_name(act.to_unit or act.unit)
    return organ_name(act.unit) if verb.by_organ else desk_name(act.unit)
