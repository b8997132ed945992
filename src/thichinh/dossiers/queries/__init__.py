"""Reads of dossiers; every list starts from what the actor may see."""

from thichinh.dossiers.queries.dossiers import (
    PAGE,
    dossier_of_number,
    hold,
    locked,
    page_of,
    records,
    search,
    timeline,
    tracked,
    visible_to,
)
from thichinh.dossiers.queries.units import organ_of

__all__ = [
    "PAGE",
    "dossier_of_number",
    "hold",
    "locked",
    "organ_of",
    "page_of",
    "records",
    "search",
    "timeline",
    "tracked",
    "visible_to",
]
