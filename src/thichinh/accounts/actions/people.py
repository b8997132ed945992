"""Writing about people: at the counter, and by themselves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from thichinh.accounts import queries
from thichinh.accounts.events import PersonChanged
from thichinh.accounts.models import Person
from thichinh.accounts.rules import Actor, PersonFacts, clean_person
from thichinh.foundation import audit
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Conflict, Missing, NotAllowed, Refused
from thichinh.foundation.events import publish
from thichinh.foundation.text import fold, person_sort_key, sort_key


@transaction.atomic
def upsert_person(actor: Actor, facts: PersonFacts, person_id: int | None = None) -> Person:
    """Find the person these facts are about and bring them up to date, or write them down anew.

    A person is known by `person_id`, else by identity number, else (businesses) by tax code. Empty
    facts never erase known ones, and a number alone renames nobody: under another name it is refused
    until the person is chosen. Needs `person.edit`. Raises Refused per field, Missing for a
    `person_id` that nobody has.
    """
    actor.require("person.edit")
    clean = clean_person(facts, today())
    known = _known(clean, person_id)
    if known is None:
        return _write_down(actor, clean)
    return _written_of(actor, known, clean, chosen=person_id is not None)


def _written_of(actor: Actor, known: Person, facts: PersonFacts, *, chosen: bool) -> Person:
    """What an official writes of somebody in the books; of a mere claim it is kept that one did."""
    is_claim = queries.is_claimed(known)
    if not chosen:
        _check_name(known, facts)
    person = _bring_up_to_date(actor, known, facts)
    if is_claim and not queries.vouched_for(person):
        audit.record(actor, "person.confirmed", person)
    return person


def _check_name(known: Person, facts: PersonFacts) -> None:
    """One digit mistyped must not make a stranger of somebody in the books.

    A name that only an account without compared papers gave gives way to the papers at the desk,
    once: from then on it is a name that an official wrote.
    """
    same = facts.identity_number and known.identity_number == facts.identity_number
    if same and fold(known.full_name) != fold(facts.full_name) and queries.vouched_for(known):
        sentence = _(
            "Số này đang ghi cho %(name)s. Nếu đúng là người này, hãy tìm và chọn; nếu không, hãy "
            "xem lại số."
        )
        raise Refused(identity_number=sentence % {"name": known.full_name})


@transaction.atomic
def update_own_contact(actor: Actor, *, phone: str, email: str, address: str) -> Person:
    """A person corrects how they can be reached. Raises Refused per field."""
    if actor.person_id is None or actor.on_behalf_of_id is not None:
        raise NotAllowed()
    own = Person.objects.select_for_update().get(pk=actor.person_id)
    if not actor.identity_seen and queries.written_by_others(actor, own.pk):
        raise NotAllowed(
            _(
                "Cơ quan đang giữ thông tin của người mang số định danh này. Hãy mang thẻ căn cước "
                "đến nơi tiếp nhận hồ sơ để đối chiếu; sau đó bạn sửa được ở đây."
            )
        )
    facts = PersonFacts(own.full_name, kind=own.kind, phone=phone, email=email, address=address)
    return _bring_up_to_date(actor, own, clean_person(facts, today()))


def write_down_person(facts: PersonFacts) -> Person:
    """Insert a person from clean facts, without audit: the caller's act records it."""
    return Person.objects.create(**person_row(facts))


def person_row(facts: PersonFacts) -> dict[str, Any]:
    """The columns of a person with these clean facts: also for bulk COPY."""
    by_given_name = facts.kind == Person.Kind.CITIZEN
    order = person_sort_key if by_given_name else sort_key
    return {
        **asdict(facts),
        "identity_number": facts.identity_number or None,
        "search_name": fold(facts.full_name),
        "sort_name": order(facts.full_name),
    }


def _known(facts: PersonFacts, person_id: int | None) -> Person | None:
    rows = Person.objects.select_for_update(of=("self",)).select_related("account")
    if person_id is not None:
        known = rows.filter(pk=person_id).first()
        if known is None:
            raise Missing(_("Không tìm thấy người này."))
        return known
    if facts.identity_number:
        return rows.filter(identity_number=facts.identity_number).first()
    if facts.tax_code and facts.kind != Person.Kind.CITIZEN:
        return rows.filter(tax_code=facts.tax_code).order_by("id").first()
    return None


def _write_down(actor: Actor, facts: PersonFacts) -> Person:
    try:
        with transaction.atomic():
            person = write_down_person(facts)
    except IntegrityError as error:  # another counter wrote the same number a moment ago
        known = _known(facts, None)
        if known is None:
            raise Conflict(_("Dữ liệu vừa thay đổi. Hãy thử lại.")) from error
        return _written_of(actor, known, facts, chosen=False)
    audit.record(actor, "person.written_down", person)
    return person


def _bring_up_to_date(actor: Actor, person: Person, facts: PersonFacts) -> Person:
    row = person_row(facts)
    kept = {"search_name", "sort_name"} if not facts.full_name else set()
    changed = tuple(
        name
        for name, value in row.items()
        if name not in kept and value not in ("", None) and getattr(person, name) != value
    )
    if not changed:
        return person
    for name in changed:
        setattr(person, name, row[name])
    try:
        with transaction.atomic():
            person.save(update_fields=changed)
    except IntegrityError as error:  # the table decides: two counters may write one number at once
        raise Refused(identity_number=_("Số định danh này đang ghi cho một người khác.")) from error
    audit.record(actor, "person.changed", person, data={"fields": sorted(changed)})
    publish(PersonChanged(person.pk, changed))
    return person
