"""The page of one subject: its state, what may be done to it, what was answered, its facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from thichinh.foundation import storage
from thichinh.foundation.acts.declaring import Words
from thichinh.foundation.acts.pages import Drawing, PressForm, press
from thichinh.foundation.acts.rows import RowActs
from thichinh.foundation.downloads import download
from thichinh.foundation.errors import Missing
from thichinh.foundation.forms import Answers, FormDefinition, files_of, shown

Facts = Sequence[tuple[Words, Any]]


@dataclass(frozen=True, kw_only=True)
class SubjectPage:
    """How an app shows a subject with number and state; `kind` names its `StateBadges`.

    `space` is the namespace of the app's addresses: `list`, `page` (of a number) and `act` (of a
    number and a verb), and where its form takes files, `file` (of a number and a SHA-256). `answers`
    are the form and what was answered; `facts` what else there is to know: (words, value), those
    without a value are left out.
    """

    space: str
    kind: str
    title: Words
    acts: RowActs[Any, Any]
    facts: Callable[[Any], Facts]
    answers: Callable[[Any], tuple[FormDefinition, Answers]] | None = None

    def show(
        self, request: HttpRequest, number: str, failed: PressForm | None = None
    ) -> HttpResponse:
        """The page; with `failed`, what was typed and why it was refused."""
        actor: Any = request.actor  # type: ignore[attr-defined]
        subject = self.acts.read(actor, number)
        drawing = Drawing(
            actor=actor,
            subject=subject,
            revision=self.acts.revision(subject),
            address=lambda verb: reverse(f"{self.space}:act", args=[number, verb]),
            choices=lambda code: self.acts.choices[code](actor, subject),
            failed=failed,
        )
        context = {
            "number": number,
            "kind": self.kind,
            "state": subject.state,
            "title": self.title,
            "crumbs": [(self.title, reverse(f"{self.space}:list")), (number, None)],
            "offered": drawing.offered(self.acts, subject.state),
            "failed": failed,
            "answers": shown(*self.answers(subject)) if self.answers else [],
            "facts": [(words, value) for words, value in self.facts(subject) if value],
            "files": [
                (reverse(f"{self.space}:file", args=[number, sha256]), name)
                for sha256, name in self._files(subject).items()
            ],
        }
        return render(request, "acts/subject.html", context, status=422 if failed else 200)

    def act(self, request: HttpRequest, number: str, verb: str) -> HttpResponse:
        """Take the press of a button."""
        back = reverse(f"{self.space}:page", args=[number])
        again = partial(self.show, request, number)
        return press(request, self.acts, verb, number, back=back, shown=again)

    def file(self, request: HttpRequest, number: str, sha256: str) -> FileResponse:
        """A file of the answers. Raises Missing."""
        actor: Any = request.actor  # type: ignore[attr-defined]
        named = self._files(self.acts.read(actor, number))
        file = storage.stored(sha256) if sha256 in named else None
        if file is None:
            raise Missing()
        return download(file, named[sha256])

    def _files(self, subject: Any) -> dict[str, str]:
        return files_of(*self.answers(subject)) if self.answers else {}
