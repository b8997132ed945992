"""`./thichinh definitions check|load [FOLDER]`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thichinh.foundation import definitions


class Command(BaseCommand):
    help = (
        "Kiểm tra hoặc công bố các định nghĩa (thủ tục, vai trò, lịch, chỉ tiêu, báo cáo…). "
        "check: thử công bố rồi hoàn tác, nêu từng tệp sai. load: công bố phiên bản mới."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["check", "load"])
        parser.add_argument("folder", nargs="?", type=Path, default=settings.DEFINITIONS_ROOT)

    def handle(self, *args: Any, **options: Any) -> None:
        root: Path = options["folder"]
        if not root.is_dir():
            raise CommandError(f"Không có thư mục {root}.")
        if options["act"] == "check":
            report = definitions.check(root)
            for problem in report.problems:
                self.stderr.write(str(problem))
            if report.problems:
                raise CommandError(f"{len(report.problems)} chỗ sai.")
        else:
            report = definitions.load(root)
        self.stdout.write(
            f"{len(report.published)} phiên bản mới, {report.unchanged} phiên bản đã có."
        )
