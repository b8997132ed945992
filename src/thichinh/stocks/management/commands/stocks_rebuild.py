"""`./thichinh stocks rebuild BOOK`: keep a book's sums by the grains and periods it now declares."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from thichinh.foundation.text import vn_number
from thichinh.stocks import actions


class Command(BaseCommand):
    help = (
        "Cộng lại sổ từ các lần chuyển, theo cách chia và kỳ mà sổ khai báo bây giờ; lần chuyển giữ "
        "nguyên, trong lúc cộng số liệu vẫn đúng. (Add a book up again from its movements, by the "
        "grains and periods that it declares now; movements stay, and figures are right meanwhile.)"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("book", help="mã sổ (the book's code)")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["book"]
        try:
            folded = actions.rebuild(code)
        except SystemError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Đã cộng lại {vn_number(folded)} lần chuyển của sổ {code}.")
