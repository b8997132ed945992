"""The public catalogue: search that forgives, filters, counts per field."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Count, Exists, Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from thichinh.foundation.errors import Missing
from thichinh.foundation.text import fold
from thichinh.procedures.models import Procedure, ProcedureDefinition
from thichinh.procedures.queries.levels import levels_taken_in
from thichinh.procedures.queries.performing import is_offered
from thichinh.procedures.queries.versions import online

LIKE_ENOUGH = 0.5
"""Share of a query's letter triples that a name must have: `khia sinh` finds `khai sinh`."""

MOST_WORDS = 12
LEVELS = ("province", "district", "commune")


@dataclass(frozen=True)
class CatalogueFilter:
    """What the reader asks for; empty means everything."""

    q: str = ""
    field: str = ""
    level: str = ""
    online: bool = False
    slips: bool = True
    """Whether what is only like the typed words counts where nothing has them."""


@dataclass(frozen=True)
class FieldCount:
    """How many procedures of a field the other filters leave."""

    code: str
    name: str
    count: int


def catalogue(wanted: CatalogueFilter) -> QuerySet[Procedure]:
    """Procedures in force here that match, the best match first, then as in a dictionary."""
    rows = _offered()
    if wanted.field:
        rows = rows.filter(field=wanted.field)
    if wanted.level in LEVELS:
        rows = rows.filter(level=wanted.level)
    if wanted.online:
        rows = rows.filter(is_online=True)
    return _searched(rows, wanted.q, slips=wanted.slips)


def online_here() -> list[ProcedureDefinition]:
    """What can be filed online with a unit of today, by name."""
    levels = levels_taken_in()
    found = [one for one in online() if one.level in levels and is_offered(one)]
    return sorted(found, key=lambda one: one.name)


def _offered() -> QuerySet[Procedure]:
    return Procedure.objects.filter(is_active=True, level__in=levels_taken_in())


def field_counts(wanted: CatalogueFilter) -> list[FieldCount]:
    """Fields with what they hold under the other filters, the largest first."""
    rows = catalogue(replace(wanted, field="")).order_by()
    counted = rows.values("field", "field_name").annotate(n=Count("pk"))
    found = [FieldCount(row["field"], row["field_name"], row["n"]) for row in counted]
    return sorted(found, key=lambda item: (-item.count, item.name))


def procedure(code: str) -> Procedure:
    """The row of a procedure. Raises Missing."""
    row = Procedure.objects.filter(code=code).first()
    if row is None:
        raise Missing(_("Không tìm thấy thủ tục này. Hãy tìm theo tên trong danh mục thủ tục."))
    return row


def _searched(rows: QuerySet[Procedure], typed: str, *, slips: bool) -> QuerySet[Procedure]:
    """Every word begins some word of the name, in any order; else the whole is like it.

    Likeness is for slips of the hand: it counts only when no procedure at all has the words.
    A name that begins with what was typed comes first; among equals the shortest one: it is the
    plain case, the others its variants.
    """
    typed_words = re.findall(r"[\w.]+", fold(typed[:600]))
    words = typed_words[:MOST_WORDS]
    if not words:
        return rows.none() if typed.strip() else rows.order_by("sort_name", "pk")
    said = " ".join(words)
    found = rows.annotate(
        likeness=TrigramWordSimilarity(said, "search_name"),
        begins=Q(search_name__startswith=f" {' '.join(typed_words)}"),
    )
    matches = all_words = Q(*(Q(search_name__contains=f" {word}") for word in words))
    if slips:
        has_words = Exists(_offered().filter(all_words))
        matches = all_words | (~has_words & Q(likeness__gte=LIKE_ENOUGH))
    return found.filter(matches).order_by("-begins", "-likeness", Length("name"), "sort_name", "pk")
