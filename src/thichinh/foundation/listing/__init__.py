"""Lists as declarations: columns, filters, order, pages, saved views, mass acts, export, one template.

An app writes a `Listing` and one view that calls `list_page`; everything a list can do comes with it.
"""

from thichinh.foundation.listing.declaring import (
    Column,
    Counts,
    Listing,
    MassAct,
    MassResult,
    NewRow,
    Picked,
    Reader,
    RowAct,
    Shelf,
)
from thichinh.foundation.listing.page import list_page

__all__ = [
    "Column",
    "Counts",
    "Listing",
    "MassAct",
    "MassResult",
    "NewRow",
    "Picked",
    "Reader",
    "RowAct",
    "Shelf",
    "list_page",
]
