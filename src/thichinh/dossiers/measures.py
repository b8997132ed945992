"""What the one-stop shop can count: flows and balances of the book "dossiers".

Withdrawn and stopped dossiers have ended too: in time when they were not yet due or paused, late
when they were overdue. A paused dossier is in progress and not due. What comes from another unit or
procedure (through `transit`) counts as received there, so that each unit's books balance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from thichinh.dossiers.models import Dossier
from thichinh.dossiers.queries import visible_to
from thichinh.dossiers.rules import book
from thichinh.dossiers.rules.book import BOOK, EXPECTED, HISTORY, STOCKS
from thichinh.foundation.text import vn_date
from thichinh.indicators.rules.measures import BalanceMeasure, FlowMeasure
from thichinh.indicators.rules.units import MeasureUnit
from thichinh.procedures.models import Procedure
from thichinh.stocks.queries import RowItems
from thichinh.stocks.rules import Dimension, Grain, Record, StockBook

Channel = Dossier.Channel
OPEN = tuple(STOCKS[stock] for stock in book.OPEN)
IN_TIME = ("not_due", "paused")
BEFORE = ("outside", "awaiting", "refused", "transit")
GIVEN_UP = ("withdrawn", "stopped")


def _pairs(sources: Sequence[str], targets: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((source, target) for source in sources for target in targets)


def _flow(code: str, title: str, pairs: tuple[tuple[str, str], ...], *channels: int) -> FlowMeasure:
    only = {"channel": frozenset(map(int, channels))} if channels else {}
    return FlowMeasure(f"dossiers.{code}", title, BOOK, pairs, only, COUNT.code)


def _balance(
    code: str, title: str, stocks: tuple[str, ...], at: Literal["start", "end"]
) -> BalanceMeasure:
    return BalanceMeasure(f"dossiers.{code}", title, BOOK, stocks, at, unit=COUNT.code)


COUNT = MeasureUnit("dossiers", "hồ sơ", "dossiers", counts=True)
NEW = _pairs(BEFORE, OPEN)
MEASURES = (
    _flow("received_new", "Hồ sơ mới tiếp nhận", NEW),
    _flow("received_new_direct", "Hồ sơ mới tiếp nhận trực tiếp", NEW, Channel.DIRECT),
    _flow("received_new_online", "Hồ sơ mới tiếp nhận trực tuyến", NEW, Channel.ONLINE),
    _flow("received_new_postal", "Hồ sơ mới tiếp nhận qua bưu chính", NEW, Channel.POSTAL),
    _flow("resolved_early", "Hồ sơ giải quyết trước hạn", _pairs(OPEN, ["early"])),
    _flow(
        "resolved_on_due",
        "Hồ sơ giải quyết đúng hạn",
        _pairs(OPEN, ["on_time"]) + _pairs(IN_TIME, GIVEN_UP),
    ),
    _flow(
        "resolved_late",
        "Hồ sơ giải quyết trễ hạn",
        _pairs(OPEN, ["late"]) + _pairs(["overdue"], GIVEN_UP),
    ),
    _flow("withdrawn", "Hồ sơ công dân rút", _pairs((*OPEN, "awaiting"), ["withdrawn"])),
    _flow("stopped", "Hồ sơ dừng giải quyết", _pairs(OPEN, ["stopped"])),
    _flow("refused", "Hồ sơ không được tiếp nhận", _pairs(["outside", "awaiting"], ["refused"])),
    _balance("carried_over", "Hồ sơ từ kỳ trước chuyển sang", OPEN, "start"),
    _balance("in_progress_not_due", "Hồ sơ đang giải quyết chưa đến hạn", IN_TIME, "end"),
    _balance("in_progress_overdue", "Hồ sơ đang giải quyết quá hạn", ("overdue",), "end"),
    _balance("awaiting", "Hồ sơ chờ tiếp nhận", ("awaiting",), "end"),
)


def _channel_names(codes: Iterable[Any]) -> dict[Any, str]:
    known = set(Dossier.Channel.values)
    return {code: str(Dossier.Channel(code).label) for code in codes if code in known}


def _field_names(codes: Iterable[str]) -> dict[str, str]:
    rows = Procedure.objects.filter(field__in=list(codes))
    return dict(rows.values_list("field", "field_name"))


def _procedure_names(codes: Iterable[str]) -> dict[str, str]:
    return dict(Procedure.objects.filter(code__in=list(codes)).values_list("code", "name"))


def _record(dossier: Dossier) -> Record:
    due = f", hẹn trả {vn_date(dossier.due_at)}" if dossier.due_at else ""
    note = f"{dossier.unit.name}; nộp {vn_date(dossier.submitted_at)}{due}"
    return Record(dossier.number, dossier.procedure.name, f"/ho-so/{dossier.number}/", note)


DOSSIERS = StockBook(
    code=BOOK,
    title="Hồ sơ thủ tục hành chính",
    noun=_("hồ sơ"),
    standing=_("Còn nợ"),
    stocks=STOCKS,
    titles={
        "outside": "Bên ngoài",
        "awaiting": "Chờ tiếp nhận",
        "not_due": "Đang giải quyết, trong hạn",
        "overdue": "Đang giải quyết, quá hạn",
        "paused": "Tạm dừng tính hạn",
        "early": "Đã giải quyết trước hạn",
        "on_time": "Đã giải quyết đúng hạn",
        "late": "Đã giải quyết quá hạn",
        "withdrawn": "Đã rút",
        "stopped": "Dừng giải quyết",
        "refused": "Không tiếp nhận",
        "transit": "Chuyển đơn vị giải quyết",
    },
    owed=("awaiting", "not_due", "overdue", "paused"),
    passing=("outside", "transit"),
    dimensions=(
        Dimension("field", _("Lĩnh vực"), _field_names),
        Dimension("procedure", _("Thủ tục"), _procedure_names),
        Dimension("channel", _("Kênh tiếp nhận"), _channel_names, kind=int),
    ),
    grains=(Grain(("field", "channel")), Grain(("channel",), rolled=True)),
    expected=lambda: EXPECTED,
    history=lambda: HISTORY,
    items=RowItems(
        book=BOOK,
        permission="dossier.view",
        seen=visible_to,
        record=_record,
        related=("procedure", "unit"),
    ),
)
