"""A verb on a page: its buttons drawn from the declaration, and what a press posts.

A page lists `buttons(...)` and includes `acts/button.html` for each; the view that takes the press
reads it with `PressForm` and hands it to `Acts.perform_once`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms

from thichinh.foundation.acts.declaring import Button, Field, Performer, Said, Verb, Words
from thichinh.foundation.acts.running import Choices


class PressForm(forms.Form):
    """What one press posts: the guard of every act, and the answers that its verb asks for.

    `key` lets the same press sent twice be done once; `revision` is that of the page shown.
    """

    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, verb: Verb[Any, Any], data: Any = None) -> None:
        super().__init__(data, auto_id=f"%s-{verb.code}")
        self.verb = verb
        for one in verb.form.fields:
            self.fields[one.code] = _control(one)

    def said(self) -> Said:
        """The answers, once it is valid."""
        return {one.code: self.cleaned_data[one.code] for one in self.verb.form.fields}


@dataclass(frozen=True)
class DrawnField:
    """One thing that a button asks for, as it stands on the page."""

    id: str
    name: str
    label: Words
    kind: str
    longest: int
    prompt: Words
    value: Any = ""
    choices: Choices = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class DrawnButton:
    """One way to do a verb, as `acts/button.html` shows it."""

    verb: Verb[Any, Any]
    button: Button
    action: str
    label: Words
    icon: str
    key: str
    is_first: bool
    is_open: bool
    hidden: Mapping[str, str]
    fields: tuple[DrawnField, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """What the buttons of one page have in common.

    `address` gives the action of a verb's form; `choices(field)` what a choice offers now;
    `initial` what is chosen already; `failed` the form of the press that was refused.
    """

    actor: Performer
    subject: Any
    revision: int
    address: Callable[[str], str]
    choices: Callable[[str], Choices] = lambda code: ()
    initial: Mapping[str, Any] = field(default_factory=dict)
    failed: PressForm | None = None
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    def buttons(self, verb: Verb[Any, Any], *, first: bool) -> list[DrawnButton]:
        """The verb's buttons for this actor; `first` when it is the one act to do next."""
        return [
            self._drawn(verb, button, first=first)
            for button in verb.buttons
            if button.when is None or button.when(self.actor, self.subject)
        ]

    def _drawn(self, verb: Verb[Any, Any], button: Button, *, first: bool) -> DrawnButton:
        failed = self.failed if self.failed and self.failed.verb is verb else None
        sets = button.sets(self.actor) if callable(button.sets) else button.sets
        return DrawnButton(
            verb=verb,
            button=button,
            action=self.address(verb.code),
            label=button.label or verb.label,
            icon=button.icon or verb.icon,
            key=button.key or ("x" if first and not button.asks else ""),
            is_first=first,
            is_open=failed is not None,
            hidden={
                "key": self.key,
                "revision": str(self.revision),
                **{code: _posted(value) for code, value in sets.items()},
            },
            fields=tuple(self._field(verb, button, code, failed) for code in button.asks),
        )

    def _field(
        self, verb: Verb[Any, Any], button: Button, code: str, failed: PressForm | None
    ) -> DrawnField:
        declared = verb.field_of(code)
        typed = failed[code].value() if failed is not None else self.initial.get(code)
        return DrawnField(
            id=f"{code}-{verb.code}",
            name=code,
            label=button.ask_label or declared.label,
            kind=declared.kind,
            longest=declared.longest,
            prompt=declared.prompt,
            value="" if typed is None else typed,
            choices=self.choices(code) if declared.kind == "choice" else (),
            errors=tuple(map(str, failed.errors.get(code, ()))) if failed is not None else (),
        )


def _posted(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _control(declared: Field) -> forms.Field:
    """The control that reads it. Whether it must be answered is asked where the act is done."""
    common: Any = {"label": declared.label, "required": False}
    if declared.kind == "text":
        area = forms.Textarea(attrs={"rows": 3})
        return forms.CharField(max_length=declared.longest, widget=area, **common)
    if declared.kind == "yes_no":
        return forms.TypedChoiceField(
            choices=[("1", "1"), ("0", "0")],
            coerce=lambda typed: typed == "1",
            empty_value=None,
            **common,
        )
    wrong: Any = {"invalid": declared.wrong}
    return forms.IntegerField(error_messages=wrong, **common)
