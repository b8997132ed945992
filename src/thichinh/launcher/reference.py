"""The reference pages that are written from the code: settings, permissions, acts, the API's contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import Operation

from thichinh.accounts.access.doors import Access
from thichinh.config import contracts, environment
from thichinh.config.api import api
from thichinh.foundation.acts import VERBS
from thichinh.foundation.acts import reference as acts
from thichinh.foundation.forms import reference as forms

DOCS = environment.ROOT / "docs" / "reference"
UNMARKED = "NOBODY DECIDED"


@dataclass(frozen=True, order=True)
class Route:
    """One address of the town hall and who may use it."""

    path: str
    method: str
    access: str


def pages() -> dict[Path, str]:
    """Every written page and what it must contain now."""
    return {
        DOCS / "settings.md": environment.reference(),
        DOCS / "permissions.md": permissions(),
        DOCS / "acts.md": acts.page(VERBS),
        DOCS / "forms.md": forms.page(),
        environment.ROOT / "tests" / "contracts" / "openapi.json": contract(),
        environment.ROOT / ".importlinter": contracts.written(),
    }


def contract() -> str:
    """The OpenAPI description, as other programs see it."""
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, default=str) + "\n"


def permissions() -> str:
    """`docs/reference/permissions.md`: every page and operation with its key."""
    lines = [
        "# Who may open what",
        "",
        "Every page and API operation and the key it asks for at the door; the act itself then asks",
        "for authority over the very thing (`actor.may`). Written from the marks on the views by",
        "`./thichinh reference --write`; a test compares.",
        "",
        "| address | method | key |",
        "| --- | --- | --- |",
    ]
    lines += [f"| `{route.path}` | {route.method} | {route.access} |" for route in routes()]
    return "\n".join(lines) + "\n"


def routes() -> list[Route]:
    """All pages and API operations, sorted by address."""
    return sorted({*_pages(get_resolver().url_patterns, "/"), *_operations()})


def _pages(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace != api.urls_namespace:
                yield from _pages(pattern.url_patterns, path)
        else:
            yield Route(path, "page", _shown(getattr(pattern.callback, "access", None)))


def _shown(access: Access | None) -> str:
    if access is None:
        return UNMARKED
    return f"{access.kind}: `{access.permission}`" if access.permission else access.kind


def _operations() -> Iterator[Route]:
    base = "/api/v1"
    yield Route(f"{base}/openapi.json", "GET", "public")
    yield Route(f"{base}/docs", "GET", "public")
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                access = _operation_access(operation)
                for method in operation.methods:
                    yield Route(f"{base}{_joined(router.prefix, path)}", method, access)


def _joined(prefix: str, path: str) -> str:
    return "/" + "/".join(part.strip("/") for part in (prefix, path) if part.strip("/"))


def _operation_access(operation: Operation) -> str:
    """An operation without authentication must have said so (`auth=None`)."""
    marked: Access | None = getattr(operation.view_func, "access", None)
    if operation.auth_callbacks:
        return _shown(marked) if marked else "signed_in"
    return "public" if operation.auth_param is None else UNMARKED
