"""What the tenant shows of the house: small, at home in the rooms, and both books right together."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path

from django.db import connection
from django.urls import get_resolver

from tests.architecture.house import ROOMS
from thichinh.accounts.models import Account, Person
from thichinh.config.api import modules
from thichinh.dossiers.tests.officials import receive
from thichinh.stocks import actions as stocks
from thichinh.stocks.models import Movement

from .conftest import OWNER, Find, official, press

HERE = Path(__file__).resolve().parents[1]
SOURCES = [
    path
    for path in sorted(HERE.rglob("*.py"))
    if not {"tests", "migrations"} & set(path.relative_to(HERE).parts)
]
_LIMIT = 400


def _code_lines(path: Path) -> int:
    """Lines that hold code: no blank ones, comments or docstrings."""
    text = path.read_text()
    told: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            told |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    quiet = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in quiet and token.type != tokenize.ENDMARKER:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - told)


def test_a_complete_app_is_at_most_four_hundred_lines() -> None:
    assert sum(map(_code_lines, SOURCES)) <= _LIMIT
    assert list(HERE.rglob("*.html")) == [], "its pages are drawn by the engines"


def test_it_lives_in_the_rooms_of_every_app() -> None:
    assert {path.stem for path in SOURCES} - ROOMS - {"__init__"} == set()


def test_every_page_says_who_may_open_it_and_the_api_is_found_by_its_name() -> None:
    assert "tests.tenant.api" in modules("api")
    patterns = [p for p in get_resolver().url_patterns if "tests.tenant" in str(p)]
    (own,) = patterns
    assert [str(p.pattern) for p in own.url_patterns if not hasattr(p.callback, "access")] == []


def test_nothing_outside_its_folder_names_it_but_the_settings_of_the_tests() -> None:
    root = HERE.parents[1]
    naming = {
        str(path.relative_to(root))
        for folder in ("src", "tests", "definitions")
        for path in (root / folder).rglob("*")
        if path.suffix in {".py", ".yaml", ".html"} and HERE not in path.parents
        if "tests.tenant" in path.read_text() or "lost_property" in path.read_text()
    }
    assert naming <= {
        "tests/settings.py", "tests/suite/databases.py", "tests/frontdoor/test_apps_of_others.py",
    }  # fmt: skip


def test_both_books_are_proved_together_though_their_items_have_the_same_numbers(
    find: Find, keeper: Account, owner: Person
) -> None:
    dossier = receive(official("clerk"), owner)
    thing = find()
    with connection.cursor() as cursor:  # the next thing gets the number of the dossier
        cursor.execute("SELECT setval('lost_property_thing_id_seq', %s, false)", [dossier.pk])
    if thing.pk != dossier.pk:
        assert find().pk == dossier.pk
    press(keeper, thing, "claim", claimant=OWNER, proof="Mô tả đúng")
    items = set(Movement.objects.values_list("book__code", "item"))
    assert {("dossiers", dossier.pk), ("lost_property", dossier.pk)} <= items
    stocks.fold()
    proof = stocks.prove()
    assert (proof.balanced, proof.differences) == (True, [])
    assert proof.items == len(items)
