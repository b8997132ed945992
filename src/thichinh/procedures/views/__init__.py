"""Pages: the public catalogue, and the national list for the IT officer."""

from __future__ import annotations

from thichinh.procedures.views.catalogue import catalogue, checklist, procedure
from thichinh.procedures.views.choosing import choose
from thichinh.procedures.views.listed import listed, listed_preview, listed_upload

__all__ = [
    "catalogue",
    "checklist",
    "choose",
    "listed",
    "listed_preview",
    "listed_upload",
    "procedure",
]
