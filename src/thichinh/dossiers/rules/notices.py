"""What an applicant is told about a dossier: the kinds, and the values their texts may use."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from thichinh.dossiers.models import Dossier
from thichinh.foundation.text import vn_datetime
from thichinh.notifications.rules import KindGroup, NotificationKind, Variable

MINE = KindGroup("dossier", _("Hồ sơ của tôi"))
_EVERY = (
    Variable("number", "the number on the slip", public=True),
    Variable("procedure", "what was asked for"),
    Variable("desk", "the counter that took it in and hands out the result", public=True),
    Variable("name", "the applicant"),
)
ACCEPTED = NotificationKind(
    code="dossier.accepted",
    title=_("Hồ sơ được tiếp nhận"),
    group=MINE,
    audience="citizen",
    channels=("email", "sms"),
    default=("email",),
    variables=(*_EVERY, Variable("due", "when the result is promised", public=True)),
)
REFUSED = NotificationKind(
    code="dossier.refused",
    title=_("Hồ sơ không được tiếp nhận"),
    group=MINE,
    audience="citizen",
    channels=("email", "sms"),
    default=("email", "sms"),
    variables=(*_EVERY, Variable("reason", "why, in the desk's words")),
)
RESULT_READY = NotificationKind(
    code="dossier.result_ready",
    title=_("Hồ sơ có kết quả"),
    group=MINE,
    audience="citizen",
    channels=("email", "sms"),
    default=("email", "sms"),
    variables=_EVERY,
)
DENIED = NotificationKind(
    code="dossier.denied",
    title=_("Hồ sơ không được giải quyết"),
    group=MINE,
    audience="citizen",
    channels=("email", "sms"),
    default=("email", "sms"),
    variables=(*_EVERY, Variable("reason", "why, in the words of who decided")),
)
KINDS = {kind.code: kind for kind in (ACCEPTED, REFUSED, RESULT_READY, DENIED)}
"""Which verb leads to which: its `message` (`verbs.py`)."""


def kind_for(dossier: Dossier, kind: NotificationKind) -> NotificationKind:
    """A result that says no is told as such, with its reason (decree 61/2018, article 19.8)."""
    denied = kind is RESULT_READY and dossier.outcome == Dossier.Outcome.DENIED
    return DENIED if denied else kind


def values_of(dossier: Dossier, kind: NotificationKind) -> dict[str, str]:
    """The values that a kind wants, of a dossier with its procedure, applicant and desk.

    They are kept for readers of any language, so none is in that of the official who acts.
    """
    known = {
        "number": dossier.number,
        "procedure": dossier.procedure.name,
        "desk": dossier.receiving_unit.desk_name,
        "name": dossier.applicant.full_name,
        "due": vn_datetime(dossier.due_at) if dossier.due_at else "—",
        "reason": dossier.note,
    }
    return {variable.name: known[variable.name] for variable in kind.variables}
