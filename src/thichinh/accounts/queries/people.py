"""People, for those who may see them: by number, phone, tax code or name without marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from thichinh.accounts.models import Person
from thichinh.accounts.rules import Actor, may_see_person, name_prefix_query
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import AuditEntry
from thichinh.foundation.text import fold, person_sort_key, sort_key

FEW = 20
"""How many people a search shows; more means: type more."""
_NUMBER = re.compile(r"[\d\s.+-]+")


@dataclass(frozen=True)
class PersonCard:
    """What may be shown of a person: numbers are masked for those without `person.view`."""

    id: int
    kind: str
    full_name: str
    birth_date: date | None
    identity_number: str
    phone: str
    address: str
    is_claimed: bool = False
    """Somebody signed up with this number and showed no papers yet."""


def visible_to(actor: Actor) -> QuerySet[Person]:
    """The people an actor may look up: all with `person.view`, else only themselves."""
    if actor.may("person.view"):
        return Person.objects.all()
    return Person.objects.filter(pk=actor.person_id or 0)


def find_people(actor: Actor, text: str, limit: int = FEW) -> list[Person]:
    """The first people of `people_like`, the likeliest first."""
    return list(people_like(actor, text).order_by(F("likeness"), "id")[:limit])


def people_like(actor: Actor, text: str) -> QuerySet[Person]:
    """People by identity number, phone or tax code (from the left), or by words of the name.

    Words may be begun only ("ng van a"), in any order, with or without marks. `likeness` orders
    them: who is called exactly so, then who is without the marks, then the rest, each by name.
    Raises NotAllowed without `person.view`.
    """
    actor.require("person.view")
    text = text.strip()
    found = _by_number(text) if _NUMBER.fullmatch(text) else _by_name(text)
    rank = Case(
        When(sort_name__in=(person_sort_key(text), sort_key(text)), then=Value("0")),
        When(search_name=fold(text), then=Value("1")),
        default=Value("2"),
    )
    # An expression, or the planner walks all people in order of name looking for a rare word.
    return found.annotate(likeness=Concat(rank, "sort_name", output_field=TextField()))


def _by_number(text: str) -> QuerySet[Person]:
    digits = re.sub(r"\D", "", text)
    if len(digits) < 3:
        return Person.objects.none()
    return Person.objects.filter(
        Q(identity_number__startswith=digits)
        | (~Q(phone="") & Q(phone__startswith=digits))
        | (~Q(tax_code="") & Q(tax_code__startswith=digits))
    )


def _by_name(text: str) -> QuerySet[Person]:
    query = name_prefix_query(fold(text))
    if not query:
        return Person.objects.none()
    words = SearchVector("search_name", config="simple")
    return Person.objects.alias(words=words).filter(
        words=SearchQuery(query, config="simple", search_type="raw")
    )


def person_numbered(actor: Actor, identity_number: str) -> Person:
    """The person with this identity number. Raises NotAllowed without `person.view`, Refused."""
    actor.require("person.view")
    found = Person.objects.filter(identity_number=identity_number).first()
    if found is None:
        raise Refused(_("Chưa có người mang số này. Hãy ghi họ ở mục Người dân, tổ chức trước."))
    return found


def person(actor: Actor, person_id: int) -> Person:
    """One person the actor may see. Raises Missing."""
    found = (
        visible_to(actor).filter(pk=person_id).select_related("residence_unit", "account").first()
    )
    if found is None:
        raise Missing(_("Không tìm thấy người này."))
    return found


def person_card(actor: Actor, subject: Person) -> PersonCard:
    """A person as this actor may see them."""
    open_book = may_see_person(actor, subject)
    return PersonCard(
        id=subject.pk,
        kind=subject.kind,
        full_name=subject.full_name,
        birth_date=subject.birth_date if open_book else None,
        identity_number=_shown(subject.identity_number or "", open_book),
        phone=_shown(subject.phone, open_book),
        address=subject.address if open_book else "",
    )


def chosen_card(actor: Actor, person_id: int) -> PersonCard:
    """The person somebody chose at the counter, and whether an account only claims to be them."""
    subject = person(actor, person_id)
    return replace(person_card(actor, subject), is_claimed=is_claimed(subject))


def is_claimed(subject: Person) -> bool:
    """Whether this person has an account whose papers nobody compared yet."""
    account = getattr(subject, "account", None)
    return account is not None and account.identity_seen_at is None


def vouched_for(subject: Person) -> bool:
    """Whether an official answers for who this is: always, unless only a claim and the account's
    own words are in the books."""
    if not is_claimed(subject):
        return True
    written = AuditEntry.objects.filter(
        object_type=Person._meta.label_lower,
        object_id=subject.pk,
        action__in=("person.changed", "person.confirmed"),
    )
    return written.exclude(account_id=subject.account.pk).exists()


def as_known_to(actor: Actor, subject: Person) -> Person:
    """The person as this actor may read them.

    An account whose papers nobody compared reads what it wrote itself. Once an official wrote about
    the person, that is no longer what stands in the row: only the name it signed up with is left.
    Of others one reads the name, and numbers with only their end to tell them apart.
    """
    if may_see_person(actor, subject):
        return subject
    if actor.person_id == subject.pk:
        if not written_by_others(actor, subject.pk):
            return subject
        return Person(pk=subject.pk, kind=subject.kind, full_name=actor.name)
    return Person(
        pk=subject.pk,
        kind=subject.kind,
        full_name=subject.full_name,
        identity_number=_shown(subject.identity_number or "", False),
        tax_code=_shown(subject.tax_code, False),
        phone=_shown(subject.phone, False),
    )


def written_by_others(actor: Actor, person_id: int) -> bool:
    """Whether anybody but this account changed what is written of a person."""
    changes = AuditEntry.objects.filter(
        object_type=Person._meta.label_lower, object_id=person_id, action="person.changed"
    )
    return changes.exclude(account_id=actor.account_id).exists()


def _shown(number: str, open_book: bool) -> str:
    return number if open_book or not number else "•" * (len(number) - 3) + number[-3:]
