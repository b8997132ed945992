"""`./thichinh demo [--margins FILE]`: an invented town whose books balance to published margins."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from thichinh.example.actions import town as demo
from thichinh.example.actions.people import PASSWORD, example_town, shown_accounts
from thichinh.example.queries import as_json, counted, counted_online
from thichinh.example.rules.margins import Margins, Truth, truths
from thichinh.foundation.errors import DomainError, Refused
from thichinh.foundation.text import vn_date, vn_number
from thichinh.stocks import actions as stocks


class Command(BaseCommand):
    help = (
        "Nạp thị xã mẫu: người dân, cán bộ và hồ sơ đều do máy đặt ra, sổ cân đúng với số liệu một "
        "cửa mà một cơ quan đã công bố (mặc định: tệp nêu trong definitions/demo/town.yaml). "
        "Số liệu không thể cùng đúng thì bị từ chối, nêu rõ đẳng thức nào sai. (Load an invented "
        "town whose books balance to published margins; impossible margins are refused by name.)"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--margins",
            type=Path,
            default=example_town().margins,
            metavar="FILE",
            help="tệp YAML, mỗi kỳ một khối như các tệp trong definitions/demo "
            "(published margins, one block per period)",
        )
        parser.add_argument(
            "--seed",
            type=int,
            default=0,
            metavar="N",
            help="số khác cho một thị xã khác, cùng sổ (another town with the same books)",
        )
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="dạng in ra (how to print)"
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="chỉ xét tệp biên và lập kế hoạch, không ghi gì (plan only, write nothing)",
        )
        parser.add_argument(
            "--accounts",
            action="store_true",
            help="in các tài khoản dùng thử rồi thôi (print the accounts to try)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            for who, username in shown_accounts():
                self.stdout.write(f"{username:<13} {PASSWORD}   {who}")
            return
        try:
            self._load(options)
        except DomainError as error:
            if options["format"] == "json":
                self.stdout.write(json.dumps(_refusal(error), ensure_ascii=False, indent=2))
            raise CommandError(error.message) from error

    def _load(self, options: dict[str, Any]) -> None:
        begun = time.monotonic()
        margins = demo.margins_in(options["margins"])
        if not options["check"]:
            demo.refuse_unless_empty()
        demo.load_definitions()
        town = demo.plan_town(margins, options["seed"])
        wanted = truths(margins)
        if options["check"]:
            self._tell(options, margins, wanted, len(town.stories), begun)
            return
        loaded = demo.load_town(town, self._progress(options["format"]))
        found = counted(wanted)
        self._tell(options, margins, found, loaded, begun)
        if tuple(found) != wanted or _online_differs(margins) or not stocks.prove().balanced:
            raise CommandError("Sổ không khớp tệp biên. Hãy chạy: ./thichinh stocks prove")

    def _progress(self, form: str) -> demo.Progress:
        out = self.stderr if form == "json" else self.stdout

        def progress(what: str, done: int, total: int) -> None:
            out.write(f"{what}: {vn_number(done)}/{vn_number(total)}")

        return progress

    def _tell(
        self, options: dict[str, Any], margins: Margins, found: Any, loaded: int, begun: float
    ) -> None:
        seconds = round(time.monotonic() - begun, 1)
        if options["format"] == "json":
            body = {
                "written": not options["check"],
                "dossiers": loaded,
                "seconds": seconds,
                "periods": [as_json(truth) for truth in found],
                "online": _online(margins, options["check"]),
            }
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
            return
        for truth in found:
            self.stdout.write(_line(truth))
        verb = "Kế hoạch có" if options["check"] else "Đã nạp"
        self.stdout.write(f"{verb} {vn_number(loaded)} hồ sơ trong {vn_number(seconds, 1)} giây.")


def _line(truth: Truth) -> str:
    lost = f" (gồm {vn_number(truth.lost)} hồ sơ báo cáo kỳ sau bỏ sót)" if truth.lost else ""
    return (
        f"{vn_date(truth.start)}–{vn_date(truth.end)}: đầu kỳ {vn_number(truth.opening)}, nhận mới "
        f"{vn_number(truth.new)}, đúng hạn {vn_number(truth.on_time)}, quá hạn "
        f"{vn_number(truth.late)}; cuối kỳ {vn_number(truth.closing)} = "
        f"{vn_number(truth.not_due)} chưa đến hạn + {vn_number(truth.overdue)} quá hạn{lost}"
    )


def _online(margins: Margins, planned: bool) -> dict[str, int]:
    online = margins.online if planned else counted_online(margins.online.offered)
    return {"offered": online.offered, "used": online.used, "resolved": online.resolved}


def _online_differs(margins: Margins) -> bool:
    return counted_online(margins.online.offered) != margins.online


def _refusal(error: DomainError) -> dict[str, Any]:
    fields = error.fields if isinstance(error, Refused) else {}
    named = [{"identity": name, "message": text} for name, text in fields.items()]
    refused = named or [{"identity": "", "message": error.message}]
    return {"status": "refused", "message": error.message, "refused": refused}
