"""Run once in the new town's own process: its people, their tokens, what they will ask for."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

COMMUNES = 2
"""Few receiving units, so that many clients want a number of the same series at once."""


@dataclass(frozen=True)
class Cast:
    """Tokens of those who act, and the bodies they send."""

    citizens: list[str]
    clerks: list[str]
    leader: str
    online: list[dict[str, Any]]
    walk_in: list[dict[str, Any]]


def make(citizens: int, clerks: int) -> Cast:
    """Schema, definitions, a clock standing in June 2022, and accounts with tokens."""
    from tests import measured_town

    measured_town.prepare()
    codes = [unit.code for unit in measured_town.communes()[:COMMUNES]]
    return Cast(
        citizens=[caller.token for caller in measured_town.citizens(citizens)],
        clerks=[caller.token for caller in measured_town.officials(clerks, "clerk")],
        leader=measured_town.officials(1, "unit-leader")[0].token,
        online=[measured_town.online_body(code) for code in codes],
        walk_in=[_walk_in(code) for code in codes],
    )


def _walk_in(unit: str) -> dict[str, Any]:
    from tests import measured_town
    from thichinh.procedures import queries as catalogue

    definition = catalogue.definition_for("khai-sinh", measured_town.MORNING.date()).definition
    papers = {paper.code: 1 for paper in definition.papers if paper.required}
    return {"procedure": definition.code, "receiving_unit": unit, "papers": papers}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(make(int(sys.argv[1]), int(sys.argv[2])))))
