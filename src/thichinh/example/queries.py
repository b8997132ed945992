"""What the books say of a loaded town, beside what its margins asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules.book import (
    AWAITING,
    BOOK,
    EARLY,
    LATE,
    NOT_DUE,
    ON_TIME,
    OUTSIDE,
    OVERDUE,
)
from thichinh.example.rules.margins import OnlineMargins, Truth
from thichinh.foundation.calendar import start_of
from thichinh.stocks import queries as books


def counted(truths: Sequence[Truth]) -> list[Truth]:
    """The same figures for the same periods, read from the books."""
    return [_counted(truth) for truth in truths]


def counted_online(offered: int) -> OnlineMargins:
    """Dossiers filed online and resolved, and through how many procedures any came."""
    online = Dossier.objects.filter(channel=Dossier.Channel.ONLINE)
    used = online.order_by().values("procedure").distinct().count()
    return OnlineMargins(offered, used, online.exclude(resolved_at=None).count())


def _counted(truth: Truth) -> Truth:
    start, end = start_of(truth.start), start_of(truth.end + timedelta(days=1))
    before = books.balances(BOOK, start).get((), {})
    after = books.balances(BOOK, end).get((), {})
    flows: Mapping[tuple[int, int], int] = books.flows(BOOK, start, end).get((), {})
    entered = dict.fromkeys((NOT_DUE, EARLY, ON_TIME, LATE), 0)
    for (source, target), count in flows.items():
        if target in entered and (target != NOT_DUE or source in (OUTSIDE, AWAITING)):
            entered[target] += count
    return replace(
        truth,
        opening=before.get(NOT_DUE, 0) + before.get(OVERDUE, 0),
        new=entered[NOT_DUE],
        on_time=entered[EARLY] + entered[ON_TIME],
        late=entered[LATE],
        not_due=after.get(NOT_DUE, 0),
        overdue=after.get(OVERDUE, 0),
    )


def as_json(truth: Truth) -> dict[str, Any]:
    """One period's true figures as JSON."""
    return {
        "from": truth.start.isoformat(),
        "to": truth.end.isoformat(),
        **{key: value for key, value in asdict(truth).items() if isinstance(value, int)},
        "closing": truth.closing,
    }
