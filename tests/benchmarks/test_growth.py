"""The table and the verdict of `bench growth`, and which pages it opens."""

from __future__ import annotations

import subprocess
import sys

import pytest
from benchmarks._ratios import Compared

from benchmarks import _ratios, _registered
from thichinh.launcher.testing import ROOT


def page(address: str, *ratios: float) -> Compared:
    """A page whose rounds have these ratios, each of twenty calls of one length."""
    compared = Compared("staff", address)
    for ratio in ratios:
        compared.add([0.100] * 20, [0.100 * ratio] * 20)
    return compared


def test_the_95th_of_100_calls_counts_and_not_the_slowest() -> None:
    assert _ratios.p95([n / 1000 for n in range(100, 0, -1)]) == 0.095
    assert _ratios.p95([1.0] * 19 + [9.0]) == 1.0
    assert _ratios.p95([1.0] * 18 + [8.0, 9.0]) == 8.0
    assert _ratios.p95([3.0]) == 3.0


def test_one_noisy_round_fails_no_page_and_growth_in_most_rounds_does() -> None:
    assert page("/a/", 1.0, 9.0, 1.1).ratio == pytest.approx(1.1)
    assert not _ratios.passed([page("/a/", 1.0, 1.4, 1.5)], 1.3)
    assert _ratios.passed([page("/a/", 1.0, 9.0, 1.1)], 1.3)


def test_rounds_that_disagree_about_the_limit_ask_for_more() -> None:
    assert page("/a/", 1.0, 1.4, 1.5).is_close(1.3)
    assert not page("/a/", 1.4, 1.5).is_close(1.3)
    assert not page("/a/", 1.0, 1.1).is_close(1.3)


def test_a_slow_tail_counts_although_the_usual_call_is_quick() -> None:
    compared = Compared("staff", "/a/")
    compared.add([0.100] * 20, [0.100] * 18 + [0.200] * 2)
    assert compared.usual == pytest.approx(1.0)
    assert not _ratios.passed([compared], 1.3)


def test_the_table_has_ratios_only_with_the_worst_first_and_a_verdict() -> None:
    lines = _ratios.table([page("/ho-so/", 1.0), page("/viec/", 1.5)], 1.3)
    assert lines == [
        "viewer   page       p95  usual",
        "staff    /viec/   1.500  1.500  OVER",
        "staff    /ho-so/  1.000  1.000",
        "equal: the p95 of both towns differ by less than 5 ms",
        "2 pages, worst 1.500 (limit 1.3), 1 over: FAILED",
    ]


def test_what_differs_by_less_than_the_floor_is_equal_and_the_table_says_so() -> None:
    quick = Compared("staff", "/a/", [([0.010] * 20, [0.0149] * 20)])
    slower = Compared("staff", "/b/", [([0.010] * 20, [0.0151] * 20)])
    assert _ratios.passed([quick], 1.3)
    assert not _ratios.passed([quick, slower], 1.3)
    lines = _ratios.table([quick, slower], 1.3)
    assert lines[1:3] == [
        "staff    /b/  1.510  1.510  OVER",
        "staff    /a/  1.490  1.490  equal",
    ]
    assert lines[-1] == "2 pages, worst 1.510 (limit 1.3), 1 over: FAILED"


def test_rounds_within_the_floor_do_not_disagree() -> None:
    quick = Compared("staff", "/a/", [([0.010] * 20, [0.010 * n] * 20) for n in (1.0, 1.4, 1.2)])
    assert not quick.is_close(1.3)


def test_a_page_at_the_limit_passes_and_nothing_measured_does_not() -> None:
    level = Compared("staff", "/a/", [([1.0], [1.25])])
    assert _ratios.passed([level], 1.25)
    assert "passed" in _ratios.verdict([level], 1.25)
    assert not _ratios.passed([], 1.3)
    assert "FAILED" in _ratios.verdict([], 1.3)


def test_the_pages_are_those_that_the_house_registers() -> None:
    official = _registered.addresses({"official"}, {"<str:number>": "X-1"})
    assert {"/ho-so/", "/viec/", "/quay/", "/nguoi-dan/", "/ho-so/X-1/"} <= set(official)
    assert not [address for address in official if "<" in address]
    assert "/thu-tuc/" in _registered.addresses({"public"}, {})
    assert "/ho-so-cua-toi/" in _registered.addresses({"citizen"}, {})


def test_a_page_brings_its_own_tabs_and_what_cannot_be_opened_is_left_out() -> None:
    town = {
        "/a/": (200, "text/html; charset=utf-8", '<a href="?x=1&amp;y=2"><a href="/b/?z=1">'),
        "/a/?x=1&y=2": (200, "text/html", '<a href="?x=3">'),
        "/post/": (405, "text/html", ""),
        "/file.pdf": (200, "application/pdf", ""),
    }
    wanted = ["/a/", "/post/", "/file.pdf"]
    assert _registered.opened_by(wanted, town.__getitem__, 8) == ["/a/", "/a/?x=1&y=2"]
    assert _registered.opened_by(wanted, town.__getitem__, 0) == ["/a/"]


def test_a_page_that_fails_stops_the_measuring() -> None:
    with pytest.raises(RuntimeError, match="/a/: 500"):
        _registered.opened_by(["/a/"], lambda address: (500, "text/html", ""), 8)


def test_help_names_every_benchmark_with_what_it_measures() -> None:
    command = [sys.executable, "-m", "thichinh.launcher.cli", "bench", "--help"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "growth        How much slower every page is in a bigger town" in told
    assert "pages " in told
