"""`./thichinh report show REPORT --from DAY --to DAY`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand

from thichinh.accounts.rules import SYSTEM
from thichinh.foundation.calendar import Period, PeriodScheme
from thichinh.foundation.commands import option_day
from thichinh.foundation.errors import Refused
from thichinh.indicators.rules.periods import named_period, period_between
from thichinh.reports.queries.evaluated import (
    EvaluatedReport,
    evaluate_report,
    report_scheme,
)
from thichinh.reports.queries.report_data import as_data
from thichinh.reports.rules.plain_text import as_text
from thichinh.stocks.queries import one_snapshot

EXAMPLES = """
Ví dụ (examples):
  ./thichinh report show one-stop --from 2020-12-15 --to 2021-12-14 --format json
  ./thichinh report show one-stop --period 2021 --period 2022-H1
  ./thichinh report show II.06a --period 2022-Q1 --unit MÃ_ĐƠN_VỊ

Nhiều cặp --from/--to, hoặc nhiều --period, cho nhiều kỳ trong một báo cáo. Một khoảng dài gồm nhiều
kỳ đã công bố được tách thành từng kỳ và kiểm tra cả tổng. (Several periods: repeat the pairs; a long
range is cut into the published periods inside it.)
"""


class Command(BaseCommand):
    help = (
        "In một báo cáo tính từ sổ: từng chỉ tiêu, số đã công bố, chênh lệch, và các đẳng thức "
        "kèm những mục liên quan. (Print a report computed from the books.)"
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name,
            subcommand,
            epilog=EXAMPLES,
            formatter_class=RawDescriptionHelpFormatter,
            **kwargs,
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("report", help="mã báo cáo, ví dụ one-stop hoặc II.06a (the report)")
        for option, dest, text in (
            ("--from", "starts", "ngày đầu kỳ (first day)"),
            ("--to", "ends", "ngày cuối kỳ (last day)"),
        ):
            parser.add_argument(
                option, dest=dest, action="append", default=[], metavar="DAY", help=text
            )
        parser.add_argument(
            "--period",
            dest="periods",
            action="append",
            default=[],
            metavar="PERIOD",
            help="kỳ theo luật: 2021, 2022-H1, 2021-Q3, 2021-M11 (a statutory period)",
        )
        parser.add_argument(
            "--unit", default="", help="mã đơn vị, mặc định đơn vị rộng nhất (the unit)"
        )
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="dạng in ra (how to print)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with one_snapshot():
            found = evaluate_report(
                SYSTEM,
                options["report"],
                _periods(options, report_scheme(options["report"])),
                options["unit"],
            )
            text = _written(found, options["format"])
        self.stdout.write(text)


def _periods(options: dict[str, Any], scheme: PeriodScheme) -> list[Period]:
    if len(options["starts"]) != len(options["ends"]):
        raise Refused("Mỗi --from cần một --to đi cùng.")
    starts = [option_day("--from", text).isoformat() for text in options["starts"]]
    ends = [option_day("--to", text).isoformat() for text in options["ends"]]
    pairs = zip(starts, ends, strict=True)
    periods = [period_between(start, end, scheme) for start, end in pairs]
    return periods + [named_period(text, scheme) for text in options["periods"]]


def _written(found: EvaluatedReport, form: str) -> str:
    data = as_data(found, SYSTEM)
    if form == "json":
        return json.dumps(data, ensure_ascii=False, indent=2)
    indicators = {code: found.catalogue.indicator(code) for code in found.definition.keys}
    names = {code: indicator.name for code, indicator in indicators.items()}
    places = {code: indicator.decimals for code, indicator in indicators.items()}
    return as_text(data, names, places)
