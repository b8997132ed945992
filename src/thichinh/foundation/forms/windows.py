"""One form open in two windows: what each changed, put together without losing an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from thichinh.foundation.forms.kinds import Answer


@dataclass(frozen=True)
class Seen:
    """What a form showed when it was drawn. It travels in the form, so that a change made in
    another window is told from one made here. It is its sender's own word about their own draft.
    """

    account: int
    draft: str
    at: datetime
    answers: Mapping[str, Answer]

    def text(self) -> str:
        """As one field of the form."""
        parts = [self.account, self.draft, self.at.isoformat(), dict(self.answers)]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Seen | None:
        """What `text` wrote; None for anything else."""
        try:
            account, draft, at, answers = json.loads(text)
            return cls(int(account), str(draft), datetime.fromisoformat(at), dict(answers))
        except (ValueError, TypeError):
            return None


@dataclass(frozen=True)
class Combined:
    """Two windows' answers as one; `both` are those that both changed, each in its own way."""

    answers: dict[str, Answer]
    both: frozenset[str]


def combined(
    seen: Mapping[str, Answer], here: Mapping[str, Answer], there: Mapping[str, Answer]
) -> Combined:
    """Each window's own changes to what was seen; where both changed an answer, the one typed here.

    An empty answer, one not there and an unticked box are the same.
    """
    answers: dict[str, Answer] = {}
    both = set()
    for code in [*here, *(code for code in there if code not in here)]:
        base, mine, other = (known.get(code) or None for known in (seen, here, there))
        chosen = here if mine != base or other == base else there
        if mine not in (base, other) and other != base:
            both.add(code)
        if code in chosen:
            answers[code] = chosen[code]
    return Combined(answers, frozenset(both))


def differing(here: Mapping[str, Answer], there: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers there that are others than here; one that was emptied there is ''."""
    codes = {**here, **there}
    return {c: there.get(c, "") for c in codes if (here.get(c) or None) != (there.get(c) or None)}
