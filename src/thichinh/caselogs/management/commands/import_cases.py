"""`./thichinh import cases --mapping FILE LOG`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thichinh.caselogs.actions.import_cases import BATCH, Wish, import_cases
from thichinh.caselogs.actions.report import NothingUsable, Report
from thichinh.caselogs.rules.mapping import CaseMapping
from thichinh.caselogs.rules.mapping_text import parse_mapping
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.text import vn_number
from thichinh.foundation.yaml_files import text_of

MANUAL = Path(settings.ROOT) / "docs" / "reference" / "mapping.md"
SHOWN = 20
"""How many refused rows the text form lists; `--format json` lists all."""


class Command(BaseCommand):
    help = (
        "Nhập nhật ký sự kiện (CSV hoặc XES, có thể nén gzip) thành hồ sơ, theo một tệp ánh xạ. "
        "(Import an event log as dossiers, by a mapping file; its manual follows.)"
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        manual = MANUAL.read_text(encoding="utf-8") if MANUAL.is_file() else ""
        return super().create_parser(
            prog_name,
            subcommand,
            epilog=manual.replace("%", "%%"),
            formatter_class=RawDescriptionHelpFormatter,
            **kwargs,
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("log", metavar="LOG", help="tệp nhật ký (the event log)")
        parser.add_argument(
            "--mapping", required=True, metavar="FILE", help="tệp ánh xạ YAML (the mapping)"
        )
        parser.add_argument(
            "--authority",
            metavar="UNIT",
            type=_code,
            help="mã đơn vị nhận hồ sơ; chưa có thì lập mới (unit that owns the dossiers)",
        )
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="dạng in ra (how to print)"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="chỉ đọc và xét, không ghi (write nothing)"
        )
        parser.add_argument(
            "--partial",
            action="store_true",
            help="nhập phần đọc được của tệp bị cắt (import what a cut-off file still holds)",
        )
        parser.add_argument(
            "--batch",
            type=_count,
            default=BATCH,
            metavar="N",
            help=f"số vụ việc mỗi giao dịch, mặc định {BATCH} (cases per transaction)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_cases(_wish(options), _progress)
        except NothingUsable as nothing:
            self._tell(nothing.report, options["format"])
            raise
        except PermissionError as error:
            raise Refused(f"Không được phép đọc tệp {error.filename}.") from error
        self._tell(report, options["format"])
        if report.balanced is False:
            raise CommandError("Sổ không cân. Hãy chạy: ./thichinh stocks prove")

    def _tell(self, report: Report, form: str) -> None:
        text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
        self.stdout.write(text if form == "json" else _text(report))


def _wish(options: dict[str, Any]) -> Wish:
    log = _file(options["log"])
    return Wish(
        mapping=_mapping(_file(options["mapping"])),
        log=log,
        authority=options["authority"],
        dry_run=options["dry_run"],
        partial=options["partial"],
        batch=options["batch"],
    )


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise ArgumentTypeError("số từ 1 đến 10000 (a number from 1 to 10000)")
    return int(text)


def _code(text: str) -> str:
    if not text.strip():
        raise ArgumentTypeError("mã đơn vị không được để trống (a unit's code)")
    return text


def _file(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise Missing(f"Không có tệp {name}. Hãy kiểm tra lại đường dẫn.")
    return path


def _mapping(path: Path) -> CaseMapping:
    try:
        text = text_of(path.read_bytes())
    except Refused as error:
        raise Refused(f"Tệp ánh xạ {path.name}, {error.message}") from error
    return parse_mapping(text, file_name=path.name)


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{vn_number(done)} vụ việc…")
        sys.stderr.flush()


def _text(report: Report) -> str:
    counts = report.as_json()
    share = "–" if report.on_time_pct is None else f"{vn_number(report.on_time_pct, 2)} %"
    lines = [
        f"Đơn vị: {report.authority}" + ("   (thử, không ghi gì)" if report.dry_run else ""),
        f"Hồ sơ: {vn_number(counts['dossiers'])}   sự kiện: {vn_number(counts['events'])}",
        f"Đã giải quyết: {vn_number(counts['finished'])}   đúng hạn: {vn_number(counts['on_time'])} "
        f"({share})   quá hạn: {vn_number(counts['late'])}",
        f"Đang giải quyết: {vn_number(counts['open'])}   rút: {counts['withdrawn']}   "
        f"dừng: {counts['stopped']}   không tiếp nhận: {counts['not_accepted']}",
    ]
    if report.balanced is not None:
        lines.append(
            f"Sổ: đầu kỳ {vn_number(counts['opening'])} + nhận {vn_number(counts['received'])} "
            f"- kết thúc {vn_number(counts['closed'])} = cuối kỳ {vn_number(counts['closing'])}; "
            + ("cân." if report.balanced else "KHÔNG CÂN.")
        )
    if report.skipped:
        lines.append("Bỏ qua: " + ", ".join(f"{k} {n}" for k, n in sorted(report.skipped.items())))
    lines += [f"Lưu ý: {warning}" for warning in report.warnings]
    for title, bads in (("Từ chối", report.refused), ("Đã chỉnh", report.repaired)):
        lines += [f"{title}: {vn_number(len(bads))}"] if bads else []
        lines += [f"  dòng {bad.line}: {bad.reason}" for bad in bads[:SHOWN]]
        lines += ["  … xem đủ bằng --format json"] if len(bads) > SHOWN else []
    return "\n".join(lines)
