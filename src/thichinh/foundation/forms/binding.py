"""A form in somebody's hands: what was typed, what is wrong with it, and what is to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from thichinh.foundation import storage
from thichinh.foundation.errors import Refused
from thichinh.foundation.forms.answers import Answers, Judgement, check_answers, judge
from thichinh.foundation.forms.definition import ROWS, FormDefinition, FormField
from thichinh.foundation.forms.posted import RowChange, new_row, read_posted, with_change
from thichinh.foundation.forms.sources import FormContext, known_already
from thichinh.foundation.uploads import recognised

PREFIX = "a-"


def bind(
    definition: FormDefinition,
    data: Mapping[str, Any] | None = None,
    files: Any = None,
    context: FormContext | None = None,
    *,
    answers: Mapping[str, Any] | None = None,
    prefix: str = PREFIX,
) -> BoundForm:
    """The form as it was sent (`data`, `files`: request.POST, request.FILES), as it was kept
    (`answers`), or new, with defaults and what is known already.

    Files that arrive are kept at once in the name of `context.account`, so that nothing has to be
    chosen again when something else is wrong.
    """
    form = BoundForm(definition, context or FormContext.now(), prefix)
    if data is not None:
        form.take(data, files)
    elif answers is not None:
        form.typed = dict(answers)
    else:
        form.begin()
    return form


class BoundForm:
    """What `bind` gives. `typed` are the answers as typed; draw it with `{% draw_form form %}`.

    A press on a button of rows changes the rows and judges nothing: `is_sent` is false then.
    """

    def __init__(self, definition: FormDefinition, context: FormContext, prefix: str) -> None:
        self.definition = definition
        self.context = context
        self.prefix = prefix
        self.typed: dict[str, Any] = {}
        self.prefilled: frozenset[str] = frozenset()
        self.change: RowChange | None = None
        self.is_sent = False
        self.refused: dict[str, str] = {}
        self._file_problems: dict[str, str] = {}

    def begin(self) -> None:
        """Answers of a new form: what is known already, else defaults."""
        fields = self.definition.all_fields
        known = known_already({f.prefill for f in fields if f.prefill}, self.context.subject)
        self.prefilled = frozenset(field.code for field in fields if field.prefill in known)
        for field in fields:
            value = known.get(field.prefill, field.default)
            if value is not None:
                self.typed[field.code] = value
            elif field.kind in ROWS and field.at_least:
                self.typed[field.code] = [new_row(field) for _row in range(field.at_least)]

    def know(self, answers: Mapping[str, Any]) -> None:
        """Fill in what is known of who fills in a new form; they see that it was, and correct it."""
        self.typed |= answers
        self.prefilled |= frozenset(answers)

    def take(self, data: Mapping[str, Any], files: Any) -> None:
        """What a page sent."""
        self.typed = read_posted(self.definition, data, self.prefix)
        self.change = RowChange.read(str(data.get(self.row_button, "")))
        if files:
            self._keep_files(files)
        if self.change is not None:
            with_change(self.definition, self.typed, self.change)
        self.is_sent = self.change is None

    @property
    def row_button(self) -> str:
        """The name of the buttons that add and drop rows; no field can have it."""
        return f"{self.prefix}-rows"

    @cached_property
    def judged(self) -> Judgement:
        """What the form makes of what was typed, whether or not it was sent to be judged."""
        return judge(self.definition, self.typed, self.context)

    @property
    def errors(self) -> dict[str, str]:
        """A sentence by path for everything wrong; nothing before the form is sent."""
        own = self.judged.problems if self.is_sent else {}
        return {**own, **self._file_problems, **self.refused}

    def is_valid(self) -> bool:
        """Sent, and nothing wrong with it."""
        return self.is_sent and not self.errors

    @property
    def answers(self) -> Answers:
        """The answers as they are kept. Raises Refused where something is wrong."""
        if self._file_problems:
            raise Refused(**self._file_problems)
        return check_answers(self.definition, self.typed, self.context)

    def refuse(self, refused: Refused) -> None:
        """Show why an act was refused: at its fields where the form has them, else on top."""
        self.refused |= refused.fields or {"": refused.message}

    def show_problems(self) -> None:
        """Judge what was kept as if it had been sent."""
        self.is_sent = True

    def _keep_files(self, files: Any) -> None:
        for field in self.definition.all_fields:
            if field.kind == "files":
                self._keep(field, files, self.typed, field.code)
            for number, row in enumerate(self.typed.get(field.code) or () if field.fields else ()):
                for inner in field.fields:
                    if inner.kind == "files":
                        self._keep(inner, files, row, f"{field.code}.{number}.{inner.code}")

    def _keep(self, field: FormField, files: Any, typed: dict[str, Any], path: str) -> None:
        name = f"{self.prefix}{path.replace('.', '-')}-new"
        for file in files.getlist(name):
            try:
                typed.setdefault(field.code, []).append(self._kept(field, file))
            except Refused as refused:
                self._file_problems[path] = f"“{file.name}”: {refused.message}"

    def _kept(self, field: FormField, file: UploadedFile[Any]) -> dict[str, str]:
        if self.context.account is None:
            raise Refused(_("Hãy đăng nhập để gửi tệp."))
        kind, content = recognised(file.chunks(), field.accept, file.name or "")
        stored = storage.store(
            content, kind.media_type, limit=field.max_bytes, sender=self.context.account
        )
        return {
            "sha256": stored.sha256,
            "name": storage.file_name(file.name or "", kind.media_type),
        }
