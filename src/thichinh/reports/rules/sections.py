"""What the sections of a report need: indicators, and paragraphs that officials write."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from thichinh.foundation.errors import Refused
from thichinh.reports.models.definition import (
    FiguresSection,
    MatrixSection,
    NarrativeSection,
    ReportDefinition,
    TextSection,
)
from thichinh.reports.rules.text import figures_in

LONGEST = 20_000


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


def narrative_keys(definition: ReportDefinition) -> list[str]:
    """The paragraphs a report leaves to officials, in order."""
    return [s.key for s in definition.sections if isinstance(s, NarrativeSection)]


def check_paragraphs(definition: ReportDefinition, paragraphs: Mapping[str, str]) -> None:
    """Raises Refused for a paragraph the report does not have, or one that is too long."""
    known = set(narrative_keys(definition))
    problems = {key: _("Báo cáo này không có mục đó.") for key in paragraphs if key not in known}
    for key, text in paragraphs.items():
        if len(text) > LONGEST:
            problems[key] = _("Dài quá %(longest)s ký tự. Hãy viết gọn lại.") % {"longest": LONGEST}
    if problems:
        raise Refused(_("Chưa lưu được phần thuyết minh."), **problems)
