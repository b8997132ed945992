"""The slips M01, M05 and the register M06 as PDF, for who may see what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from thichinh.accounts.queries import as_known_to, unit_tree
from thichinh.accounts.rules import Actor, UnitNode, organ_name
from thichinh.dossiers.models import Act, Dossier
from thichinh.dossiers.queries.dossiers import dossier_of_number, is_own, timeline, visible_to
from thichinh.dossiers.rules.numbers import spaced
from thichinh.dossiers.rules.plain import answer_due
from thichinh.dossiers.rules.slips import hand_overs, head_of
from thichinh.foundation import calendar, clock
from thichinh.foundation.calendar import column_moment, form_moment, local_time, start_of
from thichinh.foundation.definitions import content_of
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.pdf import compile_pdf, qr_svg
from thichinh.foundation.text import legal_date_words, vn_number
from thichinh.procedures.models import Paper, ProcedureDefinition
from thichinh.procedures.rules import term_phrase

SHEET = 1000
"""Dossiers of one printed part of a register: two seconds of work, whatever the year holds."""


@dataclass(frozen=True)
class Period:
    """Days of one year that a register prints, both included."""

    first: date
    last: date

    @property
    def year(self) -> int:
        return self.first.year


@dataclass(frozen=True)
class Sheet:
    """One printed part: its place, and the numbers within the year it goes from and to."""

    place: int
    first: int
    last: int


def reception_slip(actor: Actor, number: str, track_url: str) -> bytes:
    """M01 (giấy tiếp nhận hồ sơ và hẹn trả kết quả), A5; before acceptance, a receipt of filing.

    The look-up code opens the dossier to whoever holds it, so it is for the applicant and for the
    desk that hands it out. Raises Missing for who may not see the dossier, Refused when it was never
    taken in.
    """
    dossier = dossier_of_number(actor, number)
    if dossier.received_at is None and dossier.state != Dossier.State.SUBMITTED:
        raise Refused(_("Hồ sơ này không được tiếp nhận nên không có giấy tiếp nhận."))
    definition: ProcedureDefinition = content_of(dossier.definition_id)
    tree = unit_tree(actor.epoch)
    at = dossier.received_at or dossier.submitted_at
    head = head_of(tree.nodes[dossier.receiving_unit_id], tree)
    data = {
        "head": asdict(head),
        "day": legal_date_words(local_time(at)),
        "number": dossier.number,
        "secret": spaced(dossier.secret) if _may_hand_out(actor, dossier) else "",
        "qr": qr_svg(track_url),
        "person": _person(dossier),
        "procedure": definition.name,
        "papers": _papers(dossier, definition),
        "sets": vn_number(definition.copies_of_dossier),
        "term": term_phrase(definition.term),
        "received": form_moment(dossier.received_at),
        "submitted": form_moment(dossier.submitted_at),
        "due": form_moment(dossier.due_at),
        "answer_due": form_moment(answer_due(dossier, calendar.current())),
        "desk": dossier.receiving_unit.desk_name,
        "register": _place_words(dossier),
        "receiver": _receiver(dossier),
    }
    return compile_pdf("dossiers/m01.typ", data, at=at)


def control_slip(actor: Actor, number: str) -> bytes:
    """M05 (phiếu kiểm soát quá trình giải quyết hồ sơ), A4: the chain of hand-overs."""
    dossier = dossier_of_number(actor, number)
    if not actor.may("dossier.view", dossier.receiving_unit_id):  # who took it in signs it too
        actor.require("dossier.view", dossier.unit_id)
    definition: ProcedureDefinition = content_of(dossier.definition_id)
    tree = unit_tree(actor.epoch)
    acts = timeline(dossier)
    rows = hand_overs(dossier, definition, acts, calendar.current())
    at = acts[-1].at if acts else dossier.submitted_at
    data = {
        "head": asdict(head_of(tree.nodes[dossier.receiving_unit_id], tree)),
        "day": legal_date_words(local_time(dossier.received_at or dossier.submitted_at)),
        "number": dossier.number,
        "person": _person(dossier),
        "procedure": definition.name,
        "term": term_phrase(definition.term),
        "received": form_moment(dossier.received_at),
        "due": form_moment(dossier.due_at),
        "rows": [asdict(row) for row in rows],
    }
    return compile_pdf("dossiers/m05.typ", data, at=at)


def _may_hand_out(actor: Actor, dossier: Dossier) -> bool:
    return actor.may("dossier.receive", dossier.receiving_unit_id) or is_own(actor, dossier)


def _person(dossier: Dossier) -> dict[str, str]:
    who = dossier.applicant
    return {
        "name": who.full_name,
        "identity": who.identity_number or who.tax_code,
        "address": who.address,
        "phone": who.phone,
        "email": who.email,
    }


def _papers(dossier: Dossier, definition: ProcedureDefinition) -> list[dict[str, str]]:
    """The papers that came, with how many of each; online a file stands for a paper."""
    online = dossier.channel == Dossier.Channel.ONLINE
    return [
        {"name": paper.name, "kind": _kind(paper, online), "count": vn_number(count)}
        for paper in definition.papers
        if (count := dossier.papers.get(paper.code, 0))
    ]


def _kind(paper: Paper, online: bool) -> str:
    if online:
        return "bản điện tử"
    if paper.original and paper.copies:
        return "bản chính và bản sao"
    return "bản chính" if paper.original else "bản sao"


def _receiver(dossier: Dossier) -> str:
    """The official who took it in."""
    verbs = ("receive", "accept")
    act = Act.objects.filter(dossier=dossier, verb__in=verbs).select_related("account").first()
    return act.account.display_name if act and act.account else ""


def _place_words(dossier: Dossier) -> dict[str, str]:
    """Book and place as they were given when it was taken in; they never change."""
    if dossier.register_number is None:
        return {"book": "", "place": ""}
    return {"book": str(dossier.register_year), "place": f"{dossier.register_number:02d}"}


def whole_year(year: int) -> Period:
    """From 1 January to 31 December."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def register_desks(actor: Actor) -> list[UnitNode]:
    """The desks whose register the actor may print: those existing today first."""
    reach, day = actor.units("dossier.view"), clock.today()
    tree = unit_tree(actor.epoch)
    nodes = [n for n in tree.nodes.values() if n.id in reach]
    desks = [n for n in nodes if tree.receives(n.id, day if n.is_valid(day) else n.valid_from)]
    return sorted(desks, key=lambda n: (not n.is_valid(day), n.sort_key, n.id))


def register_desk(actor: Actor, code: str) -> UnitNode:
    """The desk with this code, or the first the actor may see. Raises Missing."""
    desks = register_desks(actor)
    found = next((desk for desk in desks if desk.code == code), desks[0] if desks else None)
    if found is None or (code and found.code != code):
        raise Missing(_("Không có sổ theo dõi của đơn vị này trong phạm vi bạn được xem."))
    return found


def register_sheets(actor: Actor, desk: UnitNode, period: Period) -> list[Sheet]:
    """The parts the register of a period is printed in, by their numbers within the year."""
    rows = _seen(actor, desk, period).values_list("register_number", flat=True)
    numbers = [number or 0 for number in rows]
    parts = [numbers[first : first + SHEET] for first in range(0, len(numbers), SHEET)]
    return [Sheet(place, part[0], part[-1]) for place, part in enumerate(parts, start=1)]


def register_pdf(actor: Actor, desk: UnitNode, period: Period, sheet: int = 1) -> bytes:
    """M06 (sổ theo dõi hồ sơ), A4 landscape, one sheet of it; 01 is the first of the year."""
    rows = [_register_row(actor, *row) for row in _sheet_rows(actor, desk, period, sheet)]
    data = {
        "head": asdict(head_of(desk, unit_tree(actor.epoch))),
        "unit": desk.name,
        "year": str(period.year),
        "first": legal_date_words(period.first),
        "last": legal_date_words(period.last),
        "day": legal_date_words(min(period.last, clock.today())),
        "whole": period == whole_year(period.year),
        "span": [rows[0][0], rows[-1][0]] if rows else [],
        "rows": rows,
        "total": vn_number(len(rows)),
    }
    return compile_pdf("dossiers/m06.typ", data, at=start_of(period.last), tagged=False)


def _seen(actor: Actor, desk: UnitNode, period: Period) -> QuerySet[Dossier]:
    """The register of a desk for a period of one year, in the order of its numbers."""
    rows = visible_to(actor).filter(receiving_unit_id=desk.id, register_year=period.year)
    if period != whole_year(period.year):
        rows = rows.filter(
            received_at__gte=start_of(period.first),
            received_at__lt=start_of(period.last + timedelta(days=1)),
        )
    return rows.order_by("register_number")


def _sheet_rows(
    actor: Actor, desk: UnitNode, period: Period, sheet: int
) -> Iterator[tuple[Dossier, datetime | None]]:
    """The dossiers of a sheet, each with when it went to the unit that decides."""
    rows = _seen(actor, desk, period).select_related("procedure", "applicant", "unit")
    first = (sheet - 1) * SHEET
    found = list(rows[first : first + SHEET])
    acts = Act.objects.filter(dossier__in=[d.pk for d in found], verb="transfer")
    moved = dict(acts.values_list("dossier_id", "at"))
    return ((dossier, moved.get(dossier.pk)) for dossier in found)


def _register_row(actor: Actor, dossier: Dossier, moved: datetime | None) -> list[Any]:
    who = as_known_to(actor, dossier.applicant)
    return [
        f"{dossier.register_number:02d}",
        dossier.number,
        dossier.procedure.name,
        "1",
        who.full_name,
        ", ".join(filter(None, (who.address, who.phone))),
        organ_name(dossier.unit),
        column_moment(dossier.received_at),
        column_moment(dossier.due_at),
        column_moment(moved),
        column_moment(dossier.resolved_at),
        column_moment(dossier.returned_at),
        "Trực tiếp",
        _remark(dossier),
    ]


def _remark(dossier: Dossier) -> str:
    if dossier.state == Dossier.State.WITHDRAWN:
        return "Người nộp rút"
    if dossier.state == Dossier.State.STOPPED:
        return "Dừng giải quyết"
    if dossier.resolved_at and dossier.due_at and dossier.resolved_at > dossier.due_at:
        return "Quá hạn"
    return "Trực tuyến" if dossier.channel == Dossier.Channel.ONLINE else ""
