"""A verb on a page: its buttons drawn from the declaration, and what a press posts.

A page lists `buttons(...)` and includes `acts/button.html` for each; the view that takes the press
answers with `press`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from thichinh.foundation.acts.declaring import READ, Button, Field, Performer, Said, Verb, Words
from thichinh.foundation.acts.running import Acts, Choices
from thichinh.foundation.errors import Refused
from thichinh.foundation.ui.forms import add_refusal


class PressForm(forms.Form):
    """What one press posts: the guard of every act, and the answers that its verb asks for.

    `key` lets the same press sent twice be done once; `revision` is that of the page shown.
    """

    key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, verb: Verb[Any, Any], data: Any = None, prefix: str | None = None) -> None:
        super().__init__(data, auto_id=f"%s-{verb.code}", prefix=prefix)
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

    def offered(self, acts: Acts[Any, Any, Any, Any], state: int) -> list[DrawnButton]:
        """The buttons of every verb that is offered in a state, for `acts/offered.html`."""
        verbs = acts.offered(self.actor, self.subject, state)
        main = verbs[0] if verbs and verbs[0].weight == "main" else None
        return [button for verb in verbs for button in self.buttons(verb, first=verb is main)]

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


def press(
    request: HttpRequest,
    acts: Acts[Any, Any, Any, Any],
    code: str,
    which: int | str,
    *,
    back: str,
    shown: Callable[[PressForm], HttpResponse],
) -> HttpResponse:
    """Do what the press of a button asks for, once however often it is sent; then `back`.

    What is refused is shown by the page itself: `shown(form)`, with what was typed. Raises Conflict
    for a page that is out of date, NotAllowed and Missing.
    """
    verb = acts.verb(code)
    form = PressForm(verb, request.POST)
    actor: Any = request.actor  # type: ignore[attr-defined]
    try:
        if form.is_valid():
            key, revision = form.cleaned_data["key"], form.cleaned_data["revision"]
            acts.perform_once(actor, code, which, form.said(), key=key, revision=revision)
            messages.success(request, _("%(act)s: đã ghi.") % {"act": verb.done})
            return HttpResponseRedirect(back)
    except Refused as refused:
        add_refusal(form, refused)
    return shown(form)


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
    if declared.kind in READ:
        return forms.CharField(max_length=60, **common)
    wrong: Any = {"invalid": declared.wrong}
    return forms.IntegerField(error_messages=wrong, **common)
