"""`./thichinh stocks prove`: recount the books from scratch."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from thichinh.foundation.text import vn_number
from thichinh.stocks import actions


class Command(BaseCommand):
    help = (
        "Đếm lại toàn bộ sổ cái từ các lần chuyển và từ chính những gì sổ đếm, nêu mọi chỗ lệch. "
        "Không sửa sổ. Trả về 0 chỉ khi sổ cân. (Recount every book from its movements and from "
        "what it counts, name every difference, change nothing; 0 only when the books balance.)"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--format", choices=["text", "json"], default="text", help="dạng in ra (how to print)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        proof = actions.prove()
        if options["format"] == "json":
            body = {
                "balanced": proof.balanced,
                "movements": proof.movements,
                "items": proof.items,
                "counts": proof.counts,
                "differences": proof.differences,
            }
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
        else:
            self.stdout.write(
                f"{vn_number(proof.movements)} lần chuyển của {vn_number(proof.items)} mục: "
                + ("sổ cân." if proof.balanced else f"{vn_number(proof.found)} chỗ lệch:")
            )
            for difference in proof.differences:
                self.stdout.write(f"  {difference}")
            more = proof.found - len(proof.differences)
            if more:
                self.stdout.write(f"  … và {vn_number(more)} chỗ nữa: {proof.counts}")
        if not proof.balanced:
            raise CommandError("Sổ không cân. Xem danh sách chỗ lệch ở trên.")
