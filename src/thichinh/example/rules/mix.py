"""From the mix of the example town and the catalogue to what the planner draws from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from thichinh.example.rules.plan import Entry, Town
from thichinh.foundation.calendar import WorkTerm
from thichinh.foundation.errors import Refused
from thichinh.procedures.models import COMMITTEE, ProcedureDefinition


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of procedures, slowness of fields, sizes of communes; see `definitions/demo`."""

    procedures: Mapping[str, float]
    otherwise: float
    slowness: Mapping[str, float]
    communes: Mapping[str, float]
    desk: str


def read_mix(content: Any) -> Mix:
    """The mix from its parsed YAML. Raises Refused."""
    try:
        return Mix(
            {str(code): float(share) for code, share in content["procedures"].items()},
            float(content["otherwise"]),
            {str(code): float(factor) for code, factor in content["slowness"].items()},
            {str(code): float(size) for code, size in content["communes"].items()},
            str(content["desk"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(f"Tệp cơ cấu của thị xã mẫu không đọc được: {error}.") from error


def town_of(mix: Mix, units: Iterable[str]) -> Town:
    """The receiving units that exist. Raises Refused when the desk or every commune is missing."""
    known = set(units)
    communes = tuple((code, size) for code, size in mix.communes.items() if code in known)
    if mix.desk not in known or not communes:
        raise Refused("Chưa có cây đơn vị của thị xã mẫu. Hãy chạy: ./thichinh definitions load")
    return Town(communes, mix.desk)


def entries_of(mix: Mix, versions: Iterable[ProcedureDefinition]) -> list[Entry]:
    """One entry per version of each procedure, in force until the next one begins.

    Years before the catalogue begins are replayed under the earliest version we hold.
    """
    by_code: dict[str, list[ProcedureDefinition]] = {}
    for version in versions:
        by_code.setdefault(version.code, []).append(version)
    entries: list[Entry] = []
    for code in sorted(by_code):
        chain = sorted(by_code[code], key=lambda v: (v.effective_from, v.version))
        followers = [*(v.effective_from for v in chain[1:]), None]
        for at, (version, follower) in enumerate(zip(chain, followers, strict=True)):
            if follower is None or follower > version.effective_from:
                since = version.effective_from if at else None
                entries.append(_entry(mix, version, since, follower))
    return entries


def _entry(
    mix: Mix, version: ProcedureDefinition, since: date | None, follower: date | None
) -> Entry:
    last = [version.effective_to, follower - timedelta(days=1) if follower else None]
    return Entry(
        code=version.code,
        term=WorkTerm(version.term.unit, version.term.amount),
        unit=None if version.authority == COMMITTEE else version.authority,
        at_town=version.level == "district",
        online=version.online,
        postal=version.postal_allowed,
        in_person=version.requires_presence,
        weight=mix.procedures.get(version.code, mix.otherwise),
        slowness=mix.slowness.get(version.field, 1.0),
        since=since,
        until=min((day for day in last if day is not None), default=None),
    )
