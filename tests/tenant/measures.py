"""The book of lost property and what can be counted in it."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tests.tenant import queries
from tests.tenant.models import Thing
from tests.tenant.rules import BOOK, STOCKS, VIEW, State
from thichinh.foundation.calendar import CALENDAR_PERIODS
from thichinh.foundation.text import vn_date, vn_money
from thichinh.indicators.rules.measures import BalanceMeasure, FlowMeasure
from thichinh.indicators.rules.units import MeasureUnit
from thichinh.stocks.queries import RowItems
from thichinh.stocks.rules import Amount, Dimension, Grain, Record, StockBook

UNIT = MeasureUnit("things", "đồ vật", "things", counts=True)
TITLES = {STOCKS[state]: str(state.label) for state in State}
FOUND, SOLD, OPEN = (("outside", "kept"),), (("outside", "auctioned"),), ("kept", "claimed")
COUNTS = (
    ("found", "Đồ nhặt được", FOUND), ("auctioned", "Đồ bán đấu giá", SOLD),
    ("handed_over", "Đồ trả chủ", (("claimed", "handed_over"),)),
    ("given_up", "Đồ nộp Nhà nước", (("kept", "given_up"),)),
)  # fmt: skip
SUMS = (("found_value", "Giá trị đồ nhặt được", FOUND), ("proceeds", "Tiền bán đấu giá", SOLD))
MEASURES = (
    *(FlowMeasure(f"lost.{c}", n, BOOK, p, unit=UNIT.code) for c, n, p in COUNTS),
    *(FlowMeasure(f"lost.{c}", n, BOOK, p, unit="dong", what="amount") for c, n, p in SUMS),
    BalanceMeasure("lost.carried_over", "Đồ giữ từ kỳ trước", BOOK, OPEN, "start", unit=UNIT.code),
    BalanceMeasure("lost.in_keeping", "Đồ đang giữ", BOOK, OPEN, "end", unit=UNIT.code),
)


def _record(thing: Thing) -> Record:
    note = f"{thing.unit.name}; {vn_date(thing.recorded_at)}; {vn_money(thing.value)}"
    link = reverse("lost_property:page", args=[thing.number])
    return Record(thing.number, str(State(thing.state).label), link, note)


THINGS = StockBook(
    code=BOOK,
    title="Đồ thất lạc",
    noun=_("đồ vật"),
    standing=_("Đang giữ"),
    stocks=STOCKS,
    titles=TITLES | {"outside": "Bên ngoài", "sale": "Đưa ra bán"},
    owed=OPEN,
    passing=("outside", "sale"),
    dimensions=(
        Dimension("kind", _("Loại đồ"), queries.names("kind")),
        Dimension("place_kind", _("Nơi nhặt được"), queries.names("place_kind")),
    ),
    grains=(Grain(("kind",), rolled=True),),
    amount=Amount("đồng"),
    periods=CALENDAR_PERIODS,
    items=RowItems(book=BOOK, permission=VIEW, seen=queries.visible_to, record=_record),
    expected=lambda: f"SELECT id AS item, state AS stock FROM {BOOK}_thing WHERE recorded_at <= %s",
)
