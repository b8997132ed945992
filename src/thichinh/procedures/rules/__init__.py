"""The law of the catalogue: pure functions over definitions and values; they raise Refused."""

from __future__ import annotations

from thichinh.procedures.rules.comparing import Difference, differences, merged
from thichinh.procedures.rules.listed_rows import ListedRow, read_listed_row
from thichinh.procedures.rules.papers import check_papers
from thichinh.procedures.rules.performing import competent_unit
from thichinh.procedures.rules.phrases import fee_phrase, term_phrase
from thichinh.procedures.rules.portal_files import PortalFile, open_portal_file

__all__ = [
    "Difference",
    "ListedRow",
    "PortalFile",
    "check_papers",
    "competent_unit",
    "differences",
    "fee_phrase",
    "merged",
    "open_portal_file",
    "read_listed_row",
    "term_phrase",
]
