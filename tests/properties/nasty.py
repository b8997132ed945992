"""Requests that nobody well-meaning sends, for every address of the town."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

LONG_NUMBER = "9" * 40
NASTY_TEXTS = (
    "",
    "a\x00b",
    "\ud800",
    "../../../../etc/passwd",
    "x" * 5000,
    "'; DROP TABLE dossiers_dossier; --",
    "{{ 7 * 7 }}<script>alert(1)</script>",
    LONG_NUMBER,
    "-1",
    "NaN",
    "²",
    "٣",
    "٣٤",
    "￿",
)
NASTY_VALUES: tuple[Any, ...] = (
    *NASTY_TEXTS,
    None,
    True,
    -1,
    int(LONG_NUMBER),
    1e308,
    [],
    {},
    [["x"]],
    {"a": {"b": None}},
    [{"paper": "x", "name": "x.pdf", "sha256": "0" * 64}],
)
BROKEN_BODIES = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"x"',
    b"\xff\xfe\x00",
    b'{"a": ' + b"9" * 6000 + b"}",
    b"[" * 5000,
    b'{"reason": "\\ud800"}',
    b'{"reason": "\\u0000"}',
    b"x" * 3_000_000,
)
TYPES = (
    "application/json",
    "multipart/form-data",  # without a boundary
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded; charset=lạ",
    "text/plain",
    "application/xml; charset=utf-7",
    "",
)
QUERIES = (
    "",
    "q=%00",
    "q=%ff%fe",
    f"cursor={LONG_NUMBER}&after={LONG_NUMBER}&trang={LONG_NUMBER}&limit=-1&page=0",
    "unit=%C2%B2&after=x~%C2%B2&tu=%C2%B2&truoc=%C2%B2&person=%C2%B2&phien-ban=%C2%B2",
    "unit=%D9%A3&after=x~%D9%A3&tu=%D9%A3&truoc=%D9%A3&person=%D9%A3&phien-ban=%D9%A3",
    "tu=2021-02-30&den=9999-99-99&from=x&to=%00",
    "tu=0001-01-01&den=9999-12-31&from=0001-01-01&to=9999-12-31",
    "q=" + "x" * 4000,
    "&".join(f"f{n}=1" for n in range(1200)),
    "sort=%27&order=%3B&kind=%00&shelf=%00&unit=%00&state=x&don-vi=%00&tt=x&thu-tuc=%00",
)


@dataclass(frozen=True)
class Address:
    """One route: its template, and the path with each parameter filled in."""

    route: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """One request, as `django.test.Client.generic` takes it."""

    method: str
    path: str
    body: bytes = b""
    type: str = "application/json"
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = self.body[:60] + (b"..." if len(self.body) > 60 else b"")
        return f"{self.method} {self.path[:120]}?{self.query[:80]} {self.type} {shown!r}"


FILLINGS: dict[str, tuple[str, ...]] = {
    "int": ("0", LONG_NUMBER),
    "str": ("kh%00ng", "%ff", "x" * 3000, "..%2f..%2fx", LONG_NUMBER),
    "slug": ("khong-co", "x" * 3000),
    "uuid": ("00000000-0000-0000-0000-000000000000",),
    "path": ("a/b%00", "%ff"),
}


def addresses(known: dict[str, str]) -> list[Address]:
    """Every route of the address book outside the API; `known` are real values by parameter."""
    return [
        Address(route, _paths(pattern, route, known))
        for route, pattern in _routes("", get_resolver().url_patterns)
        if not route.startswith("api/")
    ]


def _routes(before: str, patterns: list[Any]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(route, pattern.url_patterns)
        else:
            yield route, pattern


def _paths(pattern: URLPattern, route: str, known: dict[str, str]) -> tuple[str, ...]:
    converters = _converters(route)
    if not converters:
        return (f"/{route}",)
    real = route
    for name, kind in converters.items():
        value = known.get(f"{route}:{name}") or known.get(name) or FILLINGS[kind][0]
        real = real.replace(_place(route, name), value)
    found = [f"/{real}"]
    for n in range(max(len(FILLINGS[kind]) for kind in converters.values())):
        path = route
        for name, kind in converters.items():
            path = path.replace(_place(route, name), FILLINGS[kind][n % len(FILLINGS[kind])])
        found.append(f"/{path}")
    return tuple(found)


def _converters(route: str) -> dict[str, str]:
    found = {}
    for part in route.split("<")[1:]:
        kind, _, name = part.split(">")[0].rpartition(":")
        found[name] = kind or "str"
    return found


def _place(route: str, name: str) -> str:
    inside = next(p.split(">")[0] for p in route.split("<")[1:] if p.split(">")[0].endswith(name))
    return f"<{inside}>"


def page_requests(address: Address) -> Iterator[Sent]:
    """What is thrown at one page: each path plainly, then everything nasty at the real one."""
    for path in address.paths:
        yield Sent("GET", path)
        yield Sent("POST", path, b"", "application/x-www-form-urlencoded")
    real = address.paths[0]
    for digit in ("%C2%B2", "%D9%A3"):  # digits to Python's isdigit, not to its int
        body = "&".join(f"{name}={digit}" for name in ("giver", "assignee", "person", "revision"))
        yield Sent("POST", real, body.encode(), "application/x-www-form-urlencoded")
    for query in QUERIES:
        yield Sent("GET", real, query=query)
    for method in ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"):
        yield Sent(method, real)
    for n, body in enumerate(BROKEN_BODIES):
        yield Sent("POST", real, body, TYPES[n % len(TYPES)])
    yield Sent("GET", real, headers={"HX-Request": "true", "HX-Current-URL": "\x01://["})


def api_requests(
    schema: dict[str, Any], known: dict[str, str], good: dict[str, dict[str, Any]]
) -> Iterator[Sent]:
    """What is thrown at each operation of the API: broken bodies, and each field made nasty."""
    for template, operations in schema["paths"].items():
        real, wrong = template, template
        for part in template.split("{")[1:]:
            name = part.split("}")[0]
            real = real.replace(f"{{{name}}}", known.get(name, "1"))
            wrong = wrong.replace(f"{{{name}}}", "%00")
        for method in operations:
            body = good.get(f"{method} {template}") or _sample(schema, operations[method])
            yield from _operation(method.upper(), real, wrong, body)
        yield Sent("BREW", real)
        yield Sent("PUT", real)


def _operation(method: str, real: str, wrong: str, body: dict[str, Any]) -> Iterator[Sent]:
    if method == "GET":
        for query in QUERIES:
            yield Sent("GET", real, query=query)
        yield Sent("GET", wrong)
        return
    yield Sent(method, wrong, json.dumps(body).encode())
    for n, broken in enumerate(BROKEN_BODIES):
        yield Sent(method, real, broken, TYPES[n % len(TYPES)])
        yield Sent(method, real, broken)
    for name in body:
        for value in NASTY_VALUES:
            yield Sent(method, real, json.dumps({**body, name: value}).encode())
    for key in NASTY_TEXTS[:5]:
        header = key.encode("utf-8", "replace").decode("latin-1").replace("\n", "")
        yield Sent(method, real, json.dumps(body).encode(), headers={"Idempotency-Key": header})


def _sample(schema: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Every field of the operation's body with something of about the right kind."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    reference = content.get("schema", {}).get("$ref", "")
    if not reference:
        return {}
    model = schema["components"]["schemas"][reference.rsplit("/", 1)[1]]
    return {name: _value(part) for name, part in model.get("properties", {}).items()}


def _value(part: dict[str, Any]) -> Any:
    kind = part.get("type") or next((p.get("type") for p in part.get("anyOf", ())), "string")
    made: dict[str, Any] = {"integer": 1, "boolean": True, "array": [], "object": {}, "number": 1}
    return part.get("default", made.get(kind, "x"))
