"""`./thichinh import procedures FILE... [--dry-run] [--format json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from thichinh.accounts.rules import SYSTEM
from thichinh.foundation.errors import DomainError
from thichinh.foundation.yaml_files import file_fault
from thichinh.procedures.actions import ImportReport, apply_list, preview_list
from thichinh.procedures.schemas import as_json, as_text

HELP = """\
Nhập danh mục thủ tục của Cổng dịch vụ công quốc gia vào bảng đối chiếu. Không sửa định nghĩa
thủ tục đã công bố. Nhập lại cùng một tệp không thay đổi gì.

Tệp nhận được (nhận ra theo nội dung, không theo đuôi tệp):
  .xlsx            bản xuất Excel của Cổng: Mã số, Tên, Cơ quan ban hành, Cơ quan thực hiện, Lĩnh vực
  .jsonl, .jsonl.gz  mỗi dòng một thủ tục: ma_thu_tuc, ten_thu_tuc, linh_vuc, co_quan_thuc_hien
  .json            một mảng, mỗi phần tử có title và “Cơ quan thực hiện” (không có mã số),
                   hoặc các bản ghi như .jsonl viết trải nhiều dòng

Tệp .xls, .ods, .csv và tệp có mật khẩu: mở bằng Excel hoặc LibreOffice, lưu thành .xlsx rồi nhập.
Trang tính ẩn không được nhập. Ô gộp dọc được hiểu là cùng một giá trị, trừ mã số và tên.

Bản xuất Excel là bản chính thức: nguồn khác chỉ bổ sung, không ghi đè.
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        kwargs.setdefault("formatter_class", RawDescriptionHelpFormatter)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--dry-run", action="store_true", help="chỉ cho xem sẽ thay đổi gì, không ghi"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        reports = [self._read(path, options["dry_run"]) for path in options["files"]]
        if options["format"] == "json":
            body = {"files": [as_json(report) for report in reports]}
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=1))
        else:
            for report in reports:
                self.stdout.write("\n".join(as_text(report)))

    def _read(self, path: Path, dry_run: bool) -> ImportReport:
        if path.is_dir():
            raise CommandError(f"{path} là thư mục. Hãy nêu từng tệp, ví dụ: {path}/*.xlsx")
        try:
            with path.open("rb") as stream:
                if dry_run:
                    return preview_list(stream, path.name)
                return apply_list(SYSTEM, stream, path.name)
        except OSError as error:
            raise CommandError(f"Không mở được {path}: {file_fault(error)}") from error
        except DomainError as error:
            raise CommandError(f"{path}: {error.message}") from error
