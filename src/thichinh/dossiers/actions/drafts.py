"""What a citizen has typed and added so far, kept until it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Attachment, Draft
from thichinh.foundation import clock, storage
from thichinh.foundation.errors import Missing, NotAllowed, Refused
from thichinh.foundation.models import StoredFile
from thichinh.procedures import queries as catalogue
from thichinh.procedures.rules import clean_draft

UPLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes of one file; the form says so beside the button."""
FILES_LIMIT = 30
_SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


@transaction.atomic
def save_draft(
    actor: Actor, procedure: str, answers: Mapping[str, object], receiving_unit: str = ""
) -> Draft:
    """Keep what was typed, unchecked; one draft per person and procedure."""
    if actor.account_id is None:
        raise NotAllowed(_("Hãy đăng nhập để lưu bản nháp."))
    version = catalogue.definition_for(procedure, clock.today())
    unit = unit_tree(actor.epoch).by_code.get(receiving_unit)
    draft, _created = Draft.objects.update_or_create(
        account_id=actor.account_id,
        procedure_id=version.procedure_id,
        defaults={
            "answers": clean_draft(version.definition, answers),
            "receiving_unit_id": unit.id if unit else None,
            "updated_at": clock.now(),
        },
    )
    return draft


def add_file(
    actor: Actor, draft: Draft, paper: str, name: str, chunks: Iterable[bytes]
) -> Attachment:
    """Stream a file to the store and hang it on the draft. PDF, JPEG and PNG only.

    The kind is read from the content, not from the name. Raises Refused with what to do instead.
    """
    if draft.account_id != actor.account_id:
        raise Missing()
    if draft.attachments.count() >= FILES_LIMIT:
        raise Refused(
            _("Một hồ sơ nhận tối đa %(most)s tệp. Hãy gộp các trang vào một PDF.")
            % {"most": FILES_LIMIT}
        )
    stored = store_upload(actor, chunks)
    with transaction.atomic():
        if not Draft.objects.select_for_update().filter(pk=draft.pk).exists():
            raise Missing(_("Bản nháp này không còn: có thể hồ sơ đã được nộp ở cửa sổ khác."))
        _touch(draft)
        return Attachment.objects.create(
            draft=draft, paper=paper[:60], name=name[:255], file=stored
        )


def store_upload(actor: Actor, chunks: Iterable[bytes]) -> StoredFile:
    """Stream a PDF, JPEG or PNG to the store; Refused says what to do with anything else."""
    if not actor.is_signed_in:
        raise NotAllowed(_("Hãy đăng nhập để gửi tệp."))
    kind, content = _recognised(chunks)
    return storage.store(content, kind, limit=UPLOAD_LIMIT)


@transaction.atomic
def remove_file(actor: Actor, draft: Draft, attachment_id: int) -> None:
    """Take a file off the draft again."""
    if draft.account_id != actor.account_id:
        raise Missing()
    draft.attachments.filter(pk=attachment_id).delete()
    _touch(draft)


@transaction.atomic
def discard_draft(actor: Actor, draft: Draft) -> None:
    """Throw the draft away, at the citizen's wish."""
    if draft.account_id != actor.account_id:
        raise Missing()
    draft.delete()


def _touch(draft: Draft) -> None:
    """What was read back before is no longer what would be sent."""
    draft.updated_at = clock.now()
    draft.save(update_fields=["updated_at"])


def _recognised(chunks: Iterable[bytes]) -> tuple[str, Iterable[bytes]]:
    iterator = iter(chunks)
    head = next(iterator, b"")
    if not head:
        raise Refused(_("Tệp rỗng. Hãy chọn lại tệp khác."))
    for signature, kind in _SIGNATURES.items():
        if head.startswith(signature):
            return kind, _joined(head, iterator)
    raise Refused(_("Chỉ nhận tệp PDF hoặc ảnh JPG, PNG. Hãy chụp lại hoặc lưu thành PDF."))


def _joined(head: bytes, rest: Iterable[bytes]) -> Iterable[bytes]:
    yield head
    yield from rest
