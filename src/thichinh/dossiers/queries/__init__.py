"""Reads of dossiers; every list starts from what the actor may see."""

from thichinh.dossiers.queries.dossiers import (
    PAGE,
    applicant_name,
    dossier_of_number,
    hold,
    is_own,
    locked,
    open_since,
    page_of,
    possible_officers,
    processed_by,
    records,
    search,
    timeline,
    told_about,
    tracked,
    visible_to,
)

__all__ = [
    "PAGE",
    "applicant_name",
    "dossier_of_number",
    "hold",
    "is_own",
    "locked",
    "open_since",
    "page_of",
    "possible_officers",
    "processed_by",
    "records",
    "search",
    "timeline",
    "told_about",
    "tracked",
    "visible_to",
]
