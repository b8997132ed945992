"""How many dossiers share each course, so that every period balances to its margins exactly.

A course says in which period a dossier was received, in which its due instant falls, and in which
(and how) it was resolved. Dossiers move through the two open stocks, not due and overdue, from one
period's end to the next; this module decides the counts and nothing else. Where figures cannot be
met by any dossiers under the terms of the catalogue, it refuses and names the identity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from thichinh.example.rules.margins import Truth
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import vn_date, vn_number


@dataclass(frozen=True, slots=True, order=True)
class Course:
    """One class of dossiers. Periods count from 1; 0 lies before the first period.

    `due`: the period in which the due instant falls, one past the last for "after the end";
    -1 where only "not before it is resolved" is asked. `closed`: the period it was resolved in,
    0 for still open at the end.
    """

    origin: int
    due: int
    closed: int
    late: bool

    @property
    def is_open(self) -> bool:
        return self.closed == 0


Possible = Callable[[Course], bool]


def on_time(origin: int, closed: int) -> Course:
    return Course(origin, -1, closed, late=False)


def late(origin: int, due: int, closed: int) -> Course:
    return Course(origin, due, closed, late=True)


def still_open(origin: int, due: int) -> Course:
    return Course(origin, due, 0, late=False)


@dataclass(slots=True)
class _Stock:
    """Open dossiers at a period's end: not due by origin, overdue by (origin, due period)."""

    not_due: Counter[int]
    overdue: Counter[tuple[int, int]]
    lost: Counter[tuple[int, int]] = field(default_factory=Counter)
    courses: Counter[Course] = field(default_factory=Counter)


def plan_flow(truths: Sequence[Truth], possible: Possible) -> dict[Course, int]:
    """Counts per course for all periods. Raises Refused where the catalogue cannot produce them.

    The margins do not say how much of the opening stock was overdue already, so several shares
    are tried, the most plausible first.
    """
    refusal: Refused | None = None
    for overdue in _opening_overdue(truths[0]):
        try:
            return _flow(truths, possible, overdue)
        except Refused as error:
            refusal = refusal or error
    assert refusal is not None
    raise refusal


def _opening_overdue(first: Truth) -> Iterable[int]:
    most = min(first.opening, first.late + first.overdue)
    likely = min(first.opening // 8, first.late // 4)
    return dict.fromkeys((likely, min(most, first.late), most, 0))


def _flow(truths: Sequence[Truth], possible: Possible, overdue: int) -> dict[Course, int]:
    stock = _Stock(
        Counter({0: truths[0].opening - overdue}), Counter({(0, 0): overdue} if overdue else {})
    )
    last = len(truths)
    for period, truth in enumerate(truths, 1):
        _step(stock, period, last, truth, possible)
        if truth.lost > stock.lost.total():
            stock.lost.update(stock.overdue)
            stock.overdue.clear()
    for origin, count in stock.not_due.items():
        stock.courses[still_open(origin, last + 1)] += count
    for (origin, due), count in (stock.overdue + stock.lost).items():
        stock.courses[still_open(origin, due)] += count
    return {course: count for course, count in sorted(stock.courses.items()) if count}


def _step(stock: _Stock, period: int, last: int, truth: Truth, possible: Possible) -> None:
    """Carry the stock through one period and add that period's new dossiers."""
    new_late = possible(late(period, period, period))
    new_overdue = possible(still_open(period, period))
    new_waits = _waits(period, period, last, possible)
    staying = _overdue_staying(stock, truth)
    late_left = truth.late - (stock.overdue.total() - staying)
    overdue_left = truth.overdue - stock.lost.total() - staying
    open_before = stock.not_due.total()
    can_late = _able(stock, lambda origin: possible(late(origin, period, period)))
    can_fall = _able(stock, lambda origin: possible(still_open(origin, period)))
    can_wait = _able(stock, lambda origin: _waits(origin, period, last, possible))
    bounds = {
        "on_time": (0, truth.on_time, open_before),
        "late": (0 if new_late else late_left, min(late_left, can_late),
                 min(late_left // 2, open_before // 8)),
        "overdue": (0 if new_overdue else overdue_left, min(overdue_left, can_fall),
                    min(overdue_left // 10, open_before // 100)),
        "waiting": (0 if new_waits else truth.not_due, min(truth.not_due, can_wait), 0),
    }  # fmt: skip
    shares = _spread(open_before, bounds, truth)
    _leave_overdue(stock, period, stock.overdue.total() - staying)
    kept = _take(stock, shares["waiting"], lambda o: _waits(o, period, last, possible), young=True)
    fallen = _take(stock, shares["overdue"], lambda o: possible(still_open(o, period)))
    slow = _take(stock, shares["late"], lambda o: possible(late(o, period, period)))
    for origin, count in slow.items():
        stock.courses[late(origin, period, period)] += count
    for origin, count in stock.not_due.items():
        stock.courses[on_time(origin, period)] += count
    for origin, count in fallen.items():
        stock.overdue[origin, period] += count
    stock.not_due = kept
    stock.courses[on_time(period, period)] += truth.on_time - shares["on_time"]
    stock.courses[late(period, period, period)] += late_left - shares["late"]
    stock.overdue[period, period] += overdue_left - shares["overdue"]
    stock.not_due[period] += truth.not_due - shares["waiting"]


def _waits(origin: int, period: int, last: int, possible: Possible) -> bool:
    """Whether a dossier of `origin` can still be not due when `period` ends."""
    course = on_time(origin, period + 1) if period < last else still_open(origin, last + 1)
    return possible(course)


def _able(stock: _Stock, test: Callable[[int], bool]) -> int:
    return sum(count for origin, count in stock.not_due.items() if count and test(origin))


def _overdue_staying(stock: _Stock, truth: Truth) -> int:
    """How many of the overdue dossiers at the start are still open at the end. Raises Refused."""
    before = stock.overdue.total()
    after = truth.overdue - stock.lost.total()
    least, most = max(0, before - truth.late), min(before, after)
    if least > most:
        raise _refusal(
            truth, "overdue carried over <= resolved_late + in_progress_overdue",
            f"{vn_number(before)} hồ sơ đã quá hạn từ đầu kỳ chỉ có thể giải quyết quá hạn "
            f"({vn_number(truth.late)}) hoặc vẫn quá hạn cuối kỳ ({vn_number(after)})",
        )  # fmt: skip
    return min(max(before // 10, least), most, max(least, after // 3))


def _spread(total: int, bounds: dict[str, tuple[int, int, int]], truth: Truth) -> dict[str, int]:
    """Divide the dossiers open and not due at the start among what becomes of them."""
    for name, (least, most, _) in bounds.items():
        if least > most:
            raise _too_short(truth, name)
    shares = {name: min(max(want, low), high) for name, (low, high, want) in bounds.items()}
    surplus = sum(shares.values()) - total
    for name in ("on_time", "overdue", "late", "waiting"):
        least, most, _ = bounds[name]
        change = min(max(-surplus, least - shares[name]), most - shares[name])
        shares[name] += change
        surplus += change
    if surplus > 0:
        name = max(bounds, key=lambda share: bounds[share][0])
        raise _too_short(truth, name)
    if surplus < 0:
        raise _refusal(
            truth, "carried_over <= resolved + in_progress_overdue",
            f"{vn_number(total)} hồ sơ chưa đến hạn từ đầu kỳ phải đến hạn trong kỳ, nhưng giải "
            f"quyết và quá hạn cuối kỳ không đủ chỗ cho {vn_number(-surplus)} hồ sơ; không thủ tục "
            f"nào có thời hạn dài hơn cả kỳ",
        )  # fmt: skip
    return shares


def _leave_overdue(stock: _Stock, period: int, count: int) -> None:
    """Resolve `count` overdue dossiers late, the oldest first."""
    for key in sorted(stock.overdue, key=lambda pair: (pair[1], pair[0])):
        taken = min(count, stock.overdue[key])
        origin, due = key
        stock.courses[late(origin, due, period)] += taken
        stock.overdue[key] -= taken
        count -= taken


def _take(
    stock: _Stock, count: int, test: Callable[[int], bool], *, young: bool = False
) -> Counter[int]:
    """Take `count` dossiers not due out of the stock, from origins that pass the test."""
    taken: Counter[int] = Counter()
    for origin in sorted(stock.not_due, reverse=young):
        if count and stock.not_due[origin] and test(origin):
            taken[origin] = min(count, stock.not_due[origin])
            stock.not_due[origin] -= taken[origin]
            count -= taken[origin]
    if count:
        raise Refused(
            f"Không xếp được {vn_number(count)} hồ sơ chuyển kỳ vào thời hạn của các thủ tục."
        )
    return taken


_SHORT = {
    "late": ("resolved_late", "vừa quá hạn vừa được giải quyết"),
    "overdue": ("in_progress_overdue", "quá hạn"),
    "waiting": ("in_progress_not_due", "còn chưa đến hạn khi hết kỳ"),
    "on_time": ("resolved_on_time", "được giải quyết đúng hạn"),
}


def _too_short(truth: Truth, name: str) -> Refused:
    key, words = _SHORT[name]
    return _refusal(
        truth, f"{key} fits the length of the period and the terms of the catalogue",
        f"hồ sơ nhận mới không kịp {words}, mà hồ sơ chuyển kỳ không đủ để có {key} như công bố",
    )  # fmt: skip


def _refusal(truth: Truth, identity: str, words: str) -> Refused:
    sentence = f"Kỳ {vn_date(truth.start)}–{vn_date(truth.end)}: không thể có {identity}: {words}."
    return Refused(sentence, **{identity: sentence})
