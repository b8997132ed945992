"""`./thichinh definitions check|load|compare|override`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thichinh.foundation import clock, definitions
from thichinh.foundation.definitions import comparing


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("ngày viết như 2026-12-01 (a day such as 2026-12-01)") from None


class Command(BaseCommand):
    help = (
        "Kiểm tra, công bố hoặc đối chiếu các định nghĩa (thủ tục, vai trò, lịch, chỉ tiêu, báo cáo…). "
        "check: thử công bố rồi hoàn tác, nêu từng tệp sai. load: công bố phiên bản mới. "
        "compare: lớp trên đã đổi gì từ khi cơ quan có bản riêng. "
        "override: chép một định nghĩa của lớp trên vào thư mục của cơ quan để sửa."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        for act in ("check", "load"):
            words = acts.add_parser(act)
            words.add_argument("folder", nargs="?", type=Path, default=settings.DEFINITIONS_ROOT)
        words = acts.add_parser("compare")
        words.add_argument("--format", choices=["text", "json"], default="text")
        words = acts.add_parser("override")
        words.add_argument("kind", help="loại, ví dụ procedure (the kind)")
        words.add_argument("code", help="mã (the code)")
        words.add_argument(
            "--from", dest="first_day", type=_day,
            help="ngày có hiệu lực, mặc định hôm nay (first day in force)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        match options["act"]:
            case "compare":
                self._compare(options["format"])
            case "override":
                self._override(options["kind"], options["code"], options["first_day"])
            case act:
                self._publish(act, options["folder"])

    def _publish(self, act: str, root: Path) -> None:
        if not root.is_dir():
            raise CommandError(f"Không có thư mục {root}.")
        if act == "check":
            report = definitions.check(root)
            for problem in report.problems:
                self.stderr.write(str(problem))
            if report.problems:
                raise CommandError(f"{len(report.problems)} chỗ sai.")
        else:
            report = definitions.load(root)
        for warning in report.warnings:
            self.stderr.write(f"! {warning}")
        self.stdout.write(
            f"{len(report.published)} phiên bản mới, {report.unchanged} phiên bản đã có."
        )

    def _compare(self, form: str) -> None:
        found = comparing.compare()
        if form == "json":
            self.stdout.write(json.dumps([_plain(one) for one in found], ensure_ascii=False))
            return
        for one in found:
            said = "lớp trên đã có bản mới" if one.is_behind else "lớp trên chưa đổi gì"
            self.stdout.write(f"{one.kind} {one.code} (bản riêng v{one.own.version}): {said}")
            for change in one.changes:
                self.stdout.write(f"  {change.key}: {change.before} → {change.after}")
        behind = sum(one.is_behind for one in found)
        self.stdout.write(f"{len(found)} bản riêng, {behind} bản cần xem lại.")

    def _override(self, kind: str, code: str, first_day: date | None) -> None:
        root = Path(settings.DEFINITIONS_ROOT)
        own = definitions.layers_of(root)[-1]
        if kind not in {known.name for known in definitions.kinds()}:
            names = ", ".join(known.name for known in definitions.kinds())
            raise CommandError(f"Không có loại “{kind}”. Có: {names}.")
        path = comparing.write_override(root, kind, code, first_day or clock.today(), own.rank)
        self.stdout.write(f"Đã chép vào {path}. Sửa xong thì chạy: ./thichinh definitions load")


def _plain(one: comparing.Override) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "code": one.code,
        "version": one.own.version,
        "made_from": one.base.version if one.base else None,
        "newest": one.newest.version,
        "behind": one.is_behind,
        "changes": [{"key": c.key, "before": c.before, "after": c.after} for c in one.changes],
    }
