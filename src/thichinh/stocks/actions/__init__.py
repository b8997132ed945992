"""Writing the books: post, schedule, correct; fold what was written; prove it all again."""

from thichinh.stocks.actions.correcting import correct
from thichinh.stocks.actions.folding import fold, prove, rebuild
from thichinh.stocks.actions.leaves import forget_cells, leaf_of, open_leaves
from thichinh.stocks.actions.posting import (
    GRACE,
    MOVEMENT_FIELDS,
    SCHEDULE_FIELDS,
    post,
    post_due,
)

__all__ = [
    "GRACE",
    "MOVEMENT_FIELDS",
    "SCHEDULE_FIELDS",
    "correct",
    "fold",
    "forget_cells",
    "leaf_of",
    "open_leaves",
    "post",
    "post_due",
    "prove",
    "rebuild",
]
