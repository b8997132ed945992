"""Pages of the books."""

from thichinh.stocks.views.correcting import correct
from thichinh.stocks.views.pages import corrections, items, owed, trial

__all__ = ["correct", "corrections", "items", "owed", "trial"]
