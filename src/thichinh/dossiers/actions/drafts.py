"""What a citizen has typed and added so far, kept until it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Attachment, Draft
from thichinh.dossiers.queries import drafts
from thichinh.dossiers.queries.own import sent_lately
from thichinh.dossiers.rules.filing import UNIT
from thichinh.foundation import clock, storage
from thichinh.foundation.errors import Conflict, Missing, NotAllowed, Refused
from thichinh.foundation.forms import Answer, Seen, clean_draft, combined
from thichinh.foundation.models import StoredFile
from thichinh.foundation.uploads import recognised
from thichinh.procedures import queries as catalogue

UPLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes of one file; the form says so beside the button."""
FILES_LIMIT = 30


class ChangedElsewhere(Conflict):
    """Another window of the same person was faster; nothing was saved.

    `there` are the other window's answers to what both changed, `answers` all answers with those
    typed here. `is_gone`: the draft was filed or thrown away there.
    """

    def __init__(
        self, message: str, answers: Mapping[str, Answer], there: Mapping[str, Answer] | None = None
    ) -> None:
        super().__init__(message)
        self.answers = dict(answers)
        self.there = dict(there or {})
        self.is_gone = there is None


@transaction.atomic
def save_draft(
    actor: Actor,
    procedure: str,
    answers: Mapping[str, object],
    receiving_unit: str = "",
    seen: Seen | None = None,
) -> Draft:
    """Keep what was typed, unchecked; one draft per person and procedure.

    `seen` is what the form showed: what another window changed since stays, unless it was changed
    here as well. Raises ChangedElsewhere.
    """
    if actor.account_id is None:
        raise NotAllowed(_("Hãy đăng nhập để lưu bản nháp."))
    if seen is not None and seen.account != actor.account_id:
        raise Conflict(
            _("Trang này được mở bằng một tài khoản khác. Hãy mở lại trang rồi nhập lại.")
        )
    version = catalogue.definition_for(procedure, clock.today())
    here = clean_draft(version.definition.questions, answers) | {UNIT: receiving_unit}
    draft, created = Draft.objects.select_for_update().get_or_create(
        account_id=actor.account_id,
        procedure_id=version.procedure_id,
        defaults={"updated_at": clock.now()},
    )
    if seen is not None:
        _check_it_is_there(actor, procedure, here, draft if not created else None, seen)
    if seen is not None and not created:
        here = _with_the_other(actor, here, draft, seen)
    unit = unit_tree(actor.epoch).by_code.get(str(here.pop(UNIT, "")))
    draft.answers, draft.receiving_unit_id = here, unit.id if unit else None
    _touch(draft, "answers", "receiving_unit")
    return draft


def _check_it_is_there(
    actor: Actor, procedure: str, here: Mapping[str, Answer], draft: Draft | None, seen: Seen
) -> None:
    """A form left open must not begin a new draft of what was filed meanwhile."""
    if draft is not None and seen.draft in ("", str(draft.pk)):
        return
    number = sent_lately(actor, procedure, since=seen.at)
    if number:
        said = _(
            "Hồ sơ này đã được nộp ở cửa sổ khác, mã %(number)s. Nội dung sửa ở đây chưa được lưu "
            "và không vào hồ sơ đã nộp; hãy xem trong Hồ sơ của tôi."
        )
        raise ChangedElsewhere(said % {"number": number}, here)
    if seen.draft:
        raise ChangedElsewhere(
            _("Bản nháp này đã được xoá ở cửa sổ khác. Nội dung nhập ở đây chưa được lưu."), here
        )


def _with_the_other(
    actor: Actor, here: Mapping[str, Answer], draft: Draft, seen: Seen
) -> dict[str, Answer]:
    node = unit_tree(actor.epoch).nodes.get(draft.receiving_unit_id or 0)
    there = draft.answers | {UNIT: node.code if node else ""}
    both = combined(seen.answers, here, there)
    if both.both:
        said = _(
            "Bản nháp này vừa được sửa ở một cửa sổ khác. Nội dung nhập ở đây chưa được lưu: "
            "hãy bấm Lưu nháp để xem những ô hai bên ghi khác nhau."
        )
        other = {code: there.get(code, "") for code in both.both}
        raise ChangedElsewhere(said, both.answers, other)
    return both.answers


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
            draft=draft,
            paper=paper[:60],
            name=storage.file_name(name, stored.media_type),
            file=stored,
        )


def store_upload(actor: Actor, chunks: Iterable[bytes]) -> StoredFile:
    """Stream a PDF, JPEG or PNG to the store; Refused says what to do with anything else."""
    if not actor.is_signed_in:
        raise NotAllowed(_("Hãy đăng nhập để gửi tệp."))
    kind, content = recognised(chunks)
    return storage.store(content, kind.media_type, limit=UPLOAD_LIMIT, sender=actor.account_id)


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


def forget_old_drafts() -> int:
    """Throw away the drafts whose last day to be kept is over; returns how many.

    One by one under its lock, so that one touched just now stays. Their files go with what nothing
    names any more (`storage.forget_unused`).
    """
    old = Draft.objects.filter(updated_at__lt=drafts.kept_since())
    return sum(_forget(draft_id) for draft_id in old.values_list("pk", flat=True))


@transaction.atomic
def _forget(draft_id: UUID) -> bool:
    old = Draft.objects.filter(pk=draft_id, updated_at__lt=drafts.kept_since())
    draft = old.select_for_update(skip_locked=True, of=("self",)).first()
    if draft is not None:
        draft.delete()
    return draft is not None


def _touch(draft: Draft, *changed: str) -> None:
    """What was read back before is no longer what would be sent."""
    draft.updated_at = clock.now()
    draft.save(update_fields=[*changed, "updated_at"])
