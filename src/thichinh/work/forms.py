"""What pages of work post and ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.models import Account
from thichinh.accounts.rules import Actor
from thichinh.foundation.ui.forms import REQUIRED, VNDateField
from thichinh.work.rules import kinds, subject_noun

TIMINGS = [("", _("Mọi hạn")), ("overdue", _("Quá hạn")), ("today", _("Hạn hôm nay"))]


class SieveForm(forms.Form):
    """The filters of the inbox: of the kinds of task, those that the actor may do."""

    kind = forms.ChoiceField(label=_("Loại việc"), required=False)
    timing = forms.ChoiceField(label=_("Hạn"), required=False, choices=TIMINGS)
    reference = forms.CharField(required=False, max_length=60)

    def __init__(self, actor: Actor, data: Any) -> None:
        super().__init__(data)
        mine = [(k.code, k.label) for k in kinds() if actor.may(k.permission)]
        _choose(self, "kind", [("", _("Mọi loại")), *mine])
        self.fields["reference"].label = gettext("Số %(subject)s") % {"subject": subject_noun()}


class DeadlineForm(forms.Form):
    """The last day of a task, and why it is another one now."""

    due_at = VNDateField(label=_("Hạn mới"), help_text=_("Hạn là cuối giờ làm việc của ngày này."))
    reason = forms.CharField(label=_("Lý do"), max_length=300, error_messages=REQUIRED)


class HandOverForm(forms.Form):
    """From whom to whom, and why."""

    giver = forms.ChoiceField(label=_("Người bàn giao"), error_messages=REQUIRED)
    taker = forms.ChoiceField(label=_("Người nhận"), error_messages=REQUIRED)
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=300,
        error_messages=REQUIRED,
        help_text=_("Ví dụ: nghỉ phép, chuyển công tác."),
    )

    def __init__(
        self, *args: Any, givers: Iterable[Account], takers: Iterable[Account], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "giver", [("", "—"), *((a.pk, a.display_name) for a in givers)])
        _choose(self, "taker", [("", "—"), *((a.pk, _named(a)) for a in takers)])


def _choose(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _named(account: Account) -> str:
    unit = account.unit.short_name if account.unit else ""
    return ", ".join(part for part in (account.display_name, account.title, unit) if part)
