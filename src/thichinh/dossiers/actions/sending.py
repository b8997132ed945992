"""A draft becomes a dossier."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import Actor
from thichinh.dossiers.actions.intake import Request, submit_dossier
from thichinh.dossiers.models import Dossier, Draft
from thichinh.dossiers.rules.filing import stamp_of
from thichinh.foundation.errors import Conflict, Missing

CHANGED = gettext_lazy(
    "Bản nháp đã thay đổi từ khi bạn xem lại, có thể ở một cửa sổ khác. "
    "Hãy xem lại nội dung dưới đây rồi nộp."
)
GONE = gettext_lazy(
    "Bản nháp này không còn. Hãy xem trong mục Hồ sơ của tôi: có thể hồ sơ đã được nộp."
)


@transaction.atomic
def send_draft(actor: Actor, draft_id: UUID, stamp: str) -> Dossier:
    """File what the citizen has read back, and nothing else; the draft is then gone.

    `stamp` says which state of the draft was read. Raises Missing when it is gone or somebody
    else's, Conflict when it was changed meanwhile, Refused naming what is wrong.
    """
    rows = Draft.objects.select_for_update(of=("self",)).select_related("procedure")
    draft = rows.filter(pk=draft_id, account_id=actor.account_id or 0).first()
    if draft is None:
        raise Missing(GONE)
    if stamp_of(draft.updated_at) != stamp:
        raise Conflict(CHANGED)
    node = unit_tree(actor.epoch).nodes.get(draft.receiving_unit_id or 0)
    request = Request(
        procedure=draft.procedure.code,
        receiving_unit=node.code if node else "",
        channel=Dossier.Channel.ONLINE,
        answers=draft.answers,
    )
    return submit_dossier(actor, request, draft)
