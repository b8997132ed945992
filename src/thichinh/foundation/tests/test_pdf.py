"""PDFs come from our own templates and fonts, are the same each time, and fetch nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from thichinh.foundation import pdf
from thichinh.foundation.downloads import pdf_answer

AT = datetime(2022, 6, 25, tzinfo=UTC)


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write a template into a package of its own: `template("...")` gives its name."""
    folder = tmp_path / "papers" / "templates" / "papers"
    folder.mkdir(parents=True)
    (tmp_path / "foundation" / "templates" / "pdf").mkdir(parents=True)
    monkeypatch.setattr(pdf, "PACKAGE", tmp_path)

    def write(text: str) -> str:
        (folder / "one.typ").write_text(text, encoding="utf-8")
        return "papers/one.typ"

    return write


FILLED = '#set text(font: "Tinos")\n#let data = json(bytes(sys.inputs.data))\n#data.words'


def test_the_same_data_give_the_same_bytes(template: Any) -> None:
    name = template(FILLED)
    first = pdf.compile_pdf(name, {"words": "Đức Phổ, Ưỡn ẹo"}, at=AT)
    assert first.startswith(b"%PDF")
    assert pdf.compile_pdf(name, {"words": "Đức Phổ, Ưỡn ẹo"}, at=AT) == first
    assert pdf.compile_pdf(name, {"words": "Sa Huỳnh"}, at=AT) != first


@pytest.mark.parametrize(
    "text",
    ['#import "@preview/cetz:0.3.0"', "#nothing()", '#set text(font: "No Such Font")\nChữ'],
)
def test_a_template_at_fault_is_named(template: Any, text: str) -> None:
    name = template(text)
    with pytest.raises(pdf.PdfError, match=r"papers/one\.typ"):
        pdf.compile_pdf(name, {}, at=AT)


@pytest.mark.parametrize("name", ["papers/two.typ", "papers/../../secret.typ"])
def test_only_templates_of_the_package_are_read(template: Any, name: str) -> None:
    template(FILLED)
    with pytest.raises(pdf.PdfError):
        pdf.compile_pdf(name, {}, at=AT)


def test_fonts_that_are_not_built_are_said(template: Any, settings: Any, tmp_path: Path) -> None:
    settings.ASSETS_ROOT = tmp_path / "nowhere"
    with pytest.raises(pdf.PdfError, match="Tinos"):
        pdf.compile_pdf(template(FILLED), {"words": "x"}, at=AT)


def test_no_shipped_template_asks_for_a_package() -> None:
    for path in Path(pdf.__file__).resolve().parents[1].rglob("*.typ"):
        assert "@preview" not in path.read_text(encoding="utf-8"), path


def test_a_qr_code_is_svg() -> None:
    assert pdf.qr_svg("000.01.99.X99-210301-0001").startswith("<svg")


def test_a_pdf_is_shown_in_place_and_kept_by_nobody_on_the_way() -> None:
    answer = pdf_answer(b"%PDF-1.7", "so-1.pdf")
    assert answer.content == b"%PDF-1.7"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="so-1.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
