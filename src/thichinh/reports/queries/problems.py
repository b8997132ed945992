"""What is wrong with the reports in force on a day, beyond each definition by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from thichinh.foundation.errors import DomainError, Refused
from thichinh.indicators.queries.catalogue import catalogue
from thichinh.indicators.queries.trend import signed_in_book
from thichinh.indicators.rules.catalogue import Catalogue
from thichinh.reports.models.definition import (
    MatrixSection,
    ReportDefinition,
    TrendSection,
)
from thichinh.reports.queries.evaluated import identities_of, report_definitions
from thichinh.reports.rules.sections import indicators_of
from thichinh.stocks.rules import BOOKS, UNIT


def problems(on: date) -> Iterator[str]:
    """A sentence for the first thing that keeps each report from being worked out."""
    for definition in report_definitions(on):
        try:
            _check(catalogue(on), definition)
        except DomainError as error:
            yield _("Báo cáo “%(code)s”: %(why)s") % {"code": definition.code, "why": error.message}


def _check(in_force: Catalogue, definition: ReportDefinition) -> None:
    codes = [*indicators_of(definition), *definition.summary, *definition.stated_totals.values()]
    for code in codes:
        in_force.indicator(code)
    in_force.leaves(codes)
    identities_of(in_force, definition)
    for section in definition.sections:
        if isinstance(section, MatrixSection):
            _check_rows(in_force, section)
        elif isinstance(section, TrendSection):
            _check_trend(in_force, section)


def _check_rows(in_force: Catalogue, section: MatrixSection) -> None:
    """Every column can be split by the rows."""
    if section.rows == UNIT:
        return
    for column in section.columns:
        for book in in_force.books([column.indicator]) or ():
            if all(dimension.name != section.rows for dimension in BOOKS[book].dimensions):
                raise Refused(
                    _("cột “%(column)s” tính từ sổ “%(book)s”, sổ này không chia theo “%(rows)s”.")
                    % {
                        "column": column.heading,
                        "book": BOOKS[book].title or book,
                        "rows": section.rows,
                    }
                )


def _check_trend(in_force: Catalogue, section: TrendSection) -> None:
    if section.book not in BOOKS:
        raise Refused(_("không có sổ “%(book)s”.") % {"book": section.book})
    for code in section.indicators:
        signed_in_book(in_force, section.book, code)
