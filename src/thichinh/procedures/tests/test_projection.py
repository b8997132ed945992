"""The row dossiers point at follows the published versions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from thichinh.accounts.queries import unit_tree
from thichinh.foundation import definitions
from thichinh.foundation.clock import standing_at, today
from thichinh.foundation.definitions import LoadReport
from thichinh.foundation.definitions.kinds import kind_named
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import DefinitionVersion
from thichinh.procedures import queries
from thichinh.procedures.actions import refresh_procedures
from thichinh.procedures.models import (
    CHOICE,
    PROCEDURE,
    ChoiceDefinition,
    Procedure,
    ProcedureDefinition,
)
from thichinh.procedures.rules import competent_unit
from thichinh.procedures.tests.conftest import definition

pytestmark = pytest.mark.usefixtures("town")


def publish(**changes: Any) -> Procedure:
    content = definition(**changes)
    definitions.publish(kind_named(PROCEDURE), content, LoadReport())
    return Procedure.objects.get(code=content.code)


def test_a_published_procedure_becomes_a_row() -> None:
    row = publish(national_code="1.999999", name_en="Test paper")
    assert (row.name, row.field_name, row.level) == ("Cấp giấy thử", "Hộ tịch", "commune")
    assert row.is_active
    assert " cap giay thu test paper" in row.search_name


def test_a_second_version_takes_the_row_over() -> None:
    first = publish(effective_to=date(2021, 6, 30))
    second = publish(version=2, effective_from=date(2021, 7, 1), name="Cấp giấy thử mới")
    assert (first.pk, second.name) == (second.pk, "Cấp giấy thử mới")
    assert first.current_version_id != second.current_version_id


def test_a_version_published_ahead_waits_for_its_day() -> None:
    tomorrow = today() + timedelta(days=1)
    publish()
    refresh_procedures()  # the shipped rows follow the example town's day
    row = publish(version=2, effective_from=tomorrow, name="Cấp giấy ngày mai")
    assert row.name == "Cấp giấy thử"
    with standing_at(datetime.combine(tomorrow, datetime.min.time(), UTC)):
        assert refresh_procedures() == 1
        assert refresh_procedures() == 0
    assert Procedure.objects.get(code="giay-thu").name == "Cấp giấy ngày mai"


def test_a_procedure_that_has_ended_leaves_the_catalogue() -> None:
    assert not publish(effective_to=date(2021, 6, 30)).is_active


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        publish(field="khong-co")
    assert "field" in caught.value.fields


def test_the_version_of_a_day_is_the_one_that_was_in_force() -> None:
    before = queries.definition_for("ho-kinh-doanh-thanh-lap", date(2021, 1, 3))
    after = queries.definition_for("ho-kinh-doanh-thanh-lap", date(2021, 1, 4))
    assert (before.definition.version, after.definition.version) == (1, 2)
    assert before.procedure_id == after.procedure_id
    with pytest.raises(Missing):
        queries.definition_for("khai-sinh", date(2019, 12, 31))


def test_filing_asks_nothing_once_the_process_knows(django_assert_num_queries: Any) -> None:
    queries.definition_for("khai-sinh")
    with django_assert_num_queries(0):
        queries.definition_for("khai-sinh")
        assert len(queries.online()) == 9


def test_a_new_publication_is_noticed() -> None:
    queries.definition_for("khai-sinh")
    publish()
    assert queries.definition_for("giay-thu").definition.name == "Cấp giấy thử"


BEFORE, AFTER = date(2022, 3, 1), date(2026, 3, 2)


def decides(code: str, receiving: str, on: date) -> str:
    tree = unit_tree()
    performed = queries.definition_for(code, on).definition
    return competent_unit(performed, tree.by_code[receiving], tree, on).code


@pytest.mark.parametrize(
    ("code", "receiving", "on", "who"),
    [
        ("khai-sinh", "pho-an", BEFORE, "pho-an"),
        ("tro-cap-xa-hoi-hang-thang", "pho-an", BEFORE, "duc-pho.lao-dong-tbxh"),
        ("gia-han-su-dung-dat", "duc-pho.mot-cua", BEFORE, "duc-pho.tai-nguyen-moi-truong"),
        ("khai-sinh", "duc-pho-2025", AFTER, "duc-pho-2025"),
        ("gia-han-su-dung-dat", "duc-pho-2025", AFTER, "duc-pho-2025"),
    ],
)
def test_who_decides_follows_the_division_of_the_day(
    code: str, receiving: str, on: date, who: str
) -> None:
    assert decides(code, receiving, on) == who


def test_what_the_district_received_is_received_by_the_commune_since_2025() -> None:
    levels = [
        queries.definition_for("gia-han-su-dung-dat", on).definition.level for on in (BEFORE, AFTER)
    ]
    assert levels == ["district", "commune"]


def test_an_authority_switches_a_procedure_off_and_names_who_decides_another() -> None:
    chosen = ChoiceDefinition.model_validate(
        {
            "code": "duc-pho",
            "version": 2,
            "effective_from": "2020-02-01",
            "procedures": {
                "khai-tu": {"offered": False},
                "khai-sinh": {"unit": "duc-pho.tu-phap"},
            },
        }
    )
    definitions.publish(kind_named(CHOICE), chosen, LoadReport())
    assert not Procedure.objects.get(code="khai-tu").is_active
    assert decides("khai-sinh", "pho-an", BEFORE) == "duc-pho.tu-phap"


def test_what_an_earlier_release_published_is_still_what_the_files_say() -> None:
    row = DefinitionVersion.objects.get(kind=PROCEDURE, code="khai-tu", version=1)
    older = row.content | {"level": "town", "authority": "duc-pho.tu-phap"}
    content = ProcedureDefinition.model_validate(older | {"code": "khai-cu"})
    DefinitionVersion.objects.create(
        kind=PROCEDURE, code="khai-cu", version=1, effective_from=row.effective_from,
        content=older | {"code": "khai-cu"}, checksum="of-an-earlier-release",
    )  # fmt: skip
    assert (content.level, content.authority) == ("district", "duc-pho.tu-phap")
    report = LoadReport()
    today_says = content.model_copy(update={"level": None, "authority": ""})
    definitions.publish(kind_named(PROCEDURE), today_says, report)
    assert report.unchanged == 1


def test_what_was_not_audited_is_offered_only_where_the_authority_chooses_it() -> None:
    day = date(2025, 7, 1)
    with standing_at(datetime(2025, 7, 1, 1, tzinfo=UTC)):
        refresh_procedures()
        offered = set(queries.catalogue(queries.CatalogueFilter()).values_list("code", flat=True))
        assert {"khai-sinh", "khieu-nai-lan-dau-xa", "gpxd-nha-o-rieng-le"} <= offered
        never = {"khieu-nai-lan-dau-thi-xa", "giay-khen-thi-xa", "karaoke"}
        assert offered & never == set()
        assert Procedure.objects.get(code="phi-nuoc-thai").level == "province"
        choice = ChoiceDefinition.model_validate(
            {
                "code": "duc-pho",
                "version": 2,
                "effective_from": day,
                "procedures": {"karaoke": {"offered": True}, "thanh-lap-hoi": {"offered": True}},
            }
        )
        definitions.publish(kind_named(CHOICE), choice, LoadReport())
        offered = set(queries.catalogue(queries.CatalogueFilter()).values_list("code", flat=True))
        assert "karaoke" in offered
        assert "thanh-lap-hoi" not in offered  # associations of a district: nobody's any more
        assert not queries.sheet("thanh-lap-hoi").in_force
