"""What is said of rounds in which ours and a peer were measured in turn: arithmetic only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

NEAR = 0.05
"""Within this part of a limit two decimals would hide on which side a ratio lies."""


@dataclass(frozen=True)
class Limit:
    """What a ratio must reach, or must not pass where `most` is set."""

    value: float
    most: bool = False

    def is_kept(self, ratio: float) -> bool:
        return ratio <= self.value if self.most else ratio >= self.value

    def shown(self, ratio: float) -> str:
        """The ratio with two decimals, three near the limit."""
        near = abs(ratio - self.value) < NEAR * self.value
        return f"{ratio:.3f}" if near else f"{ratio:.2f}"


@dataclass(frozen=True)
class Rounds:
    """Ours and the peer's figure (a rate, or seconds) of each round."""

    ours: Sequence[float]
    peers: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        return [mine / other for mine, other in zip(self.ours, self.peers, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: what slowed the machine slowed both of a round."""
        return median(self.ratios)

    def verdict(self, what: str, limit: Limit) -> tuple[bool, str]:
        """Whether the limit is kept, and one line that says so with every round's ratio."""
        kept = limit.is_kept(self.ratio)
        each = ", ".join(map(limit.shown, self.ratios))
        return kept, (
            f"{what}: {limit.shown(self.ratio)} (rounds {each}; limit {'<=' if limit.most else '>='} "
            f"{limit.value:g}), {'passed' if kept else 'FAILED'}"
        )


def in_turn(
    ours: Callable[[], float], peer: Callable[[], float], rounds: int, warm: bool = False
) -> Rounds:
    """Measure both `rounds` times, one after the other in every round.

    With `warm` a round goes before that does not count.
    """
    if warm:
        ours(), peer()
    pairs = [(ours(), peer()) for _ in range(rounds)]
    return Rounds([pair[0] for pair in pairs], [pair[1] for pair in pairs])
