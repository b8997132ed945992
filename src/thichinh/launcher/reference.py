"""The reference pages that are written from the code: settings, permissions, acts, the API's contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import Operation

from thichinh.accounts.access.doors import Access
from thichinh.config import contracts, environment
from thichinh.config.api import api, modules
from thichinh.config.house import APPS, PACKAGE
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
        DOCS / "acts.md": acts.page(
            verb for verb in VERBS if VERBS.owner(verb.audit_action) in APPS
        ),
        DOCS / "forms.md": forms.page(),
        environment.ROOT / "tests" / "contracts" / "openapi.json": contract(),
        environment.ROOT / ".importlinter": contracts.written(),
    }


def contract() -> str:
    """The OpenAPI description, as other programs see it; what apps of others add is theirs to write."""
    schema = api.get_openapi_schema()
    ours = {re.sub(r"\{\w+:", "{", route.path) for route in routes()}  # "{int:id}" is "{id}" there
    schema["paths"] = {path: item for path, item in schema["paths"].items() if path in ours}
    kept = _named_schemas(schema)
    schemas = schema["components"]["schemas"]
    schema["components"]["schemas"] = {name: schemas[name] for name in schemas if name in kept}
    return json.dumps(schema, ensure_ascii=False, indent=1, default=str) + "\n"


def _named_schemas(schema: dict[str, Any]) -> set[str]:
    """The schemas that the paths and responses come to, through one another."""
    schemas = schema["components"]["schemas"]
    found: set[str] = set()
    asked: list[Any] = [schema["paths"], schema["components"]["responses"]]
    while asked:
        text = json.dumps(asked.pop(), default=str)
        new = set(re.findall(r'"#/components/schemas/([^"]+)"', text)) - found
        found |= new
        asked += [schemas[name] for name in sorted(new)]
    return found


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
    """All pages and API operations of the house, sorted by address; not those of others' apps."""
    return sorted({*_pages(get_resolver().url_patterns, "/"), *_operations()})


def _is_ours(module: str) -> bool:
    """Whether a module belongs to the house, and not to an app of others."""
    return module.partition(".")[0] == PACKAGE


def _pages(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace != api.urls_namespace and _is_ours(_addresses_of(pattern)):
                yield from _pages(pattern.url_patterns, path)
        else:
            yield Route(path, "page", _shown(getattr(pattern.callback, "access", None)))


def _addresses_of(pattern: URLResolver) -> str:
    """The module whose addresses these are; those written in place belong to whoever wrote them."""
    return str(getattr(pattern.urlconf_name, "__name__", PACKAGE))


def _shown(access: Access | None) -> str:
    if access is None:
        return UNMARKED
    return f"{access.kind}: `{access.permission}`" if access.permission else access.kind


def _operations() -> Iterator[Route]:
    base = "/api/v1"
    yield Route(f"{base}/openapi.json", "GET", "public")
    yield Route(f"{base}/docs", "GET", "public")
    theirs = {id(import_module(name).router) for name in modules("api") if not _is_ours(name)}
    for router in api._get_bound_routers():
        if id(router.template) in theirs:
            continue
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
