"""`./thichinh export FILE`: the dossiers as an open table, without anything personal."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from thichinh.accounts.queries import unit_tree
from thichinh.dossiers.queries.exporting import export_rows
from thichinh.foundation.calendar import start_of
from thichinh.foundation.commands import option_day
from thichinh.foundation.errors import Refused
from thichinh.foundation.yaml_files import file_fault


class Command(BaseCommand):
    help = (
        "Xuất hồ sơ ra CSV (UTF-8): mã hồ sơ, thủ tục, đơn vị, kênh, trạng thái và các mốc thời "
        "gian; không có dữ liệu cá nhân. (Export dossiers as CSV, nothing personal in it.)"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", default="-", help="tệp ghi ra, mặc định màn hình (the file to write)"
        )
        parser.add_argument("--from", dest="first", help="tiếp nhận từ ngày (received from)")
        parser.add_argument("--to", dest="last", help="đến hết ngày (to this day, inclusive)")
        parser.add_argument("--unit", help="mã đơn vị, gồm cả bên dưới (a unit and those below)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sql_rows = export_rows(
                first=start_of(option_day("--from", options["first"]))
                if options["first"]
                else None,
                last=option_day("--to", options["last"]) if options["last"] else None,
                units=_units(options["unit"]),
            )
            if options["file"] == "-":
                _pour(sql_rows, sys.stdout.buffer)
                return
            with Path(options["file"]).open("wb") as out:
                _pour(sql_rows, out)
        except BrokenPipeError:
            raise  # who read our output (head, less) had enough: the front door ends quietly
        except OSError as error:
            said = file_fault(error)
            raise CommandError(f"Không ghi được {options['file']}: {said}") from error


def _pour(rows: Any, out: BinaryIO) -> None:
    for block in rows:
        out.write(block)


def _units(code: str | None) -> list[int] | None:
    if not code:
        return None
    tree = unit_tree()
    unit = tree.by_code.get(code)
    if unit is None:
        raise Refused(f"Không có đơn vị “{code}”. Xem mã đơn vị trong definitions/units.")
    return sorted(tree.subtree(unit.id))
