"""Writes of the one-stop shop: `perform` does any verb of `rules/verbs.py`."""

from thichinh.dossiers.actions.drafts import (
    FILES_LIMIT,
    UPLOAD_LIMIT,
    ChangedElsewhere,
    add_file,
    discard_draft,
    forget_old_drafts,
    remove_file,
    save_draft,
    store_upload,
)
from thichinh.dossiers.actions.following import (
    follow_assignment,
    follow_detached,
    transfer_waiting,
)
from thichinh.dossiers.actions.intake import (
    FileIn,
    Request,
    receive_dossier,
    submit_dossier,
)
from thichinh.dossiers.actions.performing import DOSSIER_ACTS, perform

__all__ = [
    "DOSSIER_ACTS",
    "FILES_LIMIT",
    "UPLOAD_LIMIT",
    "ChangedElsewhere",
    "FileIn",
    "Request",
    "add_file",
    "discard_draft",
    "follow_assignment",
    "follow_detached",
    "forget_old_drafts",
    "perform",
    "receive_dossier",
    "remove_file",
    "save_draft",
    "store_upload",
    "submit_dossier",
    "transfer_waiting",
]
