"""From a look to the document: each section of the definition becomes blocks of plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from thichinh.accounts.queries.units import one_tree, unit_tree
from thichinh.accounts.rules import UnitNode
from thichinh.foundation.calendar import Period
from thichinh.foundation.text import sort_key, vn_date
from thichinh.indicators.queries.checks import Check
from thichinh.indicators.queries.evaluation import Question, evaluate
from thichinh.indicators.queries.trend import monthly
from thichinh.indicators.rules.formula import Value
from thichinh.indicators.rules.measures import labels_of
from thichinh.indicators.rules.values import plain, shown_for, shown_off
from thichinh.reports.models.definition import (
    ChecksSection,
    FiguresSection,
    MatrixSection,
    NarrativeSection,
    Section,
    TextSection,
    TrendSection,
)
from thichinh.reports.queries.look import Look
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

_UNEXPLAINED = "Chưa có đẳng thức nào giải thích được."


def build(look: Look, paragraphs: Mapping[str, str] | None = None) -> Document:
    """The whole document; `paragraphs` are what officials wrote, by narrative key."""
    with one_tree(), one_snapshot():
        return _built(look, paragraphs or {})


def _built(look: Look, paragraphs: Mapping[str, str]) -> Document:
    definition = look.definition
    blocks: list[Block] = []
    for section in definition.sections:
        blocks += _blocks(look, section, paragraphs)
    above = unit_tree().nodes.get(look.unit.parent_id or 0)
    return Document(
        code=definition.code,
        version=definition.version,
        title=definition.title,
        number=definition.number,
        layout=definition.layout,
        unit_code=look.unit.code,
        unit_name=look.unit.name,
        unit_above=above.name if above else "",
        periods=tuple(_named(look, period) for period in look.reach.periods),
        span=_named(look, look.whole),
        blocks=tuple(blocks),
    )


def _blocks(look: Look, section: Section, paragraphs: Mapping[str, str]) -> Iterator[Block]:
    match section:
        case TextSection():
            yield from _paragraphs(look, section)
        case FiguresSection():
            yield from _tables(look, section)
        case MatrixSection():
            yield _matrix(look, section)
        case TrendSection():
            yield _trend(look, section)
        case ChecksSection():
            yield Checks(section.heading, tuple(_check_line(look, c) for c in all_checks(look)))
        case NarrativeSection(key=key, heading=heading, hint=hint, text=text):
            yield Narrative(key, heading, hint, paragraphs.get(key, text))


def all_checks(look: Look) -> list[Check]:
    """Failures first, then published before computed."""
    found = [*look.published, *look.computed]
    return sorted(found, key=lambda c: (not c.failed, c.outcome.identity.position))


def _named(look: Look, period: Period) -> Span:
    return Span(period.first, period.last, period.label)


def _figure(look: Look, code: str, period: Period, value: Value) -> Figure:
    indicator = look.catalogue.indicator(code)
    number = plain(value, indicator.decimals)
    return Figure(code, period.first, period.last, number, shown_for(indicator, value))


def _paragraphs(look: Look, section: TextSection) -> Iterator[Paragraph]:
    several = len(look.reach.periods) > 1
    if (section.only == "single" and several) or (section.only == "several" and not several):
        return
    for period in look.reach.periods if section.repeat == "period" else [look.whole]:
        pieces = tuple(_piece(look, part, period) for part in parse_text(section.text.strip()))
        yield Paragraph(pieces, section.heading)


def _piece(look: Look, part: str | Slot, period: Period) -> Piece:
    if isinstance(part, str):
        return Piece(part)
    if not part.is_figure:
        return Piece(_word(look, part.name, period))
    of = look.whole if part.scope == "total" else period
    figure = _figure(look, part.name, of, look.answers.of(of).get(part.name))
    return Piece(figure.shown.replace("\u00a0%", "%"), figure)


def _word(look: Look, name: str, period: Period) -> str:
    words = {
        "period": period.label,
        "from": vn_date(period.first),
        "to": vn_date(period.last),
        "unit": look.unit.name,
        "count": str(len(look.reach.periods)),
    }
    return words[name]


def _tables(look: Look, section: FiguresSection) -> Iterator[FigureTable]:
    whole = [look.reach.span] if look.reach.span else []
    for period in [*look.reach.periods, *whole]:
        stated = look.statements.of(period)
        rows = tuple(figure_row(look, code, period) for code in section.indicators)
        sources = {s.source for s in stated.values()}
        yield FigureTable(_named(look, period), rows, "; ".join(sorted(sources)), section.heading)


def figure_row(look: Look, code: str, period: Period) -> FigureRow:
    """One indicator computed beside published, with what the difference comes from."""
    indicator = look.catalogue.indicator(code)
    value = look.answers.of(period).get(code)
    figure = _figure(look, code, period, value)
    stated = look.statements.of(period).get(code)
    row = FigureRow(indicator.name, indicator.unit, indicator.decimals, figure)
    if stated is None:
        return row
    published = replace(
        row,
        published=plain(stated.value, indicator.decimals),
        published_shown=shown_for(indicator, stated.value),
    )
    both = look.beside(period)
    off = both.off(code)
    if off is None:
        return published
    because = both.because(code)
    return replace(
        published,
        difference=plain(off, row.decimals),
        difference_shown=shown_off(off, row.unit, row.decimals),
        reason=_why(because) if because else (_UNEXPLAINED if off else ""),
        concern=_concern(because) if because else None,
    )


def _why(check: Check) -> str:
    return check.reason or check.outcome.identity.when_broken


def _concern(check: Check) -> Concern | None:
    c = check.concerned
    return Concern(c.indicator, c.period.first, c.period.last, c.count) if c else None


def _check_line(look: Look, check: Check) -> CheckLine:
    outcome = check.outcome
    return CheckLine(
        check.code,
        outcome.identity.name,
        outcome.basis,
        _named(look, outcome.period),
        outcome.passed,
        check.equation,
        check.verdict,
        check.reason,
        _concern(check),
    )


def _matrix(look: Look, section: MatrixSection) -> Matrix:
    codes = [column.indicator for column in section.columns]
    period = look.whole
    asked = [Question(period, frozenset(codes))]
    split = evaluate(look.catalogue, asked, look.where, by=(section.rows,))
    labels = _labels(section.rows, [key[0] for key in split.all_keys()])
    rows = []
    for value, (label, link) in labels.items():
        values = split.of(period, (value,))
        cells = tuple(_figure(look, code, period, values.get(code)) for code in codes)
        if any(cell.value for cell in cells):
            rows.append(MatrixRow(label, link, cells))
    total = evaluate(look.catalogue, asked, look.where).of(period)
    sums = tuple(_figure(look, code, period, total.get(code)) for code in codes)
    return Matrix(
        section.heading,
        section.rows,
        section.row_heading,
        _named(look, period),
        tuple(
            MatrixColumn(c.number, c.heading, c.group, c.formula, c.indicator)
            for c in section.columns
        ),
        tuple(rows),
        MatrixRow("Tổng số", "", sums),
    )


def _labels(dimension: str, values: list[object]) -> dict[object, tuple[str, str]]:
    """Each value with its name and the word its link carries, in reading order."""
    if dimension == "unit":
        nodes = unit_tree().nodes
        units = sorted((nodes[v] for v in values if isinstance(v, int)), key=lambda u: u.sort_key)
        return {unit.id: (_unit_label(unit), unit.code) for unit in units}
    names = labels_of(dimension, values)
    ordered = sorted(names.items(), key=lambda item: sort_key(item[1]))
    return {value: (name, str(value)) for value, name in ordered}


def _unit_label(unit: UnitNode) -> str:
    """Offices by their short name, for a narrow column; communes and wards by their full one."""
    return unit.short_name if unit.kind in ("office", "desk", "group") else unit.name


def _trend(look: Look, section: TrendSection) -> TrendChart:
    trend = monthly(look.catalogue, section.book, section.indicators, look.whole, look.where)
    lines = tuple(
        TrendLine(code, look.catalogue.name(code), trend.counts[code])
        for code in section.indicators
    )
    return TrendChart(section.heading, tuple(_named(look, m) for m in trend.months), lines)
