"""The dated unit tree, as the shipped definitions draw it."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from thichinh.accounts import queries
from thichinh.accounts.models import Unit, UnitSuccession
from thichinh.accounts.models.definition import AuthorityDefinition, UnitTreeDefinition
from thichinh.accounts.rules import SYSTEM
from thichinh.foundation import definitions
from thichinh.foundation.definitions import LoadReport, publish
from thichinh.foundation.definitions.kinds import kind_named
from thichinh.foundation.errors import Missing, Refused

REAL = Path(__file__).parents[5] / "shared/data/units/duc_pho_15_old_wards_to_2025.csv"


def codes(unit_ids: frozenset[int]) -> set[str]:
    return set(Unit.objects.filter(pk__in=unit_ids).values_list("code", flat=True))


def test_the_town_has_eight_wards_seven_communes_twelve_offices_and_a_desk(town):
    below = Unit.objects.filter(path__startswith="quang-ngai/duc-pho/")
    kinds = {
        kind: below.filter(kind=kind).count() for kind in ("ward", "commune", "office", "desk")
    }
    assert kinds == {"ward": 8, "commune": 7, "office": 12, "desk": 1}


@pytest.mark.realdata
@pytest.mark.skipif(not REAL.exists(), reason=f"{REAL} is absent")
def test_area_codes_and_successions_are_the_real_ones(town):
    with REAL.open() as file:
        rows = list(csv.DictReader(file))
    ours = {
        (s.old.area_code, s.old.name, s.new.area_code, s.new.name)
        for s in UnitSuccession.objects.select_related("old", "new").exclude(old__kind="province")
    }
    real = {(r["old_code"], r["old_name"], r["new_ward_code"], r["new_ward_name"]) for r in rows}
    assert ours == real


def test_the_name_nguyen_nghiem_moved_to_another_code(town):
    old, new = Unit.objects.filter(short_name="Nguyễn Nghiêm").order_by("valid_from")
    assert (old.area_code, old.kind) == ("21439", "ward")
    assert (new.area_code, new.kind) == ("21457", "commune")
    assert Unit.objects.get(area_code="21439", valid_from__gt=old.valid_to).name == "Phường Đức Phổ"
    tree = queries.unit_tree()
    assert codes(tree.subtree(new.pk)) == {"nguyen-nghiem-2025", "pho-phong", "pho-nhon"}
    assert old.pk in tree.subtree(tree.by_code["duc-pho-2025"].id)


def test_a_unit_exists_from_its_first_day_to_its_last(town):
    tree = queries.unit_tree()
    last_day, next_day = date(2025, 6, 30), date(2025, 7, 1)
    assert {n.code for n in tree.valid(last_day)} >= {"duc-pho", "pho-an", "duc-pho.tu-phap"}
    assert {n.code for n in tree.valid(next_day)} == {
        "quang-ngai-2025", "duc-pho-2025", "tra-cau-2025", "sa-huynh-2025",
        "nguyen-nghiem-2025", "khanh-cuong-2025",
    }  # fmt: skip
    assert not tree.valid(date(2020, 1, 31))


def test_a_subtree_is_the_unit_and_all_below_it(town):
    tree = queries.unit_tree()
    agencies = tree.subtree(tree.by_code["duc-pho.co-quan"].id)
    assert len(agencies) == 14
    assert "pho-an" not in codes(agencies)
    assert codes(tree.subtree(tree.by_code["pho-an"].id)) == {"pho-an"}


def test_the_new_province_answers_for_everything_it_took_over(town):
    tree = queries.unit_tree()
    assert len(tree.subtree(tree.by_code["quang-ngai-2025"].id)) == Unit.objects.count()


def test_an_unknown_code_is_missing(town):
    with pytest.raises(Missing):
        queries.unit("duc-pho.khong-co")


def _tree(version: int, first_day: str, *units: dict[str, object]) -> UnitTreeDefinition:
    content = {"code": "thu", "version": version, "effective_from": first_day, "title": "Thử"}
    return UnitTreeDefinition.model_validate({**content, "units": units})


def _publish(content: UnitTreeDefinition) -> None:
    publish(kind_named("unit-tree"), content, LoadReport())


A = {"code": "xa-a", "name": "Xã A", "short_name": "A", "kind": "commune"}
B = {"code": "xa-b", "name": "Xã B", "short_name": "B", "kind": "commune"}


def test_a_unit_left_out_of_a_new_version_ends_the_day_before(town):
    _publish(_tree(1, "2021-01-01", A, B))
    _publish(_tree(2, "2022-03-01", {**A, "name": "Xã A lớn", "succeeds": ["xa-b"]}))
    a, b = Unit.objects.get(code="xa-a"), Unit.objects.get(code="xa-b")
    assert (b.valid_from, b.valid_to) == (date(2021, 1, 1), date(2022, 2, 28))
    assert (a.name, a.valid_from, a.valid_to) == ("Xã A lớn", date(2021, 1, 1), None)
    assert UnitSuccession.objects.get(old=b).on == date(2022, 3, 1)


def test_an_older_version_cannot_come_after_a_newer_one(town):
    _publish(_tree(2, "2022-03-01", A))
    with pytest.raises(Refused, match="phiên bản mới hơn"):
        _publish(_tree(1, "2021-01-01", A))


def test_a_successor_of_nobody_known_is_refused(town):
    with pytest.raises(Refused, match="khong-co"):
        _publish(_tree(1, "2021-01-01", {**A, "succeeds": ["khong-co"]}))


def test_a_code_used_twice_is_not_a_tree():
    with pytest.raises(ValueError, match="xa-a"):
        _tree(1, "2021-01-01", A, A)


def test_the_shipped_definitions_publish_once_and_then_change_nothing(town, settings):
    report = definitions.check(settings.DEFINITIONS_ROOT)
    mine = [p for p in report.published if p.startswith(("unit-tree", "role"))]
    wrong = [p for p in report.problems if p.path.startswith(("units/", "roles/"))]
    assert (mine, wrong) == ([], [])


def test_the_tree_is_remembered_until_a_unit_changes(town, django_assert_num_queries):
    tree = queries.unit_tree()
    with django_assert_num_queries(1):  # only the epoch
        assert queries.unit_tree() is tree
    Unit.objects.filter(code="pho-an").update(short_name="P. An")
    assert queries.unit_tree().by_code["pho-an"].short_name == "P. An"


def test_units_to_choose_from_put_the_existing_ones_first(town):
    nodes = queries.unit_choices(SYSTEM, "account.manage", on=date(2022, 1, 1))
    valid = [node.is_valid(date(2022, 1, 1)) for node in nodes]
    assert valid == sorted(valid, reverse=True)


@pytest.mark.parametrize(
    ("code", "day", "level"),
    [
        ("duc-pho.mot-cua", "2022-01-01", "district"),
        ("duc-pho", "2022-01-01", ""),  # it has a desk
        ("pho-an", "2022-01-01", "commune"),
        ("duc-pho.tu-phap", "2022-01-01", ""),
        ("duc-pho.co-quan", "2022-01-01", ""),
        ("duc-pho-2025", "2025-07-01", "commune"),
    ],
)
def test_a_desk_takes_in_for_its_committee_and_a_committee_without_one_for_itself(
    town, code, day, level
):
    tree = queries.unit_tree()
    assert tree.receives(tree.by_code[code].id, date.fromisoformat(day)) == level


def test_a_unit_is_called_as_its_kind_says_on_its_first_day(town):
    old, new = (Unit.objects.get(code=code) for code in ("pho-thanh", "sa-huynh-2025"))
    assert old.organ_name == "Ủy ban nhân dân phường Phổ Thạnh"
    assert old.desk_name == "Bộ phận Tiếp nhận và Trả kết quả phường Phổ Thạnh"
    assert new.desk_name == "Trung tâm Phục vụ hành chính công phường Sa Huỳnh"


def test_a_kind_that_nobody_knows_is_refused(town):
    with pytest.raises(Refused, match="khong-co"):
        _publish(_tree(1, "2021-01-01", {**A, "kind": "khong-co"}))


def test_a_unit_stands_only_where_its_kind_may(town):
    below = {**A, "children": [{**B, "kind": "town"}]}
    with pytest.raises(Refused, match="không thể nằm dưới"):
        _publish(_tree(1, "2021-01-01", below))


def test_an_office_has_the_duty_that_its_code_ends_with(town):
    tree, day = queries.unit_tree(), date(2022, 1, 1)
    office = tree.office_for(tree.by_code["duc-pho"], "tu-phap", day)
    assert office is not None
    assert office.code == "duc-pho.tu-phap"
    assert tree.office_for(tree.by_code["pho-an"], "tu-phap", day) is None


def test_one_installation_has_one_authority(town):
    assert queries.own_authority().unit == "duc-pho"
    other = AuthorityDefinition(
        code="khac", effective_from=date(2020, 2, 1), name="Khác", unit="pho-an"
    )
    with pytest.raises(Refused, match="cơ quan khác"):
        publish(kind_named("authority"), other, LoadReport())
