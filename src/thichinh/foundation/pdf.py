"""PDF from Typst templates: the same data give the same bytes, and nothing is fetched.

A template lies beside the app's other templates (`reports/templates/reports/report.typ` is
"reports/report.typ"), reads its data with

    #let data = json(bytes(sys.inputs.data))

and imports the shared layout by an absolute path: `#import "/foundation/templates/pdf/paper.typ": *`.
Text is set in Tinos, which has the widths of Times New Roman (decree 30/2020/NĐ-CP) and every
Vietnamese letter. A QR code comes as SVG text in the data: `#image(bytes(data.qr), format: "svg")`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

PACKAGE = Path(__file__).resolve().parents[1]
FONT_FAMILY = "Tinos"


class PdfError(RuntimeError):
    """The installation or a template is at fault, never the data of a person."""


def compile_pdf(
    template: str, data: Mapping[str, Any], *, at: datetime, tagged: bool = True
) -> bytes:
    """The PDF of a template filled with `data` (JSON values); `at` is its creation time.

    `tagged` writes the structure that screen readers use; long tables do without, at half the cost.

    Raises PdfError when the fonts are not built, the template is missing or does not compile, or a
    character has no glyph in our fonts.
    """
    source = template_path(template)
    compiler = typst.Compiler(
        input=str(source),
        root=str(PACKAGE),
        font_paths=_fonts(_font_folder()),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        package_path=str(PACKAGE / "foundation" / "templates" / "pdf"),
        package_cache_path=str(PACKAGE / "foundation" / "templates" / "pdf"),
    )
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", timestamp=int(at.timestamp()), pdf_tags=tagged
        )
    except typst.TypstError as error:
        raise PdfError(f"{template}: {error.diagnostic}") from error
    if warnings:
        raise PdfError(f"{template}: {warnings[0].message}")
    if not isinstance(pdf, bytes):
        raise PdfError(f"{template}: no PDF came out")
    return pdf


def template_path(template: str) -> Path:
    """Where a template lies. Raises PdfError; refuses one that asks for a package to be fetched."""
    app = template.split("/", 1)[0]
    folder = "foundation" if app == "pdf" else app
    path = (PACKAGE / folder / "templates" / template).resolve()
    if not path.is_file() or PACKAGE not in path.parents:
        raise PdfError(f"{template}: no such template")
    if "@preview" in path.read_text(encoding="utf-8"):
        raise PdfError(f"{template}: packages are not fetched; put the code beside it")
    return path


def qr_svg(text: str) -> str:
    """A QR code (error correction M) as SVG text, for a page or for the data of a template."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=2)
    return out.getvalue().decode()


def _font_folder() -> Path:
    return Path(settings.ASSETS_ROOT) / "fonts"


@cache
def _fonts(folder: Path) -> typst.Fonts:
    """Read once per process: only our own fonts, so that every machine prints the same page."""
    if not any(folder.glob("Tinos*.ttf")):
        raise PdfError(f"no Tinos fonts in {folder}: build the frontend first")
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )
