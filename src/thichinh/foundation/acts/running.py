"""How an act is done: lock, authority, revision, law, writing, audit, event; once for every door."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thichinh.foundation import audit
from thichinh.foundation.acts.declaring import NOTHING, READ, Field, Performer, Said, Verb
from thichinh.foundation.errors import Conflict, DomainError, Missing, NotAllowed, Refused
from thichinh.foundation.events import publish
from thichinh.foundation.forms import FormContext, FormField
from thichinh.foundation.forms.kinds import read_answer
from thichinh.foundation.idempotency import fingerprint, once

CHANGED = gettext_lazy(
    "Nội dung này đã thay đổi từ khi bạn mở trang. Hãy xem việc vừa xảy ra rồi làm tiếp."
)
"""Said when the page was shown before the last act."""


class Outcome(Protocol):
    """What every law returns, whatever else it says: the instant of the act."""

    @property
    def at(self) -> datetime: ...


A = TypeVar("A", bound=Performer)
S = TypeVar("S", bound=models.Model)
C = TypeVar("C")
O = TypeVar("O", bound=Outcome)  # noqa: E741
Choices = Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Result:
    """How an act went on one of many subjects: its answer, or why it was refused."""

    which: int | str
    answer: Mapping[str, Any] | None = None
    error: DomainError | None = None

    @property
    def is_done(self) -> bool:
        return self.error is None


class Acts(ABC, Generic[A, S, C, O]):
    """The acts on one kind of subject. An app says here what only it can know."""

    choices: Mapping[str, Callable[[A, S], Choices]] = {}
    """What a field of kind `choice` offers for a subject: (number, name), by the field's code."""
    changed = CHANGED

    def __init__(self, verbs: Iterable[Verb[C, O]]) -> None:
        self.verbs = {verb.code: verb for verb in verbs}

    @abstractmethod
    def lock(self, which: int | str) -> S:
        """The row of this id or number, locked until the transaction ends. Raises Missing."""

    @abstractmethod
    def require_seen(self, actor: A, subject: S) -> None:
        """Raises Missing, as for what is not there, when the actor may not know of the subject."""

    @abstractmethod
    def case(self, verb: Verb[C, O], subject: S) -> C:
        """What the law looks at: the subject under lock, its definition, the moment.

        Numbers that others wait for are taken here, and the moment after them.
        """

    @abstractmethod
    def write(self, actor: A, case: C, outcome: O) -> None:
        """Write the outcome: the subject's row, its history, books, tasks."""

    @abstractmethod
    def codes(self, subject: S, outcome: O) -> dict[str, Any]:
        """What the audit keeps of it: ids and codes, no words of people."""

    @abstractmethod
    def answer(self, subject: S) -> dict[str, Any]:
        """What the doors say after an act: JSON, stored for whoever sends the request again."""

    def revision(self, subject: S) -> int:
        """The number of acts so far: a page shows it and sends it back."""
        return int(getattr(subject, "revision"))  # noqa: B009  # most subjects have the column

    def check(self, actor: A, verb: Verb[C, O], subject: S) -> None:
        """What is forbidden to this actor in person, whatever they hold. Raises NotAllowed saying why."""

    def owns(self, actor: A, subject: S) -> bool:
        """Whether this is the actor's own affair."""
        return False

    def verb(self, code: str) -> Verb[C, O]:
        """The verb that is performed under this code. Raises Missing."""
        verb = self.verbs.get(code)
        if verb is None or verb.kind != "act":
            raise Missing()
        return verb

    def perform(
        self,
        actor: A,
        code: str,
        which: int | str,
        said: Said = NOTHING,
        *,
        revision: int | None = None,
    ) -> S:
        """Do it, in one transaction. `revision` is that of the page it was asked on.

        Raises Missing for who may not see the subject, NotAllowed without authority, Conflict when
        somebody was faster, Refused naming what is wrong; nothing is written then.
        """
        with transaction.atomic():
            return self._perform(actor, code, which, said, revision)

    def perform_once(
        self,
        actor: A,
        code: str,
        which: int | str,
        said: Said = NOTHING,
        *,
        key: str,
        revision: int | None = None,
    ) -> dict[str, Any]:
        """The same for a door: asked twice under one key it is done once; returns `answer`."""
        asked = fingerprint([code, str(which), dict(said)])
        answer, _repeated = once(
            actor.account_id or 0,
            key,
            asked,
            lambda: self.answer(self._perform(actor, code, which, said, revision)),
        )
        return answer

    def perform_many(
        self,
        actor: A,
        code: str,
        which: Iterable[int | str],
        said: Said = NOTHING,
        *,
        key: str = "",
        revisions: Mapping[int | str, int | None] = {},
    ) -> list[Result]:
        """The same act on many subjects, each in a transaction of its own.

        What is refused for one is said beside it and stops no other. Sent again under the same key
        (after a broken line, say) each is done once, and what was left is done now. `revisions` are
        those of the page it was asked on: what was changed since is refused with Conflict.
        """
        results = []
        for one in dict.fromkeys(which):
            own_key = hashlib.sha256(f"{key} {one}".encode()).hexdigest() if key else ""
            try:
                seen = revisions.get(one)
                answer = self.perform_once(actor, code, one, said, key=own_key, revision=seen)
                results.append(Result(one, answer))
            except DomainError as error:
                results.append(Result(one, error=error))
        return results

    def offered(self, actor: A, subject: S, state: int) -> list[Verb[C, O]]:
        """The verbs that a page offers this actor in a state, those that undo or end things last."""
        verbs = [
            verb
            for verb in self.verbs.values()
            if state in verb.states and self._may_be_offered(actor, verb, subject)
        ]
        return sorted(verbs, key=lambda verb: ("main", "other", "danger").index(verb.weight))

    def _may_be_offered(self, actor: A, verb: Verb[C, O], subject: S) -> bool:
        if verb.steps:
            return all(self._may_be_offered(actor, v, subject) for v, _said in self._steps(verb))
        own = verb.own and self.owns(actor, subject)
        return own or verb.may_be_offered(actor, subject)

    def may(self, actor: A, verb: Verb[C, O], subject: S, said: Said) -> bool:
        """Whether the actor may do it with this subject and these answers."""
        if verb.steps:
            return all(
                self.may(actor, step, subject, step.complete(words))
                for step, words in self._steps(verb)
            )
        if verb.own and self.owns(actor, subject):
            return True
        authority = verb.authority_for(actor, subject, said)
        return authority is not None and authority.is_held(actor, subject)

    def tell(self, actor: A, code: str, subject: S, outcome: O) -> None:
        """Audit and event of an act that is written. `perform` does so itself."""
        verb = self.verbs[code]
        codes = self.codes(subject, outcome)
        audit.record(actor, verb.audit_action, subject, data=codes, at=outcome.at)
        event = verb.event_for(subject) if verb.event_for else verb.event
        if event is not None:
            publish(event(subject.pk))

    def _perform(
        self, actor: A, code: str, which: int | str, said: Said, revision: int | None
    ) -> S:
        verb = self.verb(code)
        said = verb.complete(said)
        subject = self.lock(which)
        if not self.may(actor, verb, subject, said):
            # Who sees nothing of a subject is not told by a refusal that it exists.
            self.require_seen(actor, subject)
            raise NotAllowed(_not_allowed(verb))
        if revision is not None and revision != self.revision(subject):
            raise Conflict(self.changed)
        self.check(actor, verb, subject)
        said = self._read(actor, verb, subject, said)
        for step, words in self._steps(verb) or [(verb, said)]:
            self._do(actor, step, subject, step.complete(words))
        return subject

    def _do(self, actor: A, verb: Verb[C, O], subject: S, said: Said) -> None:
        assert verb.rule is not None  # a composite is done by its steps
        case = self.case(verb, subject)
        outcome = verb.rule(case, said)
        self.write(actor, case, outcome)
        self.tell(actor, verb.code, subject, outcome)

    def _steps(self, verb: Verb[C, O]) -> list[tuple[Verb[C, O], Said]]:
        return [(self.verbs[code], said) for code, said in verb.steps]

    def _read(self, actor: A, verb: Verb[C, O], subject: S, said: Said) -> Said:
        """The answers as the law gets them. Raises Refused with a sentence for each wrong one."""
        read, wrong = dict(said), {}
        for one in verb.form.fields:
            if said[one.code] in ("", None):
                read[one.code] = one.empty
                if one.missing:
                    wrong[one.code] = one.missing
                continue
            try:
                read[one.code] = self._answer(actor, one, subject, said[one.code])
            except Refused as refused:
                wrong[one.code] = refused.message
        if wrong:
            raise Refused(**wrong)
        return read

    def _answer(self, actor: A, asked: Field, subject: S, value: Any) -> Any:
        if asked.kind == "choice":
            offered = self.choices[asked.code](actor, subject)
            if value not in {number for number, _name in offered}:
                raise Refused(asked.wrong)
        if asked.kind in READ:
            field = FormField(code=asked.code, label=str(asked.label), kind=asked.kind)
            return read_answer(field, value, FormContext.now())
        return value


def _not_allowed(verb: Verb[Any, Any]) -> str:
    return _(
        "Tài khoản của bạn không có quyền làm việc “%(act)s” với nội dung này. Hãy chuyển cho người "
        "có thẩm quyền của đơn vị, hoặc báo lãnh đạo đơn vị để được phân quyền."
    ) % {"act": verb.label}
