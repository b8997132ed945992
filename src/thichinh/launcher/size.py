"""`size`: the ten longest files and functions, and the biggest ring of modules that import each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp

from thichinh.launcher.town import ROOT

SOURCES = ROOT / "src" / "thichinh"


def report() -> str:
    """A report, not a gate."""
    files = sorted(((_lines(path), path) for path in _files()), reverse=True)[:10]
    functions = sorted((row for path in _files() for row in _functions(path)), reverse=True)[:10]
    ring = biggest_ring()
    return "\n".join(
        [
            "Longest files (lines)",
            *(f"  {lines:5d}  {path.relative_to(ROOT)}" for lines, path in files),
            "Longest functions (lines)",
            *(f"  {lines:5d}  {where}" for lines, where in functions),
            "Biggest import ring",
            "  none" if not ring else "  " + " <-> ".join(ring),
        ]
    )


def biggest_ring() -> list[str]:
    """The largest set of modules each of which reaches all others by imports; empty when none."""
    graph = grimp.build_graph("thichinh", exclude_type_checking_imports=True)
    edges = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    rings = [ring for ring in _components(edges) if len(ring) > 1]
    return max((sorted(ring) for ring in rings), key=len, default=[])


def _files() -> Iterator[Path]:
    return (path for path in SOURCES.rglob("*.py") if "migrations" not in path.parts)


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def _functions(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield length, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def _components(edges: dict[str, set[str]]) -> list[set[str]]:
    """Strongly connected components (Kosaraju), without recursion."""
    order: list[str] = []
    seen: set[str] = set()
    for root in edges:
        order += _finished(root, edges, seen)
    back: dict[str, set[str]] = {module: set() for module in edges}
    for module, targets in edges.items():
        for target in targets & edges.keys():
            back[target].add(module)
    seen = set()
    return [set(_finished(root, back, seen)) for root in reversed(order) if root not in seen]


def _finished(root: str, edges: dict[str, set[str]], seen: set[str]) -> list[str]:
    """Modules reachable from root and not seen before, each after all that it reaches."""
    done: list[str] = []
    stack = [(root, iter(edges[root] & edges.keys()))] if root not in seen else []
    seen.add(root)
    while stack:
        module, targets = stack[-1]
        following = next((target for target in targets if target not in seen), None)
        if following is None:
            done.append(module)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(edges[following] & edges.keys())))
    return done
