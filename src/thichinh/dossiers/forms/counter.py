"""The one form of the counter: a procedure, a person, the papers, the channel."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from thichinh.accounts.models import Person
from thichinh.accounts.rules import PersonFacts, clean_person
from thichinh.dossiers.models import Dossier
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Refused
from thichinh.foundation.ui.forms import REQUIRED, PhoneField, VNDateField
from thichinh.procedures.models import Paper, ProcedureDefinition
from thichinh.procedures.rules import check_papers

PAPER = "paper-"
_OFF = {"autocomplete": "off"}


class ReceptionForm(forms.Form):
    """Papers with the usual counts, the channel, and who comes when nobody knows them yet.

    Every text stays as typed until it is received; the rules of the act say what is wrong.
    """

    full_name = forms.CharField(
        label=_("Họ và tên"), error_messages=REQUIRED, widget=forms.TextInput(attrs=_OFF)
    )
    identity_number = forms.CharField(
        label=_("Số định danh"),
        required=False,
        widget=forms.TextInput(attrs={**_OFF, "inputmode": "numeric"}),
    )
    phone = PhoneField(label=_("Điện thoại"), required=False)
    birth_date = VNDateField(label=_("Ngày sinh"), required=False)
    address = forms.CharField(
        label=_("Địa chỉ"), required=False, widget=forms.TextInput(attrs=_OFF)
    )
    kind = forms.ChoiceField(label=_("Người nộp là"), choices=Person.Kind.choices, required=False)
    tax_code = forms.CharField(
        label=_("Mã số thuế"), required=False, widget=forms.TextInput(attrs=_OFF)
    )
    channel = forms.ChoiceField(
        label=_("Hình thức nộp"),
        initial=int(Dossier.Channel.DIRECT),
        widget=forms.RadioSelect,
        choices=[
            (int(Dossier.Channel.DIRECT), _("Trực tiếp tại quầy")),
            (int(Dossier.Channel.POSTAL), _("Qua bưu chính công ích")),
        ],
    )

    PERSON = ("full_name", "identity_number", "phone", "birth_date", "address", "kind", "tax_code")

    def __init__(
        self,
        definition: ProcedureDefinition | None,
        data: Any = None,
        *,
        is_new: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.definition, self.is_new = definition, is_new
        self.fields["full_name"].required = is_new
        self.fields["channel"].required = bool(definition and definition.postal_allowed)
        for paper in definition.papers if definition else ():
            self.fields[f"{PAPER}{paper.code}"] = _paper_field(paper)

    def begin(self) -> None:
        """Put the cursor into the first field of the person that nothing was typed into."""
        empty = (name for name in self.PERSON if not self.initial.get(name))
        self.fields[next(empty, "full_name")].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """What the act would refuse is said in the same round as what cannot be read."""
        cleaned = super().clean() or self.cleaned_data
        if self.is_new:
            self._judge(lambda: clean_person(self.facts(), today()))
        if self.definition is not None:
            definition, papers = self.definition, self.papers()
            self._judge(lambda: check_papers(definition, papers))
        return cleaned

    def _judge(self, rule: Callable[[], object]) -> None:
        try:
            rule()
        except Refused as refused:
            said = {n: s for n, s in refused.fields.items() if _own(n) not in self.errors}
            if said:
                self.add_refusal(Refused(**said))

    def facts(self) -> PersonFacts:
        """Who comes, as typed; `clean_person` judges."""
        data = self.cleaned_data
        return PersonFacts(
            full_name=data.get("full_name", ""),
            identity_number=data.get("identity_number", ""),
            kind=data.get("kind") or Person.Kind.CITIZEN,
            birth_date=data.get("birth_date"),
            tax_code=data.get("tax_code", ""),
            phone=data.get("phone", ""),
            address=data.get("address", ""),
        )

    def came_by(self) -> int:
        """The channel: direct unless the post was chosen."""
        return int(self.cleaned_data["channel"] or Dossier.Channel.DIRECT)

    def papers(self) -> dict[str, object]:
        """How many of each paper, by its code."""
        return {
            name.removeprefix(PAPER): value or 0
            for name, value in self.cleaned_data.items()
            if name.startswith(PAPER)
        }

    def add_refusal(self, refused: Refused) -> None:
        """Show a refusal of the act at its fields; what has no field here goes on top."""
        for name, sentence in refused.fields.items():
            own = _own(name)
            self.add_error(own if own in self.fields else None, sentence)
        if not refused.fields:
            self.add_error(None, refused.message)

    def paper_rows(self) -> list[tuple[Paper, forms.BoundField]]:
        """Each paper of the procedure with its count."""
        papers = self.definition.papers if self.definition else ()
        return [(paper, self[f"{PAPER}{paper.code}"]) for paper in papers]


def _own(name: str) -> str:
    """The name here of a field that a rule names."""
    return name.replace("papers.", PAPER)


def _paper_field(paper: Paper) -> forms.IntegerField:
    usual = paper.original + paper.copies if paper.required else 0
    widget = forms.NumberInput(attrs={"min": 0, "max": 999, "inputmode": "numeric"})
    return forms.IntegerField(
        label=paper.name, required=False, initial=usual, min_value=0, max_value=999, widget=widget
    )


def typed(data: Mapping[str, str]) -> dict[str, str]:
    """What was typed so far, to be shown again without judging it."""
    return {
        name: value
        for name, value in data.items()
        if name in ReceptionForm.base_fields or name.startswith(PAPER)
    }


def begun_person(text: str) -> dict[str, str]:
    """What was typed into the search, put where it belongs in the form of a new person."""
    digits = "".join(letter for letter in text if letter.isdigit())
    if digits and len(digits) >= len(text.replace(" ", "")) - 2:
        return {
            "phone" if digits.startswith("0") and len(digits) < 12 else "identity_number": digits
        }
    return {"full_name": " ".join(word[:1].upper() + word[1:] for word in text.split())}


def new_key() -> str:
    """A fresh idempotency key for a form."""
    return str(uuid.uuid4())
