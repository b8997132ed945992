"""Acts on dossiers: one public function per verb, one transaction each."""

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
    expect_revision,
    follow_assignment,
    follow_detached,
    settle_dossier,
    transfer_waiting,
)
from thichinh.dossiers.actions.intake import (
    FileIn,
    Request,
    accept_dossier,
    receive_dossier,
    refuse_dossier,
    submit_dossier,
)
from thichinh.dossiers.actions.processing import (
    advance_dossier,
    assign_dossier,
    decide_dossier,
    return_result,
    transfer_dossier,
    withdraw_dossier,
)

__all__ = [
    "FILES_LIMIT",
    "UPLOAD_LIMIT",
    "ChangedElsewhere",
    "FileIn",
    "Request",
    "accept_dossier",
    "add_file",
    "advance_dossier",
    "assign_dossier",
    "decide_dossier",
    "discard_draft",
    "expect_revision",
    "follow_assignment",
    "follow_detached",
    "forget_old_drafts",
    "receive_dossier",
    "refuse_dossier",
    "remove_file",
    "return_result",
    "save_draft",
    "settle_dossier",
    "store_upload",
    "submit_dossier",
    "transfer_dossier",
    "transfer_waiting",
    "withdraw_dossier",
]
