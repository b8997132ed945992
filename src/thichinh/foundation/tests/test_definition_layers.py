"""Layers of definitions: the nation's, the province's, the authority's own."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from thichinh.foundation import definitions
from thichinh.foundation.definitions import comparing
from thichinh.foundation.definitions.kinds import kind_named
from thichinh.foundation.errors import Refused
from thichinh.foundation.models import DefinitionVersion

pytestmark = pytest.mark.django_db

NATION = "code: nation\ntitle: Cả nước\nlevel: national\n"
WARD = "code: ward\ntitle: Phường\nlevel: authority\nabove: national\n"


@pytest.fixture
def layers(tmp_path: Path, settings: Any) -> Path:
    """A shipped national layer, and below it the folder of an authority."""
    settings.SHIPPED_DEFINITIONS = tmp_path
    settings.DEFINITIONS_ROOT = tmp_path / "ward"
    for name, manifest in (("national", NATION), ("ward", WARD)):
        (tmp_path / name / "fields").mkdir(parents=True)
        (tmp_path / name / "layer.yaml").write_text(manifest)
    _write(tmp_path / "national", "thu", "Lĩnh vực thử")
    return tmp_path


def _write(
    folder: Path, code: str, name: str, version: int = 1, day: str = "2020-01-01", **more: str
) -> None:
    lines = {"code": code, "version": version, "effective_from": day, "name": name, **more}
    text = "".join(f"{key}: {value}\n" for key, value in lines.items())
    path = folder / "fields" / f"{code}.yaml"
    path.write_text(f"{path.read_text()}---\n{text}" if path.exists() else text)


def _name(on: date) -> str:
    return str(definitions.current("field", "thu", on).name)


def _made_from() -> str:
    return DefinitionVersion.objects.get(kind="field", code="thu", version=1).checksum[:16]


def test_an_authority_has_what_stands_above_it_and_adds_its_own(layers: Path) -> None:
    _write(layers / "ward", "rieng", "Lĩnh vực riêng")
    assert len(definitions.load(layers / "ward").published) == 2
    assert {f.code for f in definitions.all_current("field")} >= {"thu", "rieng"}


def test_an_override_counts_from_its_first_day_whatever_the_layer_above_says_later(
    layers: Path,
) -> None:
    definitions.load(layers / "ward")
    _write(layers / "ward", "thu", "Của phường", 2001, "2024-01-01", made_from=_made_from())
    _write(layers / "national", "thu", "Luật mới", 2, "2025-01-01")
    definitions.load(layers / "ward")
    assert [_name(date(year, 6, 1)) for year in (2023, 2024, 2025)] == [
        "Lĩnh vực thử", "Của phường", "Của phường",
    ]  # fmt: skip


def test_an_override_that_has_ended_lets_the_layer_above_speak_again(layers: Path) -> None:
    definitions.load(layers / "ward")
    _write(
        layers / "ward", "thu", "Của phường", 2001, "2024-01-01",
        made_from=_made_from(), effective_to="2024-12-31",
    )  # fmt: skip
    definitions.load(layers / "ward")
    assert _name(date(2025, 1, 1)) == "Lĩnh vực thử"


@pytest.mark.parametrize(("version", "made_from"), [(2, "0" * 16), (2001, "")])
def test_an_override_needs_its_own_numbers_and_the_mark_of_what_it_was_made_from(
    layers: Path, version: int, made_from: str
) -> None:
    _write(layers / "ward", "thu", "Của phường", version, made_from=f'"{made_from}"')
    [problem] = definitions.check(layers / "ward").problems
    assert "lớp trên" in str(problem)


def test_compare_shows_what_the_layer_above_changed_since(layers: Path) -> None:
    definitions.load(layers / "ward")
    call_command(
        "definitions", "override", "field", "thu", "--from", "2024-01-01", stdout=StringIO()
    )
    definitions.load(layers / "ward")
    assert [one.is_behind for one in comparing.compare()] == [False]

    _write(layers / "national", "thu", "Luật mới", 2, "2025-01-01")
    definitions.load(layers / "ward")
    out = StringIO()
    call_command("definitions", "compare", "--format", "json", stdout=out)
    [told] = json.loads(out.getvalue())
    assert (told["kind"], told["version"], told["made_from"], told["newest"]) == (
        "field",
        2001,
        1,
        2,
    )
    assert told["changes"] == [{"key": "name", "before": "Lĩnh vực thử", "after": "Luật mới"}]


def test_a_file_that_leaves_out_what_a_later_release_added_is_still_what_was_published(
    layers: Path,
) -> None:
    definitions.load(layers / "ward")
    content = DefinitionVersion.objects.get(kind="field", code="thu").content
    older = {key: value for key, value in content.items() if key != "made_from"}
    DefinitionVersion.objects.create(
        kind="field", code="cu", version=1, effective_from=date(2020, 1, 1),
        content=older | {"code": "cu"}, checksum="of-an-earlier-release",
    )  # fmt: skip
    _write(layers / "ward", "cu", "Lĩnh vực thử")
    assert definitions.load(layers / "ward").published == []


def test_a_default_that_a_release_changed_does_not_make_a_published_version_another(
    layers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    definitions.load(layers / "ward")
    kind = kind_named("field").model
    row = DefinitionVersion.objects.get(kind="field", code="thu")
    DefinitionVersion.objects.create(
        kind="field", code="cu", version=1, effective_from=date(2020, 1, 1),
        content=row.content | {"code": "cu", "position": 7}, checksum="of-an-earlier-release",
    )  # fmt: skip
    monkeypatch.setattr(kind, "default_changed", frozenset({"position"}))
    _write(layers / "ward", "cu", "Lĩnh vực thử")
    assert definitions.load(layers / "ward").published == []
    (layers / "ward" / "fields" / "cu.yaml").unlink()
    _write(layers / "ward", "cu", "Lĩnh vực thử", position="3")
    [problem] = definitions.check(layers / "ward").problems
    assert "đã công bố" in str(problem)


def test_files_that_nobody_reads_and_empty_ones_are_told_and_stop_nothing(layers: Path) -> None:
    ward = layers / "ward"
    for name in ("field/khac.yaml", "fields/khac.yml", "fields/trong.yaml", "khac.yaml"):
        (ward / name).parent.mkdir(exist_ok=True)
        (ward / name).write_text("code: khac\n" if "trong" not in name else "# chưa viết\n")
    report = definitions.check(ward)
    told = {warning.path: warning.message for warning in report.warnings}
    assert report.problems == []
    assert "thư mục “field”. Có phải “fields” không?" in told["field/khac.yaml"]
    assert "kết thúc bằng .yaml" in told["fields/khac.yml"]
    assert told["fields/trong.yaml"] == "tệp trống, không có định nghĩa nào."
    assert "khac.yaml" in told


def test_a_layer_that_stands_on_itself_is_refused(layers: Path) -> None:
    (layers / "ward" / "layer.yaml").write_text(WARD.replace("national", "ward"))
    with pytest.raises(Refused, match=r"layer\.yaml"):
        definitions.load(layers / "ward")
