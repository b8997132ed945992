"""Plan an invented town's dossiers so that its books balance to published margins exactly.

Pure and deterministic: the same margins, catalogue, units and seed give the same stories. Counts
come from `flow`; here each dossier of a course gets a procedure and a day of receipt from the
windows in which the *calendar's own* due instant falls where the course wants it. Nothing is tried
and thrown away, and no due instant is chosen.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from typing import Any

from thichinh.example.rules.days import Days, Law, cumulative
from thichinh.example.rules.flow import Course, plan_flow
from thichinh.example.rules.margins import Margins, truths
from thichinh.example.rules.times import Times
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import vn_number

DIRECT, ONLINE, POSTAL = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one procedure as the plan sees it.

    `unit`: code of the competent unit, None for the commune that receives it. `at_town`: received
    by the town's desk, else by a commune. `since`, `until`: first and last day of receipt under
    this version. `weight`: how often it is asked for; `slowness`: how much more often than others
    it is late. `in_person`: the applicant has to appear, so it can never come online.
    """

    code: str
    term: Hashable
    unit: str | None = None
    at_town: bool = False
    online: bool = False
    postal: bool = False
    in_person: bool = False
    weight: float = 1.0
    slowness: float = 1.0
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Town:
    """The receiving units: communes with a weight by size, and the town's desk."""

    communes: tuple[tuple[str, float], ...]
    desk: str


@dataclass(frozen=True, slots=True)
class Story:
    """One dossier from receipt to result; instants are aware, in the town's own time.

    `applicant` numbers a person among the residents of commune `residence`. `period` is that of
    receipt (0: before the first); `timing` is early, on_time, late, open_not_due or open_overdue,
    at the end of the whole span. `transferred_at` is None where that lies after the span.
    """

    ordinal: int
    procedure: str
    unit: str
    receiving_unit: str
    residence: str
    applicant: int
    channel: int
    submitted_at: datetime
    received_at: datetime
    due_at: datetime
    transferred_at: datetime | None
    resolved_at: datetime | None
    returned_at: datetime | None
    period: int
    timing: str


def plan(
    margins: Margins, catalogue: Sequence[Entry], town: Town, law: Law, seed: int = 0
) -> list[Story]:
    """Every dossier of the span in order of submission. Raises Refused naming the identity."""
    starts = [*(p.start for p in margins.periods), margins.periods[-1].end + timedelta(days=1)]
    days = Days(law, starts)
    for term in {entry.term: None for entry in catalogue}:
        days.learn(term)
    planner = _Planner(margins, catalogue, town, days, _generator(margins, seed))
    return planner.stories()


def standing(story: Story, moment: datetime) -> str:
    """Where a dossier stands in the books just before an instant; 'outside' before its receipt."""
    if story.received_at >= moment:
        return "outside"
    if story.resolved_at is None or story.resolved_at >= moment:
        return "not_due" if story.due_at >= moment else "overdue"
    return timing(story.due_at, story.resolved_at)


def timing(due_at: datetime, resolved_at: datetime) -> str:
    """Before the due day is early, on it and not after the due instant on time, else late."""
    if resolved_at > due_at:
        return "late"
    return "early" if resolved_at.date() < due_at.date() else "on_time"


def _generator(margins: Margins, seed: int) -> random.Random:
    return random.Random(sha256(f"{seed}|{margins!r}".encode()).digest())


@dataclass(slots=True)
class _Mix:
    """Procedures that can meet a course, with running weights and windows of days."""

    entries: list[Entry]
    windows: list[tuple[int, int]]
    sums: list[float]


class _Planner:
    """State of one planning run; used once."""

    def __init__(
        self, margins: Margins, catalogue: Sequence[Entry], town: Town, days: Days,
        rng: random.Random,
    ) -> None:  # fmt: skip
        self.margins, self.catalogue, self.days, self.rng = margins, list(catalogue), days, rng
        self.truths = truths(margins)
        self.town = town
        self.communes = [code for code, _ in town.communes]
        self.commune_sums = list(accumulate(weight for _, weight in town.communes))
        self.times = Times(days, rng)
        self.target = list(days.weights)
        self.sums = cumulative(self.target)
        self.population = max(1, self._total() * 11 // (20 * len(self.communes)))
        self.online: list[Entry] = []
        self.made: list[tuple[Any, ...]] = []
        self.used = [0] * len(days.days)

    def stories(self) -> list[Story]:
        flow = plan_flow(self.truths, self._possible)
        online, forced = self._online_counts(flow)
        for course in sorted(flow, key=_constrained_first):
            if _ordinary(course):
                continue
            self._make(course, flow[course], online.get(course, 0), forced.get(course, []))
        for course in flow:
            if _ordinary(course):
                self._level(course, flow[course])
                self._make(course, flow[course], online.get(course, 0), forced.get(course, []))
        self.made.sort()
        return [Story(at, *story[2:]) for at, story in enumerate(self.made, 1)]

    def _total(self) -> int:
        return self.truths[0].opening + sum(truth.new for truth in self.truths)

    def _possible(self, course: Course) -> bool:
        return any(
            low < high for low, high in (self._window(entry, course) for entry in self.catalogue)
        )

    def _window(self, entry: Entry, course: Course) -> tuple[int, int]:
        """Days on which a dossier of this version, received, meets this course."""
        low, high = self.days.window(entry.term, course)
        first, last = self.days.between(entry.since, entry.until)
        low, high = max(low, first), min(high, last)
        return low, max(low, high)

    # --- which dossiers come online -------------------------------------------------------

    def _online_counts(
        self, flow: dict[Course, int]
    ) -> tuple[dict[Course, int], dict[Course, list[Entry]]]:
        """Online dossiers per resolved course, and the procedures that must appear in each."""
        wanted = self.margins.online.resolved
        self.online = self._online_entries(flow)
        mixes = {f: self._mix(f, self.online) for f in flow if not f.is_open and wanted}
        room = {course: flow[course] for course, mix in mixes.items() if mix.entries}
        if sum(room.values()) < wanted:
            raise _online_refusal(wanted, sum(room.values()))
        forced: dict[Course, list[Entry]] = {}
        for code in dict.fromkeys(entry.code for entry in self.online) if wanted else ():
            course, entry = _roomiest(room, forced, mixes, code)
            forced.setdefault(course, []).append(entry)
        counts = {course: len(entries) for course, entries in forced.items()}
        left = wanted - sum(counts.values())
        weights = {
            course: (count - counts.get(course, 0)) * (0.6 + 0.4 * course.closed)
            for course, count in room.items()
        }
        total = sum(weights.values()) or 1.0
        for course, weight in weights.items():
            share = min(room[course] - counts.get(course, 0), int(left * weight / total))
            counts[course] = counts.get(course, 0) + share
        for course in sorted(room, key=lambda f: (-room[f], f)):
            more = min(room[course] - counts[course], wanted - sum(counts.values()))
            counts[course] += more
        return counts, forced

    def _online_entries(self, flow: dict[Course, int]) -> list[Entry]:
        """The versions of the procedures through which dossiers come online. Raises Refused.

        Those most asked for; where these cannot carry as many dossiers as were resolved online,
        those that can carry most come first.
        """
        used, wanted = self.margins.online.used, self.margins.online.resolved
        offered = _offered(self.catalogue, used)
        codes = _most_asked_first(offered)
        reach = {code: self._reach(offered, code, flow) for code in codes}
        if _carried(codes[:used], reach, flow) < wanted:
            codes = _widest_first(codes, reach, flow)
        return [e for e in offered if e.code in codes[:used]]

    def _reach(self, offered: Sequence[Entry], code: str, flow: dict[Course, int]) -> set[Course]:
        """The courses of resolved dossiers that some version which comes online can meet."""
        versions = [e for e in offered if e.code == code]
        windows = {f: [self._window(e, f) for e in versions] for f in flow if not f.is_open}
        return {
            course for course, found in windows.items() if any(low < high for low, high in found)
        }

    # --- dossiers of one course -------------------------------------------------------------

    def _mix(self, course: Course, entries: Sequence[Entry]) -> _Mix:
        sums = self.sums
        mix = _Mix([], [], [])
        weights = []
        for entry in entries:
            low, high = self._window(entry, course)
            if low < high:
                mix.entries.append(entry)
                mix.windows.append((low, high))
                slow = entry.slowness ** _drag(course, self.days.periods)
                weights.append(entry.weight * slow * max(sums[high] - sums[low], 1e-9))
        mix.sums = list(accumulate(weights))
        return mix

    def _make(self, course: Course, count: int, online: int, forced: list[Entry]) -> None:
        """Append `count` stories, the first `online` of them filed online."""
        if not count:
            return
        for entry in forced:
            self._add_story(course, entry, self._window(entry, course), ONLINE)
        self._draw(course, online - len(forced), self.online, ONLINE)
        self._draw(course, count - online, self.catalogue, DIRECT)

    def _draw(self, course: Course, count: int, entries: Sequence[Entry], channel: int) -> None:
        if count <= 0:
            return
        mix = self._mix(course, entries)
        total, uniform = mix.sums[-1], self.rng.random
        for _ in range(count):
            at = min(bisect_right(mix.sums, uniform() * total), len(mix.entries) - 1)
            self._add_story(course, mix.entries[at], mix.windows[at], channel)

    def _add_story(
        self, course: Course, entry: Entry, window: tuple[int, int], channel: int
    ) -> None:
        if channel == DIRECT and entry.postal and self.rng.random() < 0.01:
            channel = POSTAL
        commune = self._commune()
        at = self._day(window, course.origin != course.closed)
        self.used[at] += 1
        moments = self.times.of(course, entry, at, channel == ONLINE)
        self.made.append((
            moments.submitted, len(self.made), entry.code, entry.unit or commune,
            self.town.desk if entry.at_town else commune, commune,
            int(self.population * self.rng.random() ** 1.5), channel,
            moments.submitted, moments.received, moments.due, moments.transferred,
            moments.resolved, moments.returned, course.origin,
            self._timing(moments.due, moments.resolved),
        ))  # fmt: skip

    def _day(self, window: tuple[int, int], lately: bool) -> int:
        """A day of a window by weight; what outlives its period was mostly received late in it."""
        low, high = window
        chance = self.rng.random()
        if lately:
            chance = max(chance, self.rng.random())
        mass = self.sums[low] + chance * (self.sums[high] - self.sums[low])
        return min(max(bisect_right(self.sums, mass) - 1, low), high - 1)

    def _timing(self, due: datetime, resolved: datetime | None) -> str:
        if resolved is not None:
            return timing(due, resolved)
        return "open_not_due" if due >= self.days.starts[-1] else "open_overdue"

    def _commune(self) -> str:
        sums = self.commune_sums
        at = bisect_right(sums, self.rng.random() * sums[-1])
        return self.communes[min(at, len(sums) - 1)]

    def _level(self, course: Course, count: int) -> None:
        """Let the ordinary dossiers fill each day up to its share of the period."""
        low, high = self.days.edges[course.origin], self.days.edges[course.origin + 1]
        used = self.used[low:high]
        weights = self.days.weights[low:high]
        scale = (count + sum(used)) / sum(weights)
        for at, weight in enumerate(weights):
            self.target[low + at] = max(weight * scale - used[at], 0.1 * weight * scale, 1e-6)
        self.sums = cumulative(self.target)


def _drag(course: Course, periods: int) -> float:
    """How much slowness counts: fully for what is late or overdue, a little for what waits."""
    if course.late or (course.is_open and course.due <= periods):
        return 1.0
    return 0.3 if course.is_open else 0.0


def _ordinary(course: Course) -> bool:
    """Received and resolved on time within one period: the many that nothing constrains."""
    return course.origin == course.closed and not course.late


def _constrained_first(course: Course) -> tuple[bool, Course]:
    return (not course.is_open, course)


def _roomiest(
    room: dict[Course, int], forced: dict[Course, list[Entry]], mixes: dict[Course, _Mix], code: str
) -> tuple[Course, Entry]:
    """The course with most room left in which a procedure can appear. Raises Refused."""
    able = [
        (room[course] - len(forced.get(course, [])), course, entry)
        for course in room
        for entry in mixes[course].entries
        if entry.code == code
    ]
    left, course, entry = max(able, default=(0, None, None), key=lambda found: found[0])
    if course is None or entry is None or left <= 0:
        identity = "every procedure with online dossiers resolves at least one of them"
        sentence = f"Khối online: không hồ sơ nào có thể đi qua thủ tục {code}."
        raise Refused(sentence, **{identity: sentence})
    return course, entry


def _offered(catalogue: Sequence[Entry], used: int) -> list[Entry]:
    """The versions that can come online in an authority with `used` online procedures in use.

    Where it had more of them than our catalogue offers online, the most asked for of the others
    that need nobody's presence stand for the rest. Raises Refused when there are not so many.
    """
    online = [e for e in catalogue if e.online]
    codes = {e.code for e in online}
    lacking = used - len(codes)
    if lacking <= 0:
        return online
    able = [e for e in catalogue if e.code not in codes and not e.in_person]
    further = _most_asked_first(able)
    if lacking > len(further):
        raise _too_few_offered(used, len(codes) + len(further))
    return [*online, *(e for e in able if e.code in further[:lacking])]


def _most_asked_first(entries: Sequence[Entry]) -> list[str]:
    weights = {e.code: e.weight for e in entries}
    return sorted(weights, key=lambda code: (-weights[code], code))


def _carried(codes: Sequence[str], reach: dict[str, set[Course]], flow: dict[Course, int]) -> int:
    """How many resolved dossiers could have come through any of these procedures."""
    return sum(flow[course] for course in set().union(*(reach[code] for code in codes)))


def _widest_first(
    codes: Sequence[str], reach: dict[str, set[Course]], flow: dict[Course, int]
) -> list[str]:
    """Each next procedure is the one that adds most to what those before it can carry."""
    chosen: list[str] = []
    left = list(codes)
    while left:
        best = max(left, key=lambda code: _carried([*chosen, code], reach, flow))
        chosen.append(best)
        left.remove(best)
    return chosen


def _too_few_offered(used: int, offered: int) -> Refused:
    identity = "level3_procedures_with_online_dossiers <= procedures the catalogue can offer online"
    sentence = (
        f"Khối online: {used} thủ tục có hồ sơ trực tuyến nhưng danh mục chỉ có {offered} thủ tục "
        "không cần người nộp có mặt."
    )
    return Refused(sentence, **{identity: sentence})


def _online_refusal(wanted: int, room: int) -> Refused:
    identity = "level3_online_dossiers_resolved <= dossiers the online procedures can have"
    sentence = (
        f"Khối online: {vn_number(wanted)} hồ sơ trực tuyến đã giải quyết, nhưng các thủ tục trực "
        f"tuyến chỉ có thể có {vn_number(room)} hồ sơ."
    )
    return Refused(sentence, **{identity: sentence})
