"""The law of lost property: its verbs, and how each moves a thing through the book."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from tests.tenant.models import Thing
from thichinh.accounts.rules.permissions import Permission
from thichinh.foundation import acts
from thichinh.foundation.acts import Field, RowCase, RowOutcome, Said, Verb
from thichinh.foundation.errors import Refused
from thichinh.notifications.rules import KindGroup, NotificationKind, Variable
from thichinh.stocks.rules import Move

BOOK = SUBJECT = "lost_property"
STOCKS = ("outside", "kept", "claimed", "handed_over", "auctioned", "given_up", "sale")
OUTSIDE, SALE = STOCKS.index("outside"), STOCKS.index("sale")
"""The others have the numbers of the states."""
KEPT_FOR = timedelta(days=365)
"""Civil Code 2015, article 230: what nobody claims within a year of the notice is disposed of."""
State, HERE = Thing.State, acts.Place("the unit that keeps it", lambda thing: thing.unit_id)
VIEW, KEEP, DISPOSE = "lost_property.view", "lost_property.keep", "lost_property.dispose"
PERMISSIONS = (
    Permission(VIEW, _("Xem đồ thất lạc")),
    Permission(KEEP, _("Nhận, trả đồ thất lạc")),
    Permission(DISPOSE, _("Bán đấu giá, nộp Nhà nước đồ thất lạc")),
)
CLAIMED = NotificationKind(
    code="lost_property.claimed",
    title=_("Đã xác nhận đồ là của bạn"),
    group=KindGroup("lost_property", _("Đồ của tôi")),
    audience="citizen",
    channels=("email",),
    default=("email",),
    variables=(Variable("number", "its number", True), Variable("unit", "who keeps it", True)),
)


def moves(thing: Thing, source: int, at: datetime) -> tuple[Move, ...]:
    """What the book writes when a thing came to its state. One that is sold leaves with its value and
    comes back as its proceeds."""
    if thing.state != State.AUCTIONED or thing.proceeds is None:
        return (Move(at, source, thing.state, thing.value),)
    left = (Move(at, source, SALE, thing.value), Move(at, SALE, OUTSIDE, thing.value))
    return (*left, Move(at, OUTSIDE, State.AUCTIONED, thing.proceeds))


def _goes(to: int, after: timedelta, case: RowCase[Thing], said: Said) -> RowOutcome:
    """The law of a verb: what was said of the thing is kept, and no one disposes of it too early."""
    if case.at < case.row.recorded_at + after:
        raise Refused(_("Đồ chưa được giữ đủ một năm từ ngày thông báo; hãy chờ chủ đến nhận."))
    return RowOutcome(case.at, to, said)


def _verb(
    code: str, label: Any, icon: str, by: str, to: int, doc: str, *asks: Field, source: int = State.KEPT,
    after: timedelta = timedelta(), **more: Any,
) -> Verb[Any, Any]:  # fmt: skip
    return Verb(
        subject=SUBJECT, code=code, label=label, done=label, icon=icon, states=(source,), to=(to,),
        rule=partial(_goes, to, after), authority=(acts.Authority(by, HERE),), api=acts.Operation(doc),
        form=acts.Form(f"Lost_{code}", asks), buttons=(acts.Button(asks=tuple(f.code for f in asks)),),
        article="Civil Code 2015, article 230", book=(f"{STOCKS[source]} → {STOCKS[to]}",), **more,
    )  # fmt: skip


_OWNER = Field(code="claimant", kind="identity_number", label=_("Số định danh của người nhận"),
               missing=_("Hãy ghi số định danh của người nhận."))  # fmt: skip
_PROOF = Field(code="proof", label=_("Bằng chứng là chủ"),
               missing=_("Hãy ghi người nhận chứng minh thế nào."))  # fmt: skip
_MONEY = Field(code="proceeds", kind="money", label=_("Tiền thu được (đồng)"),
               missing=_("Hãy ghi số tiền thu được."))  # fmt: skip
VERBS = (
    _verb("claim", _("Xác nhận chủ"), "user-check", KEEP, State.CLAIMED, "Its owner is known.",
          _OWNER, _PROOF, message=CLAIMED.code),
    _verb("hand_over", _("Trả chủ"), "checks", KEEP, State.HANDED_OVER, "Its owner has it.",
          source=State.CLAIMED),
    _verb("reject", _("Bỏ xác nhận chủ"), "arrow-back-up", KEEP, State.KEPT, "Not the owner.",
          source=State.CLAIMED, weight="danger"),
    _verb("auction", _("Bán đấu giá"), "coin", DISPOSE, State.AUCTIONED, "Sold, for these dong.",
          _MONEY, after=KEPT_FOR, weight="other"),
    _verb("give_up", _("Nộp Nhà nước"), "building", DISPOSE, State.GIVEN_UP, "It is the state's.",
          after=KEPT_FOR, weight="danger"),
)  # fmt: skip
