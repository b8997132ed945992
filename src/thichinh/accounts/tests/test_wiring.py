"""What imports cannot show: every page says who may open it, every permission asked is given."""

from __future__ import annotations

import ast
from pathlib import Path

import yaml
from django.conf import settings
from django.urls import URLResolver, get_resolver

from thichinh.accounts.access import Access

SOURCE = Path(settings.ROOT) / "src" / "thichinh"
ASKING = {"may", "require", "units", "within", "official_required", "unit_choices"}


def test_every_page_of_accounts_and_work_says_who_may_open_it():
    included = [r for r in get_resolver().url_patterns if isinstance(r, URLResolver)]
    pages = [p for r in included if r.namespace in ("accounts", "work") for p in r.url_patterns]
    assert len(pages) > 25
    for page in pages:
        assert isinstance(getattr(page.callback, "access", None), Access), page.name


def permissions_asked() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in SOURCE.rglob("*.py"):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node) in ASKING:
                found |= {text: str(path) for text in map(_text, node.args) if "." in text}
    return found


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_permission_the_code_asks_for_is_in_some_role():
    given = {
        permission
        for path in (Path(settings.SHIPPED_DEFINITIONS) / "national" / "roles").glob("*.yaml")
        for role in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        for permission in role["permissions"]
    }
    asked = permissions_asked()
    assert {"task.view", "account.manage", "person.view"} <= set(asked)
    assert {p: where for p, where in asked.items() if p not in given} == {}
