"""Reads of dossiers; every list starts from what the actor may see."""

from thichinh.dossiers.queries.dossiers import (
    PAGE,
    applicant_name,
    dossier_of_number,
    is_own,
    lock_all,
    locked,
    open_since,
    page_of,
    possible_officers,
    processed_by,
    records,
    search,
    timeline,
    tracked,
    visible_to,
    with_applicant,
)

__all__ = [
    "PAGE",
    "applicant_name",
    "dossier_of_number",
    "is_own",
    "lock_all",
    "locked",
    "open_since",
    "page_of",
    "possible_officers",
    "processed_by",
    "records",
    "search",
    "timeline",
    "tracked",
    "visible_to",
    "with_applicant",
]
