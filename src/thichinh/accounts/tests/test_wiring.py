"""What imports cannot show: every page says who may open it, every permission asked is given."""

from __future__ import annotations

import ast
from pathlib import Path

import yaml
from django.conf import settings
from django.urls import URLPattern

from thichinh.accounts import urls as accounts_urls
from thichinh.accounts.access import Access
from thichinh.work import urls as work_urls

SOURCE = Path(settings.ROOT) / "src" / "thichinh"
ASKING = {"may", "require", "units", "within", "official_required", "visible_units", "unit_choices"}


def test_every_page_of_accounts_and_work_says_who_may_open_it():
    for pattern in [*accounts_urls.urlpatterns, *work_urls.urlpatterns]:
        assert isinstance(pattern, URLPattern)
        assert isinstance(getattr(pattern.callback, "access", None), Access), pattern.name


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
        for path in (Path(settings.DEFINITIONS_ROOT) / "roles").glob("*.yaml")
        for role in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        for permission in role["permissions"]
    }
    asked = permissions_asked()
    assert {"task.view", "account.manage", "person.view"} <= set(asked)
    assert {p: where for p, where in asked.items() if p not in given} == {}
