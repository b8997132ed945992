"""Lists of dossiers and single ones."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thichinh.accounts.models import Account, Person
from thichinh.accounts.queries import as_known_to, holders_of, officials_of
from thichinh.accounts.rules import Actor, name_prefix_query
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.rules.numbers import clean_number, clean_secret
from thichinh.foundation.errors import Missing
from thichinh.foundation.heads import any_of
from thichinh.foundation.text import fold

PAGE = 20
NOT_FOUND = gettext_lazy(
    "Không có hồ sơ này trong phạm vi bạn được xem. Hãy kiểm tra lại mã hồ sơ."
)


def visible_to(actor: Actor) -> QuerySet[Dossier]:
    """An official sees what the units they may view decide or took in; a citizen their own.

    A commune that received a dossier for an office of the town must hand out its result.
    """
    if actor.everywhere:
        return Dossier.objects.all()
    units = actor.units("dossier.view")
    if units:
        seen = any_of("unit", units) | any_of("receiving_unit", units)
        return Dossier.objects.filter(seen | own(actor) if actor.person_id else seen)
    return Dossier.objects.filter(own(actor)) if actor.person_id else Dossier.objects.none()


def own(actor: Actor) -> Q:
    """The dossiers of who is signed in; of an account whose papers nobody compared yet, only those
    that very account filed: twelve digits prove nothing."""
    mine = Q(applicant_id=actor.person_id or 0)
    if actor.identity_seen:
        return mine
    filed = Act.objects.filter(
        dossier=OuterRef("pk"), verb="submit", account_id=actor.account_id or 0
    )
    return mine & Q(Exists(filed))


def is_own(actor: Actor, dossier: Dossier) -> bool:
    """Whether this dossier is one of `own`."""
    if actor.person_id is None or dossier.applicant_id != actor.person_id:
        return False
    return actor.identity_seen or Dossier.objects.filter(own(actor), pk=dossier.pk).exists()


def applicant_name(actor: Actor, dossier: Dossier) -> str:
    """As the actor may know it: what an official wrote is not told to who showed no papers."""
    if dossier.applicant_id == actor.person_id and not actor.identity_seen:
        return actor.name
    return dossier.applicant.full_name


def dossier_of_number(actor: Actor, number: str) -> Dossier:
    """One dossier the actor may see, with what a page shows of it. Raises Missing."""
    rows = visible_to(actor).select_related(
        "procedure", "applicant", "unit", "receiving_unit", "assignee"
    )
    found = rows.filter(number=number).first()
    if found is None:
        raise Missing(NOT_FOUND)
    found.applicant = as_known_to(actor, found.applicant)
    return found


def with_applicant(dossier_id: int) -> Dossier:
    """A dossier with everything that telling its applicant of it needs: one query."""
    return Dossier.objects.select_related(
        "procedure", "receiving_unit", "applicant__account__person"
    ).get(pk=dossier_id)


def locked(which: int | str) -> Dossier:
    """The row of this id or number, locked until the transaction ends."""
    mine = Q(pk=which) if isinstance(which, int) else Q(number=which)
    found = Dossier.objects.select_for_update().filter(mine).first()
    if found is None:
        raise Missing(NOT_FOUND)
    return found


def lock_all(ids: Sequence[int]) -> None:
    """Lock the rows with these ids, in that order, until the transaction ends."""
    rows = Dossier.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")
    list(rows.values_list("pk"))


@dataclass(frozen=True)
class DossierSlice:
    """One page of a list, the newest first; `after` is the cursor of the next one."""

    rows: list[Dossier]
    after: int | None


def possible_officers(actor: Actor, unit_id: int) -> QuerySet[Account]:
    """Whom the actor may name as officer of a unit's dossier, in order of name.

    A leader: the officials of the unit who may process its dossiers. Others: themselves.
    """
    officials = officials_of(frozenset({unit_id}))
    if not actor.may("dossier.assign", unit_id):
        return officials.filter(pk=actor.account_id or 0)
    able = holders_of("dossier.process", frozenset({unit_id}), actor.epoch)
    return officials.filter(pk__in=[account.pk for account in able])


def page_of(rows: QuerySet[Dossier], after: int | None = None, size: int = PAGE) -> DossierSlice:
    """`size` rows older than the cursor. A deep page costs what the first one costs."""
    if after is not None:
        rows = rows.filter(pk__lt=after)
    rows = rows.select_related("procedure", "applicant", "unit").order_by("-pk")
    found = list(rows[: size + 1])
    more = len(found) > size
    return DossierSlice(found[:size], found[size - 1].pk if more else None)


def search(actor: Actor, text: str) -> QuerySet[Dossier]:
    """Visible dossiers by number (or its beginning), or by the applicant's name or identity number.

    Looking for a personal number or a phone needs `person.view`, or that it is one's own. A name is
    matched without marks; the candidates are found first, then what the actor may see of their
    dossiers, so a common name stays quick.
    """
    typed = text.strip()
    rows = visible_to(actor)
    if not typed:
        return rows
    if any(letter.isdigit() for letter in typed) and not typed.isdigit():
        number = clean_number(typed)
        return rows.filter(number__gte=number, number__lt=number + "\uffff")
    if typed.isdigit():
        people = Person.objects.filter(Q(identity_number=typed) | Q(phone=typed))
        if not actor.may("person.view"):
            people = people.filter(pk=actor.person_id or 0)
        theirs = Dossier.objects.filter(applicant_id__in=people.values("pk")).values("pk")
        return rows.filter(pk__in=theirs.union(_ending(typed)) if len(typed) < 9 else theirs)
    words = name_prefix_query(fold(typed))
    if not words:
        return rows.none()
    people = Person.objects.annotate(words=SearchVector("search_name", config="simple")).filter(
        words=SearchQuery(words, config="simple", search_type="raw")
    )
    return rows.filter(applicant_id__in=people.values("pk"))


def _ending(digits: str) -> QuerySet[Any, Any]:
    """The keys of dossiers whose number ends in these digits after its last dash.

    The index `dossier_number_ending` holds the numbers read backwards; a union (not an OR) with
    other ways of finding lets it be used.
    """
    backwards = Dossier.objects.alias(backwards=Reverse("number"))
    return backwards.filter(backwards__startswith=f"{digits[::-1]}-").values("pk")


def timeline(dossier: Dossier) -> list[Act]:
    """The acts on a dossier, the first one first."""
    rows = Act.objects.filter(dossier=dossier).select_related(
        "account", "on_behalf_of", "unit", "to_unit"
    )
    return list(rows.order_by("seq"))


def tracked(number: str, secret: str) -> Dossier:
    """The dossier that both codes of a slip name together. A wrong pair reveals nothing.

    Raises Missing with one and the same sentence whether the number exists or not; the code is
    compared in constant time.
    """
    rows = Dossier.objects.select_related("procedure", "unit", "receiving_unit")
    found = rows.filter(number=clean_number(number)).first()
    expected = found.secret if found is not None else "0" * 8
    matches = hmac.compare_digest(expected.encode(), clean_secret(secret).encode())
    if found is None or not matches:
        raise Missing(
            _(
                "Không tìm thấy hồ sơ với cặp mã này. Hãy nhập đúng mã hồ sơ và mã tra cứu in trên "
                "giấy tiếp nhận, hoặc mang giấy đến nơi tiếp nhận để được giúp."
            )
        )
    return found


def records(actor: Actor, ids: Sequence[int]) -> QuerySet[Dossier]:
    """The dossiers behind a figure, as far as the actor may see them."""
    rows = visible_to(actor).filter(pk__in=list(ids))
    return rows.select_related("procedure", "applicant", "unit").order_by("received_at", "pk")


def open_since(at: datetime) -> QuerySet[Any]:
    """The ids of the dossiers that were not closed yet at an instant."""
    return Dossier.objects.filter(Q(closed_at=None) | Q(closed_at__gte=at)).values("pk")


def processed_by(dossier: Dossier) -> set[int | None]:
    """Whoever works on it now, and whoever finished a step of it."""
    steps = Act.objects.filter(dossier=dossier, verb="advance")
    return {dossier.assignee_id, *steps.values_list("account_id", flat=True)}
