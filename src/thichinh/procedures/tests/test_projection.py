"""The row dossiers point at follows the published versions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from thichinh.accounts.models import Unit
from thichinh.foundation import definitions
from thichinh.foundation.clock import standing_at, today
from thichinh.foundation.definitions import LoadReport
from thichinh.foundation.definitions.kinds import kind_named
from thichinh.foundation.errors import Missing, Refused
from thichinh.procedures import queries
from thichinh.procedures.actions import refresh_procedures
from thichinh.procedures.models import PROCEDURE, Procedure
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
    row = publish(version=2, effective_from=tomorrow, name="Cấp giấy ngày mai")
    assert row.name == "Cấp giấy thử"
    with standing_at(datetime.combine(tomorrow, datetime.min.time(), UTC)):
        assert refresh_procedures() == 1
        assert refresh_procedures() == 0
    assert Procedure.objects.get(code="giay-thu").name == "Cấp giấy ngày mai"


def test_a_procedure_that_has_ended_leaves_the_catalogue() -> None:
    assert not publish(effective_to=date(2021, 6, 30)).is_active


@pytest.mark.parametrize(
    ("changes", "field"), [({"field": "khong-co"}, "field"), ({"authority": "abc"}, "authority")]
)
def test_an_unknown_field_or_office_is_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        publish(**changes)
    assert field in caught.value.fields


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


def test_competence_is_found_in_the_tree_of_units() -> None:
    units = dict(Unit.objects.values_list("code", "pk"))
    birth = queries.definition_for("khai-sinh").definition
    allowance = queries.definition_for("tro-cap-xa-hoi-hang-thang").definition
    assert queries.competent_unit_id(birth, units["pho-an"]) == units["pho-an"]
    decides = queries.competent_unit_id(allowance, units["pho-an"])
    assert decides == units["duc-pho.lao-dong-tbxh"]
