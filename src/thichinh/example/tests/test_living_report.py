"""The living report: section 1.3 of the 2022 report computed from the example town's records.

The whole example town is there, and is asked what an authority would ask.
"""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from thichinh.dossiers.models import Dossier
from thichinh.foundation.calendar import Period

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.usefixtures("example_database"),
]
ROOT = Path(__file__).resolve().parents[4]
SEED = ROOT.parent / "shared" / "seed" / "figures.yaml"
Y2021 = ("--from", "2020-12-15", "--to", "2021-12-14")
H2022 = ("--from", "2021-12-15", "--to", "2022-06-14")
BOTH = ("--from", "2020-12-15", "--to", "2022-06-14")
CARRY = "carried_over_is_previous_in_progress"
TOTAL = "total_counts_each_dossier_once"
LOST = {"carried_over", "received_total", "in_progress", "in_progress_overdue"}


def show(*period: str) -> dict[str, Any]:
    out = StringIO()
    call_command("report_show", "one-stop", *period, "--format", "json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def failures(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {i["code"]: i for i in data["identities"] if i["pass"] is False}


def test_the_first_period_is_what_the_report_stated() -> None:
    data = show(*Y2021)
    assert data["published"].keys() == data["difference"].keys()
    assert set(data["difference"].values()) == {0}
    assert {code: data[code] for code in data["published"]} == data["published"]
    assert (data["received_total"], data["received_new"]) == (21003, 19688)
    assert (data["resolved_rate_pct"], data["resolved_late_pct"]) == (98.33, 4.43)
    assert failures(data) == {}


def test_the_second_period_names_the_55_dossiers_that_the_report_lost() -> None:
    data = show(*H2022)
    assert (data["carried_over"], data["received_total"], data["received_new"]) == (
        350,
        18487,
        18137,
    )
    assert (data["in_progress"], data["in_progress_not_due"]) == (1334, 1204)
    assert data["in_progress_overdue"] == 130
    off = {code: n for code, n in data["difference"].items() if n}
    assert {code: n for code, n in off.items() if code in LOST} == dict.fromkeys(LOST, 55)
    assert off.keys() - LOST == {"resolved_rate_pct", "in_progress_pct"}
    assert data["explained_by"] == dict.fromkeys(off, CARRY)
    [broken] = failures(data).values()
    assert (broken["code"], broken["basis"]) == (CARRY, "published")
    assert (broken["left"], broken["right"], broken["difference"]) == (295, 350, -55)
    lost = Dossier.objects.filter(number__in=broken["dossiers"])
    assert len(broken["dossiers"]) == lost.count() == 55
    assert not lost.filter(due_at__gte=Period.of("half_year", 2022).start).exists(), "due before"
    assert not lost.exclude(resolved_at=None).exists(), "they are still open"


def test_over_both_periods_each_dossier_counts_once() -> None:
    data = show(*BOTH)
    assert data["received_new"] == 37825
    assert data["distinct_handled"] == data["received_total"] == 39140
    assert data["total_received_stated"] == 39435
    assert (data["resolved"], data["resolved_on_time"], data["resolved_late"]) == (
        37806, 36558, 1248,
    )  # fmt: skip
    assert data["resolved_on_time_pct"] == 96.7
    broken = failures(data)
    assert broken.keys() == {CARRY, TOTAL}
    assert (broken[TOTAL]["left"], broken[TOTAL]["right"]) == (39435, 39140)
    assert len(broken[TOTAL]["dossiers"]) == 295, "those counted twice"
    assert all(i["pass"] for i in data["identities"] if i["basis"] == "computed")
    assert data == show(*Y2021, *H2022) | {"period": data["period"]}


def test_the_towns_units_add_up_to_the_town() -> None:
    whole = show(*H2022)
    parts = [show(*H2022, "--unit", code) for code in _units()]
    for code in ("received_total", "carried_over", "resolved", "resolved_late", "in_progress"):
        assert sum(part[code] for part in parts) == whole[code], code


def test_a_successor_of_2025_shows_the_figures_of_the_units_it_took_over() -> None:
    """On the ground of 2022: what the old wards and communes decided is the new one's past."""
    counts = ("received_total", "received_new", "resolved", "resolved_late", "in_progress")
    for new, olds in (
        ("sa-huynh-2025", ("pho-thanh", "pho-chau")),
        ("nguyen-nghiem-2025", ("pho-phong", "pho-nhon")),
    ):
        successor = show(*H2022, "--unit", new)
        parts = [show(*H2022, "--unit", old) for old in olds]
        assert successor["received_total"] > 0
        assert {c: successor[c] for c in counts} == {c: sum(p[c] for p in parts) for c in counts}


def _units() -> list[str]:
    rows = Dossier.objects.values_list("unit__code", flat=True).distinct()
    return sorted(rows.order_by())


@pytest.mark.realdata
@pytest.mark.skipif(not SEED.is_file(), reason="the seed lies beside the project")
def test_every_figure_of_the_seed_is_answered() -> None:
    for block in yaml.safe_load(SEED.read_text(encoding="utf-8"))["one_stop"]:
        if "from" not in block:
            assert show(*BOTH)["total_received_stated"] == block["total_received_stated"]
            continue
        data = show("--from", str(block["from"]), "--to", str(block["to"]))
        stated = {k: v for k, v in block.items() if k not in ("period", "from", "to")}
        assert data["published"] == stated
        for code, value in stated.items():
            computed = data[code] - data["difference"][code]
            assert computed == pytest.approx(value), code
