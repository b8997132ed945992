"""Requests and moments that the property tests share."""

from __future__ import annotations

from datetime import date, datetime

from thichinh.dossiers.actions import Request
from thichinh.foundation.clock import ZONE
from thichinh.procedures import queries as catalogue

MONDAY = datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)
SINCE = date(2020, 1, 1)


def walk_in_request(procedure: str, unit: str) -> Request:
    """A complete request at the desk."""
    definition = catalogue.definition_for(procedure, MONDAY.date()).definition
    papers: dict[str, object] = {p.code: 1 for p in definition.papers if p.required}
    return Request(procedure, unit, papers=papers)
