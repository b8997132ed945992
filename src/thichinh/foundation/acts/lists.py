"""A verb for the selected rows of a list, drawn from the same declaration as its buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured

from thichinh.foundation.acts.pages import PressForm
from thichinh.foundation.acts.running import Acts
from thichinh.foundation.listing import MassAct, MassResult, Picked


def mass_act(acts: Acts[Any, Any, Any, Any], code: str) -> MassAct:
    """The verb as a mass act of a list whose rows are named like its subjects.

    Each row is an act of its own, with its own transaction; a refusal stands beside its row. Raises
    ImproperlyConfigured for a verb that asks for a choice: what is offered differs from row to row.
    """
    verb = acts.verb(code)
    if any(one.kind == "choice" for one in verb.form.fields):
        raise ImproperlyConfigured(f"{verb.audit_action} asks for a choice: not for many at once.")

    def run(
        actor: Any, rows: Sequence[Picked], said: Mapping[str, Any], once: str
    ) -> list[MassResult]:
        seen: dict[int | str, int | None] = {row.key: row.revision for row in rows}
        results = acts.perform_many(actor, code, seen, said, key=once, revisions=seen)
        return [MassResult(str(r.which), r.error.message if r.error else "") for r in results]

    def form(actor: Any, data: Any) -> forms.Form:
        asked = PressForm(verb, data, prefix=code)
        del asked.fields["key"], asked.fields["revision"]
        return asked

    permissions = verb.permissions or acts.verbs[verb.steps[0][0]].permissions
    return MassAct(
        key=code,
        label=verb.label,
        done=verb.done,
        permission=permissions[0],
        run=run,
        icon=verb.icon,
        form=form if verb.form.fields else None,
    )
