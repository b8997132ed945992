"""How an app declares a verb: once, with everything that page, API, reference and tests need of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, Literal, Protocol, TypeVar, get_args

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from thichinh.foundation.audit import Who
from thichinh.foundation.contributions import Part, Registry

Words = str | Promise
Said = Mapping[str, Any]
"""What was answered, by the code of its field. Every field of the verb's form is there."""

_CHOOSE = _("Hãy chọn")
NOTHING: Said = MappingProxyType({})
C = TypeVar("C")
O_co = TypeVar("O_co", covariant=True)


ReadKind = Literal["money", "number", "date", "identity_number", "phone", "email"]
ActFieldKind = Literal["text", "choice", "yes_no"] | ReadKind
READ: frozenset[str] = frozenset(get_args(ReadKind))
"""Kinds that the form engine reads."""


class Performer(Who, Protocol):
    """Whoever acts, with the authority they hold: an `accounts.rules.Actor`."""

    def may(self, permission: str, obj: int | None = None) -> bool:
        """Whether the permission is held, for the unit of this id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that an act asks for.

    A `choice` is one of what the app offers for this very subject (`Acts.choices`), by number; a
    `yes_no` is a decision. `missing` is the sentence when it is not answered ('' = may be left out)
    and `wrong` the one when the choice is none of those offered. A `text` may hold what only
    concerns the people of the subject: it never goes into the audit.

    The other kinds are those of the form engine and read by it, with its sentences: `money` is whole
    đồng, a `date` an ISO text, an `identity_number` its twelve digits.
    """

    code: str
    label: Words
    kind: ActFieldKind = "text"
    missing: Words = ""
    wrong: Words = ""
    prompt: Words = _CHOOSE
    longest: int = 2000
    doc: str = ""

    @property
    def empty(self) -> Any:
        """What stands for no answer."""
        return "" if self.kind == "text" else None


@dataclass(frozen=True, slots=True)
class Form:
    """What an act asks for. Forms of one `name` are one schema of the API."""

    name: str = ""
    fields: tuple[Field, ...] = ()
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit that the subject knows: where authority is asked. `words` are for the reference."""

    words: str
    unit: Callable[[Any], int | None]


@dataclass(frozen=True, slots=True)
class Authority:
    """A permission and where it must be held; `when` says to which cases it applies.

    `when(actor, subject, said)`; `said` is None while nothing was chosen yet: could it apply?
    """

    permission: str
    at: Place
    when: Callable[[Any, Any, Said | None], bool] | None = None
    words: str = ""

    def applies(self, actor: Performer, subject: Any, said: Said | None) -> bool:
        """Whether this is the authority that counts for what is asked."""
        return self.when is None or self.when(actor, subject, said)

    def is_held(self, actor: Performer, subject: Any) -> bool:
        """Whether the actor holds it where the subject is."""
        unit_id = self.at.unit(subject)
        return unit_id is not None and actor.may(self.permission, unit_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One way in which a page offers the verb.

    At once (nothing asked), with its field beside it (`inline`), or behind a summary that opens
    what it asks for. `sets` are answers that pressing it gives; `when(actor, subject)` limits it.
    """

    label: Words = ""
    sets: Callable[[Any], Said] | Said = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    ask_label: Words = ""
    inline: bool = False
    summary: Words = ""
    icon: str = ""
    key: str = ""
    tone: Literal["neutral", "bad"] = "neutral"
    quiet: bool = False
    when: Callable[[Any, Any], bool] | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """The verb in the API. `name` is the end of its operation id where it is not the code."""

    doc: str
    summary: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Verb(Part, Generic[C, O_co]):
    """One act on one kind of subject.

    `rule` is the law: a pure function of the case and of what was said that returns the outcome, or
    raises Refused or Conflict. `states` and `to` tell the offer, the reference and the tests where
    it is allowed and where it leads; the rule stays the judge. Who `own`s the subject may do it
    without a permission. `steps` make a composite: other verbs of the subject, done in one go.

    `event` is published with the subject's id; `event_for` picks another one by the subject.

    A verb that begins its subject (`opens`) or is only told by an imported log (`logged`) is
    declared for history and reference, and is not performed here.

    Raises ImproperlyConfigured when something that every verb needs is missing.
    """

    subject: str
    code: str
    label: Words
    done: Words
    icon: str
    tone: str = "neutral"
    weight: Literal["main", "other", "danger"] = "main"
    kind: Literal["act", "opens", "logged"] = "act"
    states: tuple[int, ...] = ()
    to: tuple[int, ...] = ()
    rule: Callable[[C, Said], O_co] | None = None
    steps: tuple[tuple[str, Said], ...] = ()
    authority: tuple[Authority, ...] = ()
    own: bool = False
    form: Form = Form()
    buttons: tuple[Button, ...] = (Button(),)
    confirm: Words = ""
    api: Operation | None = None
    event: type[Any] | None = None
    event_for: Callable[[Any], type[Any]] | None = None
    article: str = ""
    clock: str = ""
    book: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    message: str = ""
    _fields: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fields = {one.code: one for one in self.form.fields}
        object.__setattr__(self, "_fields", MappingProxyType(fields))
        for problem in _problems(self):
            raise ImproperlyConfigured(f"The verb {self.subject}.{self.code} {problem}")

    @property
    def audit_action(self) -> str:
        """Its name in the audit."""
        return f"{self.subject}.{self.code}"

    @property
    def permissions(self) -> tuple[str, ...]:
        """Every permission that it may ask for."""
        return tuple(dict.fromkeys(one.permission for one in self.authority))

    def field_of(self, code: str) -> Field:
        """A field of its form. Raises KeyError."""
        return self._fields[code]

    def complete(self, said: Said) -> Said:
        """What was said with a place for every field; raises TypeError for a field it has not."""
        unknown = said.keys() - self._fields.keys()
        if unknown:
            raise TypeError(f"{self.audit_action} asks for no {', '.join(sorted(unknown))}")
        return {code: said.get(code, one.empty) for code, one in self._fields.items()}

    def authority_for(self, actor: Performer, subject: Any, said: Said) -> Authority | None:
        """The one authority that counts for what is asked."""
        return next((one for one in self.authority if one.applies(actor, subject, said)), None)

    def may_be_offered(self, actor: Performer, subject: Any) -> bool:
        """Whether the actor holds an authority that could apply to the subject."""
        return any(
            one.applies(actor, subject, None) and one.is_held(actor, subject)
            for one in self.authority
        )


VERBS: Registry[Verb[Any, Any]] = Registry(Verb, lambda verb: verb.audit_action)
"""Every verb of every app."""


def _problems(verb: Verb[Any, Any]) -> list[str]:
    found = [f"has no {name}." for name in ("label", "done", "icon") if not getattr(verb, name)]
    if verb.kind == "logged":
        return found
    if not (verb.authority or verb.own or verb.steps):
        found.append("names no permission: say who may do it and where.")
    if verb.kind == "act":
        if (verb.rule is None) == (not verb.steps):
            found.append("needs either a rule or steps.")
        if not verb.states:
            found.append("names no state in which it is allowed.")
    asked = {code for button in verb.buttons for code in button.asks}
    unknown = asked - {one.code for one in verb.form.fields}
    if unknown:
        found.append(f"has a button that asks for {', '.join(sorted(unknown))}: no such field.")
    return found
