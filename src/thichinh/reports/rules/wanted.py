"""Which indicators a report's definition asks for."""

from __future__ import annotations

from thichinh.reports.models.definition import (
    FiguresSection,
    MatrixSection,
    ReportDefinition,
    TextSection,
)
from thichinh.reports.rules.text import figures_in


def indicators_of(definition: ReportDefinition) -> list[str]:
    """Every indicator that its keys, text and tables need, each once."""
    codes = list(definition.keys)
    for section in definition.sections:
        match section:
            case TextSection(text=text):
                codes += [slot.name for slot in figures_in(text)]
            case FiguresSection(indicators=indicators):
                codes += indicators
            case MatrixSection(columns=columns):
                codes += [column.indicator for column in columns]
            case _:
                continue
    return list(dict.fromkeys(codes))
