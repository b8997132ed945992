"""How a dossier comes in: online by the citizen, or through the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from thichinh.accounts.actions import upsert_person
from thichinh.accounts.models import Person
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import Actor, PersonFacts, UnitNode, UnitTree
from thichinh.dossiers.actions.numbering import give_numbers
from thichinh.dossiers.actions.performing import DOSSIER_ACTS
from thichinh.dossiers.actions.writing import moment_of, write
from thichinh.dossiers.models import Attachment, Dossier, Draft
from thichinh.dossiers.rules import acts, record
from thichinh.dossiers.rules.acts import Outcome
from thichinh.foundation import calendar, clock, storage
from thichinh.foundation.errors import NotAllowed, Refused
from thichinh.foundation.forms import check_answers
from thichinh.foundation.idempotency import one_act
from thichinh.foundation.rows import insert_row, insert_rows
from thichinh.procedures import queries as catalogue
from thichinh.procedures.models import ProcedureDefinition
from thichinh.procedures.rules import check_papers


@dataclass(frozen=True, slots=True)
class FileIn:
    """A file already in the store, handed in for one paper."""

    paper: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for: a procedure, where, in which channel, with which content.

    `papers` are what the desk has counted in its hands; online, the files say what there is.
    """

    procedure: str
    receiving_unit: str
    channel: int = Dossier.Channel.DIRECT
    answers: Mapping[str, object] = field(default_factory=dict)
    papers: Mapping[str, object] = field(default_factory=dict)
    files: Sequence[FileIn] = ()


@one_act
def submit_dossier(actor: Actor, request: Request, draft: Draft | None = None) -> Dossier:
    """A citizen files online for themselves; the desk will accept or refuse it.

    Raises Refused naming each wrong answer or missing paper, NotAllowed for who is no citizen.
    """
    actor.require("dossier.file")
    if actor.person_id is None:
        raise NotAllowed(_("Hãy đăng nhập bằng tài khoản công dân để nộp hồ sơ trực tuyến."))
    opened = _opened(actor, request)
    if not opened.definition.online:
        raise Refused(
            _(
                "Thủ tục này chưa nhận hồ sơ trực tuyến. Hãy đến nơi tiếp nhận hồ sơ để nộp trực tiếp."
            )
        )
    opened.dossier.applicant_id = actor.person_id
    opened.dossier.channel = Dossier.Channel.ONLINE
    opened.dossier.answers = check_answers(opened.definition.questions, request.answers)
    opened.dossier.papers = check_papers(opened.definition, _handed_in(request.files, draft))
    dossier = _write_new(
        actor, opened, lambda at: acts.submit(opened.dossier, calendar.current(), at)
    )
    _attach(actor, dossier, request.files, draft)
    return dossier


@one_act
def receive_dossier(
    actor: Actor,
    request: Request,
    applicant: PersonFacts | None = None,
    applicant_id: int | None = None,
) -> Dossier:
    """The desk takes in a walk-in or a posted dossier, registers it and starts its clock.

    The applicant is a known person (`applicant_id`), or facts that find or make one. The desk
    looks at the papers; it need not type what the paper form already says, so answers may be few.
    """
    opened = _opened(actor, request)
    dossier = opened.dossier
    actor.require("dossier.receive", dossier.receiving_unit_id)
    if request.channel not in (Dossier.Channel.DIRECT, Dossier.Channel.POSTAL):
        raise Refused(channel=_("Tại quầy chỉ nhận hồ sơ trực tiếp hoặc qua bưu chính."))
    if request.channel == Dossier.Channel.POSTAL and not opened.definition.postal_allowed:
        raise Refused(channel=_("Thủ tục này phải nộp trực tiếp, không nhận qua bưu chính."))
    if applicant is not None:
        dossier.applicant_id = upsert_person(actor, applicant, applicant_id).pk
    elif applicant_id is not None:
        dossier.applicant_id = _known_person(applicant_id)
    else:
        raise Refused(full_name=_("Hãy nhập họ tên người nộp, hoặc chọn một người đã có."))
    dossier.channel = request.channel
    if request.answers:
        dossier.answers = check_answers(opened.definition.questions, request.answers)
    dossier.papers = check_papers(opened.definition, request.papers)
    dossier = _write_new(
        actor,
        opened,
        lambda at: acts.receive(dossier, opened.definition, calendar.current(), at),
        register=True,
    )
    _attach(actor, dossier, request.files, None)
    return dossier


@dataclass(frozen=True, slots=True)
class _Opened:
    dossier: Dossier
    definition: ProcedureDefinition
    tree: UnitTree


def _opened(actor: Actor, request: Request) -> _Opened:
    """A dossier not yet written: its procedure in force today, its units, its papers."""
    version = catalogue.definition_for(request.procedure, clock.today())
    definition = version.definition
    if not catalogue.is_offered(definition, clock.today()):
        raise Refused(procedure=_("Cơ quan không nhận thủ tục này. Hãy chọn thủ tục khác."))
    tree = unit_tree(actor.epoch)
    receiving = tree.by_code.get(request.receiving_unit)
    if receiving is None or not _receives(tree, receiving, definition):
        raise Refused(receiving_unit=_("Hãy chọn nơi tiếp nhận hồ sơ của thủ tục này."))
    if not receiving.is_valid(clock.today()):
        raise Refused(
            receiving_unit=_("%(name)s không còn hoạt động. Hãy chọn nơi khác.")
            % {"name": receiving.name}
        )
    competent = tree.nodes[catalogue.competent_unit_id(definition, receiving.id, actor.epoch)]
    if not competent.is_valid(clock.today()):
        raise Refused(
            _("%(name)s, nơi giải quyết thủ tục này, không còn hoạt động. Hãy báo cán bộ quản trị.")
            % {"name": competent.name}
        )
    dossier = record.new_dossier(
        procedure_id=version.procedure_id,
        definition_id=version.version_id,
        unit_id=competent.id,
        receiving_unit_id=receiving.id,
    )
    return _Opened(dossier, definition, tree)


def _receives(tree: UnitTree, unit: UnitNode, definition: ProcedureDefinition) -> bool:
    """Whether the unit takes in what has this level, today or on the last day it existed."""
    day = clock.today() if unit.is_valid(clock.today()) else unit.valid_to or unit.valid_from
    return tree.receives(unit.id, day) == definition.level


def _write_new(
    actor: Actor,
    opened: _Opened,
    plan: Callable[[datetime], Outcome],
    *,
    register: bool = False,
) -> Dossier:
    """Number it, look at the clock, write it: who has the later number came in later.

    The numbers are taken last of all that can fail by itself: whoever comes next waits for them.
    """
    dossier, day = opened.dossier, clock.today()
    give_numbers(opened.tree, [(dossier, day)], [(dossier, day.year)] if register else [])
    outcome = plan(moment_of(day))
    record.apply(dossier, outcome)
    dossier.pk = insert_row(Dossier, record.DOSSIER_FIELDS, record.dossier_row(dossier))
    write(actor, dossier, opened.definition, outcome, 0, new=True)
    DOSSIER_ACTS.tell(actor, outcome.verb, dossier, outcome)
    return dossier


def _handed_in(files: Sequence[FileIn], draft: Draft | None) -> Counter[str]:
    """Online, a paper is there when at least one file was added for it, and only then."""
    papers = [file.paper for file in files]
    if draft is not None:
        papers += list(draft.attachments.values_list("paper", flat=True))
    return Counter(filter(None, papers))


def _known_person(person_id: int) -> int:
    if not Person.objects.filter(pk=person_id).exists():
        raise Refused(
            applicant_id=_("Không tìm thấy người này trong sổ. Hãy tìm lại, hoặc nhập mới.")
        )
    return person_id


def _attach(actor: Actor, dossier: Dossier, files: Sequence[FileIn], draft: Draft | None) -> None:
    if files:
        kinds = _kinds_of_sent(actor, files)
        rows = [
            (dossier.pk, f.paper, storage.file_name(f.name, kinds[f.sha256]), f.sha256)
            for f in files
        ]
        insert_rows(Attachment, ("dossier", "paper", "name", "file"), rows)
    if draft is not None:
        draft.attachments.update(dossier=dossier, draft=None)
        draft.delete()


def _kinds_of_sent(actor: Actor, files: Sequence[FileIn]) -> dict[str, str]:
    """The kind of each file named. Who names one must have sent it before: knowing a hash gives
    nobody a stranger's paper. A file that is named stays from now on. Raises Refused.
    """
    named = {file.sha256 for file in files}
    kinds = storage.lock_sent(named, actor.account_id)
    if kinds.keys() != named:
        raise Refused(files=_("Có tệp chưa được gửi lên. Hãy gửi tệp trước rồi nộp hồ sơ."))
    return kinds
