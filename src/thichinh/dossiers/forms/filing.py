"""The form of a procedure, drawn from its definition, and the small forms around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import UnitNode
from thichinh.dossiers.rules.filing import UNIT, condition_phrase
from thichinh.foundation import clock
from thichinh.foundation.errors import Refused
from thichinh.foundation.forms import FormField
from thichinh.foundation.ui.forms import DateInput
from thichinh.procedures.models import Paper, ProcedureDefinition

ANSWER = "a-"
PAPER = "paper-"
FEW_CHOICES = 5
SHOWN_LIMIT = 20_000_000
"""Bytes named beside the button; the store itself takes a little more (20 MiB)."""


class TypedField(forms.Field):
    """A control whose content the law of the catalogue judges, not the form."""

    def validate(self, value: Any) -> None:
        """Whatever was typed is taken; `check_answers` says what is wrong with it."""


@dataclass(frozen=True)
class AskedField:
    """One question on the page: the control, and when it applies."""

    bound: BoundField
    question: FormField
    master: str
    values: str
    condition: str
    own: bool


class AnswersForm(forms.Form):
    """Where to file, and the questions of a procedure. Nothing is required to keep a draft."""

    use_required_attribute = False
    receiving_unit = TypedField(
        label=gettext_lazy("Nộp tại"),
        help_text=gettext_lazy("Chọn xã, phường giải quyết hồ sơ, thường là nơi bạn cư trú."),
        widget=forms.Select,
    )

    def __init__(
        self,
        definition: ProcedureDefinition,
        units: Iterable[UnitNode],
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
        own: Iterable[str] = (),
    ) -> None:
        super().__init__(data, initial=as_typed({UNIT: ""} | dict(initial or {})))
        self.definition = definition
        self.own = frozenset(own)
        self.units = list(units)
        self.fields["receiving_unit"].widget.choices = [
            ("", _("Hãy chọn")),
            *((unit.code, unit.name) for unit in self.units),
        ]
        for question in definition.form:
            self.fields[ANSWER + question.code] = TypedField(
                label=question.label,
                required=question.required,
                help_text=_hint(question),
                widget=_widget(question),
            )

    def answers(self) -> dict[str, Any]:
        """What was typed, by the codes of the questions."""
        said = self.cleaned_data
        return {question.code: said[ANSWER + question.code] for question in self.definition.form}

    def begun(self) -> dict[str, Any]:
        """What the page of a new form shows before anything is typed."""
        return {name.removeprefix(ANSWER): value for name, value in self.initial.items()}

    def unit_code(self) -> str:
        return str(self.cleaned_data["receiving_unit"] or "")

    def add_refusal(self, refused: Refused) -> None:
        """Show each sentence at its question; what has no place here goes on top."""
        for name, sentence in refused.fields.items():
            own = name if name in self.fields else ANSWER + name
            self.add_error(own if own in self.fields else None, sentence)
        if not refused.fields:
            self.add_error(None, refused.message)

    def asked(self) -> list[AskedField]:
        """The questions in order, each with what it depends on."""
        return [self._asked(question) for question in self.definition.form]

    def _asked(self, question: FormField) -> AskedField:
        when = question.show_if
        return AskedField(
            bound=self[ANSWER + question.code],
            question=question,
            master=ANSWER + when.field if when else "",
            values=" ".join(_word(value) for value in when.values) if when else "",
            condition=condition_phrase(question, self.definition),
            own=question.code in self.own,
        )


def as_typed(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers under the names of their controls."""
    return {code if code == UNIT else ANSWER + code: value for code, value in answers.items()}


def _word(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _hint(question: FormField) -> str:
    if question.kind == "date":
        return " ".join(filter(None, (question.hint, _("Ngày/tháng/năm, ví dụ 25/6/2022."))))
    return question.hint


def _widget(question: FormField) -> forms.Widget:
    if question.kind == "choice":
        choices: list[tuple[str, str]] = [(c.code, c.label) for c in question.choices]
        if len(choices) <= FEW_CHOICES:
            return forms.RadioSelect(choices=choices)
        return forms.Select(choices=[("", _("Hãy chọn")), *choices])
    if question.kind == "unit":
        units = unit_tree().valid(clock.today())
        return forms.Select(choices=[("", _("Hãy chọn")), *((u.code, u.name) for u in units)])
    return _plain_widget(question.kind)


def _plain_widget(kind: str) -> forms.Widget:
    if kind == "date":
        return DateInput()
    if kind == "boolean":
        return forms.CheckboxInput()
    if kind == "long_text":
        return forms.Textarea(attrs={"rows": 4})
    if kind == "email":
        return forms.EmailInput(attrs={"autocomplete": "email"})
    return forms.TextInput(attrs=_KEYBOARDS.get(kind, {"autocomplete": "off"}))


_KEYBOARDS = {
    "number": {"autocomplete": "off", "inputmode": "decimal"},
    "money": {"autocomplete": "off", "inputmode": "numeric"},
    "identity_number": {"autocomplete": "off", "inputmode": "numeric"},
    "phone": {"autocomplete": "tel", "inputmode": "tel"},
}


class TrackingForm(forms.Form):
    """The two codes of a slip; spaces, dashes and small letters are forgiven by the rule."""

    use_required_attribute = False
    number = forms.CharField(
        label=gettext_lazy("Mã hồ sơ"),
        max_length=60,
        help_text=gettext_lazy("In ở đầu giấy tiếp nhận, ví dụ 000.01.99.X99-220614-0001."),
        error_messages={"required": gettext_lazy("Hãy nhập mã hồ sơ in trên giấy tiếp nhận.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=gettext_lazy("Mã tra cứu"),
        max_length=40,
        help_text=gettext_lazy("8 chữ và số, in cạnh ô vuông đen trắng trên giấy tiếp nhận."),
        error_messages={"required": gettext_lazy("Hãy nhập mã tra cứu in trên giấy tiếp nhận.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )


def paper_input(paper: Paper) -> str:
    """The name of the file control of a paper."""
    return PAPER + paper.code
