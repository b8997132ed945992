"""From an evaluated report to the document: each section becomes blocks of plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from thichinh.accounts.queries.units import one_tree, unit_tree
from thichinh.accounts.rules import UnitNode
from thichinh.foundation.calendar import Period
from thichinh.foundation.text import sort_key, vn_date
from thichinh.indicators.queries.checks import Check
from thichinh.indicators.queries.evaluation import Answers, Question, evaluate
from thichinh.indicators.queries.trend import monthly
from thichinh.indicators.rules.formula import Value
from thichinh.reports.models.definition import (
    ChecksSection,
    FiguresSection,
    MatrixSection,
    NarrativeSection,
    Section,
    TextSection,
    TrendSection,
)
from thichinh.reports.queries.evaluated import EvaluatedReport
from thichinh.reports.rules.document import (
    Block,
    CheckLine,
    Checks,
    Concern,
    Document,
    Figure,
    FigureRow,
    FigureTable,
    Matrix,
    MatrixColumn,
    MatrixRow,
    Narrative,
    Paragraph,
    Piece,
    Span,
    TrendChart,
    TrendLine,
)
from thichinh.reports.rules.text import Slot, parse_text
from thichinh.stocks.queries import one_snapshot
from thichinh.stocks.rules import BOOKS, UNIT

_UNEXPLAINED = "Chưa có đẳng thức nào giải thích được."


def build(report: EvaluatedReport, paragraphs: Mapping[str, str] | None = None) -> Document:
    """The whole document; `paragraphs` are what officials wrote, by narrative key."""
    with one_tree(), one_snapshot():
        return _built(report, paragraphs or {})


def _built(report: EvaluatedReport, paragraphs: Mapping[str, str]) -> Document:
    definition, splits = report.definition, _splits(report)
    blocks: list[Block] = []
    for section in definition.sections:
        blocks += _blocks(report, section, paragraphs, splits)
    above = unit_tree().nodes.get(report.unit.parent_id or 0)
    return Document(
        code=definition.code,
        version=definition.version,
        title=definition.title,
        number=definition.number,
        layout=definition.layout,
        unit_code=report.unit.code,
        unit_name=report.unit.name,
        unit_above=above.name if above else "",
        periods=tuple(_named(report, period) for period in report.period_set.periods),
        span=_named(report, report.whole),
        blocks=tuple(blocks),
    )


def _blocks(
    report: EvaluatedReport,
    section: Section,
    paragraphs: Mapping[str, str],
    splits: Mapping[str, Answers],
) -> Iterator[Block]:
    match section:
        case TextSection():
            yield from _paragraphs(report, section)
        case FiguresSection():
            yield from _tables(report, section)
        case MatrixSection():
            yield _matrix(report, section, splits[section.rows])
        case TrendSection():
            yield _trend(report, section)
        case ChecksSection():
            yield Checks(section.heading, tuple(_check_line(report, c) for c in all_checks(report)))
        case NarrativeSection(key=key, heading=heading, hint=hint, text=text):
            yield Narrative(key, heading, hint, paragraphs.get(key, text))


def all_checks(report: EvaluatedReport) -> list[Check]:
    """Failures first, then published before computed."""
    found = [*report.published, *report.computed]
    return sorted(found, key=lambda c: (not c.failed, c.result.identity.position))


def _named(report: EvaluatedReport, period: Period) -> Span:
    return Span(period.first, period.last, period.label)


def _figure(report: EvaluatedReport, code: str, period: Period, value: Value) -> Figure:
    notation = report.catalogue.notation(code)
    return Figure(code, period.first, period.last, notation.plain(value), notation.shown(value))


def _paragraphs(report: EvaluatedReport, section: TextSection) -> Iterator[Paragraph]:
    several = len(report.period_set.periods) > 1
    if (section.only == "single" and several) or (section.only == "several" and not several):
        return
    for period in report.period_set.periods if section.repeat == "period" else [report.whole]:
        pieces = tuple(_piece(report, part, period) for part in parse_text(section.text.strip()))
        yield Paragraph(pieces, section.heading)


def _piece(report: EvaluatedReport, part: str | Slot, period: Period) -> Piece:
    if isinstance(part, str):
        return Piece(part)
    if not part.is_figure:
        return Piece(_word(report, part.name, period))
    of = report.whole if part.scope == "total" else period
    figure = _figure(report, part.name, of, report.answers.of(of).get(part.name))
    return Piece(figure.shown.replace("\u00a0%", "%"), figure)


def _word(report: EvaluatedReport, name: str, period: Period) -> str:
    words = {
        "period": period.label,
        "from": vn_date(period.first),
        "to": vn_date(period.last),
        "unit": report.unit.name,
        "count": str(len(report.period_set.periods)),
    }
    return words[name]


def _tables(report: EvaluatedReport, section: FiguresSection) -> Iterator[FigureTable]:
    for period in report.period_set.all:
        stated = report.statements.of(period)
        rows = tuple(figure_row(report, code, period) for code in section.indicators)
        sources = {s.source for s in stated.values()}
        yield FigureTable(_named(report, period), rows, "; ".join(sorted(sources)), section.heading)


def figure_row(report: EvaluatedReport, code: str, period: Period) -> FigureRow:
    """One indicator computed beside published, with what the difference comes from."""
    indicator, notation = report.catalogue.indicator(code), report.catalogue.notation(code)
    row = FigureRow(
        indicator.name,
        notation.unit.code,
        indicator.decimals,
        _figure(report, code, period, report.answers.of(period).get(code)),
        symbol=notation.symbol,
        things=report.catalogue.things(code),
        opens=report.catalogue.opens(code),
    )
    stated = report.statements.of(period).get(code)
    if stated is None:
        return row
    published = replace(
        row,
        published=notation.plain(stated.value),
        published_shown=notation.shown(stated.value),
    )
    both = report.beside(period)
    off = both.off(code)
    if off is None:
        return published
    because = both.because(code)
    return replace(
        published,
        difference=notation.plain(off),
        difference_shown=notation.shown_off(off),
        reason=_why(because) if because else (_UNEXPLAINED if off else ""),
        concern=_concern(report, because) if because else None,
    )


def _why(check: Check) -> str:
    return check.reason or check.result.identity.when_broken


def _concern(report: EvaluatedReport, check: Check) -> Concern | None:
    c = check.concerned
    if c is None:
        return None
    things = report.catalogue.things(c.indicator)
    return Concern(c.indicator, c.period.first, c.period.last, c.count, things)


def _check_line(report: EvaluatedReport, check: Check) -> CheckLine:
    result = check.result
    return CheckLine(
        check.code,
        result.identity.name,
        result.basis,
        _named(report, result.period),
        result.passed,
        check.equation,
        check.verdict,
        check.reason,
        _concern(report, check),
    )


def _matrix(report: EvaluatedReport, section: MatrixSection, split: Answers) -> Matrix:
    codes = [column.indicator for column in section.columns]
    period = report.whole
    labels = _labels(report, section, [key[0] for key in split.all_keys()])
    rows = []
    for value, (label, link) in labels.items():
        values = split.of(period, (value,))
        cells = tuple(_figure(report, code, period, values.get(code)) for code in codes)
        if any(cell.value for cell in cells):
            rows.append(MatrixRow(label, link, cells))
    total = report.answers.of(period)
    sums = tuple(_figure(report, code, period, total.get(code)) for code in codes)
    return Matrix(
        section.heading,
        section.rows,
        section.row_heading,
        _named(report, period),
        tuple(
            MatrixColumn(c.number, c.heading, c.group, c.formula, c.indicator)
            for c in section.columns
        ),
        tuple(rows),
        MatrixRow("Tổng số", "", sums),
    )


def _splits(report: EvaluatedReport) -> dict[str, Answers]:
    """What the tables with rows ask for: one question for all those split the same way."""
    codes: dict[str, set[str]] = {}
    for section in report.definition.sections:
        if isinstance(section, MatrixSection):
            codes.setdefault(section.rows, set()).update(c.indicator for c in section.columns)
    return {
        rows: evaluate(
            report.catalogue,
            [Question(report.whole, frozenset(wanted))],
            report.where,
            by=(rows,),
        )
        for rows, wanted in codes.items()
    }


def _labels(
    report: EvaluatedReport, section: MatrixSection, values: list[Any]
) -> dict[Any, tuple[str, str]]:
    """Each value with its name and the word its link carries, in reading order."""
    if section.rows == UNIT:
        nodes = unit_tree().nodes
        units = sorted((nodes[v] for v in values), key=lambda u: u.sort_key)
        return {unit.id: (_unit_label(unit), unit.code) for unit in units}
    book = report.catalogue.dimensions(c.indicator for c in section.columns).get(section.rows)
    names = BOOKS[book].named(section.rows, values) if book else {v: str(v) for v in values}
    ordered = sorted(names.items(), key=lambda item: sort_key(item[1]))
    return {value: (name, str(value)) for value, name in ordered}


def _unit_label(unit: UnitNode) -> str:
    """Offices by their short name, for a narrow column; communes and wards by their full one."""
    return unit.short_name if unit.place in ("office", "desk", "group") else unit.name


def _trend(report: EvaluatedReport, section: TrendSection) -> TrendChart:
    trend = monthly(report.catalogue, section.book, section.indicators, report.whole, report.where)
    lines = tuple(
        TrendLine(code, report.catalogue.name(code), trend.values[code])
        for code in section.indicators
    )
    return TrendChart(section.heading, tuple(_named(report, m) for m in trend.months), lines)
