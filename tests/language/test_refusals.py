"""No refusal is said in Vietnamese only: its words go through gettext, whoever meets it.

Two looks at the syntax of every file: what a domain error is made of, and every sentence that
stands anywhere else (a validator returns it, a dictionary of problems holds it).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.house import SOURCES, tree
from tests.language.test_english import VIETNAMESE

GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
ERRORS = {"DomainError", "Refused", "NotAllowed", "Missing", "Conflict"}
# Who works at the command line, or writes definition files, reads Vietnamese (ADR 0017).
EXEMPT = {
    "launcher/*": "the launcher speaks on the terminal",
    "*/management/*": "commands",
    "config/house.py": "refuses a wrong app at the start, on the terminal, in both languages",
    "foundation/contributions.py": "refuses a wrong app at the start, in both languages",
    "foundation/declared.py": "a system check, in both languages",
    "foundation/acts/api.py": "refuses a wrong declaration at the start, in both languages",
    "foundation/acts/wording.py": "a system check, in both languages",
    "accounts/access/keys.py": "a system check, in both languages",
    "example/*": "builds the example town, by command",
    "caselogs/*": "imports a log of cases, by command",
    "procedures/schemas/imports.py": "the report of an import on the terminal",
    "accounts/actions/definitions.py": "checks definition files while they are loaded",
    "procedures/actions/project.py": "checks definition files while they are loaded",
    "foundation/calendar/assembly.py": "checks definition files while they are loaded",
    "foundation/commands.py": "options of commands",
    "foundation/yaml_files.py": "reads files that are written for commands",
    "foundation/definitions/loading.py": "checks definition files while they are loaded",
    "foundation/definitions/layers.py": "checks definition files while they are loaded",
    "foundation/definitions/comparing.py": "copies and compares definitions, by command",
    "reports/rules/text.py": "checks texts of definition files",
    "notifications/rules/texts.py": "checks texts of definition files",
    "notifications/models/definition.py": "checks definition files while they are loaded",
    "foundation/forms/expressions.py": "checks expressions of definition files",
    "foundation/forms/types.py": "checks expressions of definition files",
    "foundation/forms/sources.py": "checks definition files while they are loaded",
    "foundation/ui/samples.py": "made-up content of the page that shows the components",
    "indicators/rules/identities.py": "printed in reports, whose content stays Vietnamese",
    "reports/queries/building.py": "printed in reports, whose content stays Vietnamese",
}


def spoken_files() -> list[Path]:
    """Every file whose words may reach a page or the API."""
    return [
        path
        for path in sorted(SOURCES.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.parts) and not _patterns_of(path)
    ]


def bare_refusals(module: ast.Module, errors: Set[str]) -> Iterator[ast.expr]:
    """Words outside gettext from which a domain error is made, directly or through a name."""
    named = _assignments(module)
    for given in _makings(module, errors):
        yield from _bare(given, named, frozenset())


def bare_sentences(module: ast.Module) -> Iterator[ast.expr]:
    """Vietnamese that ends like a sentence and is neither a docstring nor inside gettext."""
    silent: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))
        elif isinstance(node, ast.Call) and _called(node) in GETTEXT:
            silent |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(module):
        if id(node) not in silent and isinstance(node, ast.Constant | ast.JoinedStr):
            words = _words(node)
            if VIETNAMESE.search(words) and words.rstrip().endswith((".", "!", "?")):
                yield node


def _makings(module: ast.Module, errors: Set[str]) -> Iterator[ast.expr]:
    """What is given where an error is raised, and inside a class of errors to the one above it."""
    calls = [n for n in ast.walk(module) if isinstance(n, ast.Call) and _called(n) in errors]
    for kind in ast.walk(module):
        if isinstance(kind, ast.ClassDef) and kind.name in errors:
            for node in ast.walk(kind):
                if isinstance(node, ast.Call) and _called(node) == "__init__":
                    calls.append(node)
                elif isinstance(node, ast.arguments):
                    yield from (default for default in node.defaults if default is not None)
    for call in calls:
        yield from call.args
        yield from (keyword.value for keyword in call.keywords)


def _bare(
    given: ast.AST, named: Mapping[str, list[ast.expr]], seen: frozenset[str]
) -> Iterator[ast.expr]:
    match given:
        case ast.Call() if _called(given) in GETTEXT:
            return
        case ast.Constant() | ast.JoinedStr():
            if any(character.isalpha() for character in _words(given)):
                yield given
            if isinstance(given, ast.JoinedStr):
                for part in given.values:
                    if isinstance(part, ast.FormattedValue):
                        yield from _bare(part.value, named, seen)
        case ast.Name(id=name):
            for value in named.get(name, []) if name not in seen else []:
                yield from _bare(value, named, seen | {name})
        case ast.Dict(values=values):
            for value in values:
                yield from _bare(value, named, seen)
        case ast.Subscript(value=value):
            yield from _bare(value, named, seen)
        case ast.Call(args=args, func=ast.Attribute(attr="join")):
            for value in args:
                yield from _bare(value, named, seen)
        case ast.BinOp() | ast.BoolOp() | ast.IfExp() | ast.List() | ast.Tuple() | ast.Starred():
            for inner in ast.iter_child_nodes(given):
                if not (isinstance(given, ast.IfExp) and inner is given.test):
                    yield from _bare(inner, named, seen)


def _words(node: ast.expr) -> str:
    """The text of a literal; of an f-string, what stands between its values."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part) for part in node.values)
    value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else ""


def _assignments(module: ast.Module) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def _patterns_of(path: Path) -> list[str]:
    place = path.relative_to(SOURCES).as_posix()
    return [pattern for pattern in EXEMPT if fnmatch(place, pattern)]


@cache
def _errors_of_the_house() -> frozenset[str]:
    """The four, and every class made of one of them."""
    names = set(ERRORS)
    classes = [
        node
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    ]
    while True:
        more = {c.name for c in classes if names & {getattr(b, "id", "") for b in c.bases}}
        if more <= names:
            return frozenset(names)
        names |= more


@cache
def _found(path: Path) -> tuple[str, ...]:
    module = tree(path)
    bare = [*bare_refusals(module, _errors_of_the_house()), *bare_sentences(module)]
    place = path.relative_to(SOURCES)
    return tuple(sorted({f"{place}:{node.lineno}: {ast.unparse(node)}" for node in bare}))


def test_every_sentence_that_a_page_or_the_api_can_say_goes_through_gettext() -> None:
    assert [line for path in spoken_files() for line in _found(path)] == []


@pytest.mark.parametrize("pattern", EXEMPT)
def test_an_exemption_is_still_needed(pattern: str) -> None:
    paths = [path for path in SOURCES.rglob("*.py") if pattern in _patterns_of(path)]
    assert any(_found(path) for path in paths)


def test_the_looks_see_the_refusals_of_the_house() -> None:
    errors = _errors_of_the_house()
    assert {"TooMany", "_WrongMethod"} <= errors
    assert sum(1 for path in spoken_files() for _ in _makings(tree(path), errors)) > 150


@pytest.mark.parametrize(
    "code",
    [
        'raise Refused("Hãy nhập lại.")',
        'raise Refused("Try again")',
        'raise Missing(f"Không có {code}")',
        'raise errors.Conflict("Đã thay đổi.")',
        'raise Refused(**{field: "Sai rồi"})',
        'raise Refused(_("Hãy xem lại.") + " Sai.")',
        'GONE = "Không còn"\nraise Missing(GONE)',
        'said = f"Sai {x}"\nraise Refused(said, **{name: said})',
        'raise Refused("\\n".join(["Sai", "rồi"]))',
        'raise Refused(_("Hãy sửa.") if good else "Sai")',
        'class TooMany(Refused):\n    def __init__(self):\n        super().__init__("Chậm lại")',
        'class TooMany(Refused):\n    def __init__(self, message="Chậm lại"): ...',
        'def problem():\n    return "Mật khẩu quá ngắn."',
        'PROBLEMS = {1: "Địa chỉ dài quá."}',
        'def problem(n):\n    return f"Dài quá {n} ký tự."',
    ],
)
def test_bare_words_are_found(code: str) -> None:
    module = ast.parse(code)
    errors = ERRORS | {"TooMany"}
    assert [*bare_refusals(module, errors), *bare_sentences(module)]


@pytest.mark.parametrize(
    "code",
    [
        'raise Refused(_("Hãy nhập lại."))',
        'raise Refused(officer=_("Hãy chọn %(who)s.") % {"who": name})',
        'raise Missing(_("Ngày %(on)s.") % {"on": f"{on:%d/%m/%Y}"})',
        'GONE = gettext_lazy("Không còn.")\nraise Missing(GONE)',
        'raise Refused(str(cells["unreadable"]))',
        'def told():\n    """Nói bằng tiếng Việt."""\n    raise NotAllowed()',
    ],
)
def test_words_inside_gettext_are_let_through(code: str) -> None:
    module = ast.parse(code)
    assert [*bare_refusals(module, ERRORS), *bare_sentences(module)] == []
