"""The arithmetic and the verdicts of the benches, and what each asks for."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from benchmarks._rounds import Limit, Rounds, in_turn
from benchmarks.mixed import searched
from benchmarks.report import FIGURES, counted


def test_the_median_of_the_ratios_counts_and_a_noisy_round_does_not() -> None:
    rounds = Rounds([50.0, 10.0, 46.0], [100.0, 100.0, 100.0])
    assert rounds.ratio == pytest.approx(0.46)
    assert rounds.verdict("x", Limit(0.45))[0]
    assert not rounds.verdict("x", Limit(0.47))[0]


def test_each_round_is_held_against_the_peer_of_the_same_round() -> None:
    slowed = Rounds([50.0, 5.0, 50.0], [100.0, 10.0, 100.0])
    assert slowed.ratios == [0.5, 0.5, 0.5]


def test_a_limit_from_below_and_one_from_above() -> None:
    assert Limit(0.45).is_kept(0.45)
    assert not Limit(0.45).is_kept(0.4499)
    assert Limit(1.3, most=True).is_kept(1.3)
    assert not Limit(1.3, most=True).is_kept(1.3001)


def test_near_a_limit_three_decimals_say_on_which_side() -> None:
    assert Limit(0.45).shown(0.4494) == "0.449"
    assert Limit(0.45).shown(0.61) == "0.61"
    kept, line = Rounds([0.4494], [1.0]).verdict("submit", Limit(0.45))
    assert not kept
    assert line == "submit: 0.449 (rounds 0.449; limit >= 0.45), FAILED"


def test_rounds_take_turns_and_the_warm_one_does_not_count() -> None:
    calls: list[str] = []

    def figure(name: str, value: float) -> float:
        calls.append(name)
        return value

    rounds = in_turn(lambda: figure("ours", 1.0), lambda: figure("peer", 2.0), 2, warm=True)
    assert calls == ["ours", "peer"] * 3
    assert rounds.ratios == [0.5, 0.5]


def test_the_mix_searches_by_a_name_and_not_by_digits() -> None:
    assert searched("Nguyễn An Bình 00012") == "nguyen an binh"


def test_the_counted_figures_are_all_ten() -> None:
    figures = counted((4, 6, 3, 2, 1, 7, 5, 2))
    assert set(figures) == set(FIGURES)
    assert figures["received_total"] == 10
    assert figures["resolved_on_time_pct"] == 66.67


@pytest.mark.parametrize("name", ["batch_import", "mixed", "pages", "report", "submit"])
def test_the_first_line_of_a_bench_names_its_limit_for_the_help(name: str) -> None:
    page = import_module(f"benchmarks.{name}").__doc__ or ""
    assert re.search(r"[<>]= [\d.]+", page.partition("\n")[0])
