"""The book of these tests, known while they run and to nobody else."""

from __future__ import annotations

import pytest

from thichinh.stocks import rules
from thichinh.stocks.tests.test_books import BOOK


@pytest.fixture(autouse=True)
def _book_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules._books, BOOK.code, BOOK)
