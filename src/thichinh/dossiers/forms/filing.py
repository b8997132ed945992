"""The form of a procedure, drawn from its definition, and the small forms around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thichinh.accounts.rules import UnitNode
from thichinh.dossiers.rules.filing import UNIT
from thichinh.foundation.errors import Refused
from thichinh.foundation.forms import PREFIX, BoundForm, bind, name_of
from thichinh.procedures.models import Paper, ProcedureDefinition

PAPER = "paper-"
SHOWN_LIMIT = 20_000_000
"""Bytes named beside the button; the store itself takes a little more (20 MiB)."""


class DeskForm(forms.Form):
    """Where to file. Nothing is required to keep a draft."""

    use_required_attribute = False
    receiving_unit = forms.Field(
        label=gettext_lazy("Nộp tại"),
        help_text=gettext_lazy("Chọn xã, phường giải quyết hồ sơ, thường là nơi bạn cư trú."),
        widget=forms.Select,
    )

    def __init__(self, units: Iterable[UnitNode], chosen: str) -> None:
        super().__init__(initial={UNIT: chosen})
        self.full_clean()
        self.cleaned_data = {}
        self.fields[UNIT].widget.choices = [
            ("", _("Hãy chọn")),
            *((unit.code, unit.name) for unit in units),
        ]


class FilingForm:
    """Where to file, and the questions of a procedure."""

    def __init__(self, questions: BoundForm, units: Iterable[UnitNode], unit_code: str) -> None:
        self.questions = questions
        self.units = list(units)
        self.unit_code = unit_code
        self.desk = DeskForm(self.units, unit_code)

    @classmethod
    def posted(
        cls, definition: ProcedureDefinition, units: Iterable[UnitNode], data: Mapping[str, Any]
    ) -> FilingForm:
        """What a page sent."""
        return cls(bind(definition.questions, data), units, str(data.get(UNIT) or ""))

    @classmethod
    def kept(
        cls, definition: ProcedureDefinition, units: Iterable[UnitNode], held: Mapping[str, Any]
    ) -> FilingForm:
        """A draft: its answers, and under UNIT where it is to be filed."""
        answers = {code: answer for code, answer in held.items() if code != UNIT}
        return cls(bind(definition.questions, answers=answers), units, str(held.get(UNIT) or ""))

    def held(self) -> dict[str, Any]:
        """The answers as typed, and under UNIT where to file."""
        return self.questions.typed | {UNIT: self.unit_code}

    def add_refusal(self, refused: Refused) -> None:
        """Show each sentence at its question; what has no place here goes on top."""
        fields = dict(refused.fields)
        if UNIT in fields:
            self.desk.add_error(UNIT, fields.pop(UNIT))
        if fields or not refused.fields:
            rest = Refused(refused.message)
            rest.fields.update(fields)
            self.questions.refuse(rest)


def control_names(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers under the names of their controls."""
    return {code if code == UNIT else name_of(code, PREFIX): v for code, v in answers.items()}


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
