"""Lists as declarations: columns, filters, order, pages, saved views, mass acts, export, one template.

An app writes a `Listing` and one view that calls `list_page`; everything a list can do comes with it.
"""

from thichinh.foundation.listing.declaring import (
    Column,
    Listing,
    MassAct,
    MassResult,
    NewRow,
    Picked,
    Reader,
    Shelf,
)
from thichinh.foundation.listing.page import list_page

__all__ = [
    "Column",
    "Listing",
    "MassAct",
    "MassResult",
    "NewRow",
    "Picked",
    "Reader",
    "Shelf",
    "list_page",
]
