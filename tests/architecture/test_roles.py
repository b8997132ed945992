"""Keys and roles: what the code asks for is contributed, what roles name exists, and both ways."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from thichinh.accounts.models import Role
from thichinh.accounts.rules.permissions import BUNDLE, PERMISSIONS, check_permissions
from thichinh.foundation import definitions
from thichinh.foundation.errors import Refused

from .house import SOURCES, name_of, tree

ASKING = {"official_required", "require", "may", "units", "within", "unit_choices", "holders_of"}
DECLARED = {permission.code for permission in PERMISSIONS}


def _asked(path: Path) -> Iterator[tuple[int, str]]:
    """String arguments of calls that ask for a permission, and `permission="…"` anywhere."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = called or (node.func.id if isinstance(node.func, ast.Name) else "")
        given = [*node.args] if called in ASKING else []
        given += [word.value for word in node.keywords if word.arg == "permission"]
        for value in given:
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                yield node.lineno, value.value


def test_every_key_that_the_code_asks_for_is_contributed_by_an_app() -> None:
    asked = {
        (f"{name_of(path)}:{line}", code)
        for path in SOURCES.rglob("*.py")
        if "tests" not in path.parts
        for line, code in _asked(path)
        if "." in code
    }
    assert len(asked) > 20
    assert {entry for entry in asked if entry[1] not in DECLARED} == set()


@pytest.mark.django_db
def test_every_key_is_given_by_a_bundle_and_every_bundle_is_part_of_a_role(town: None) -> None:
    bundles = Role.objects.filter(scope=BUNDLE)
    given = {code for bundle in bundles for code in bundle.permissions}
    assert given == DECLARED
    used = {code for role in Role.objects.exclude(scope=BUNDLE) for code in role.bundles}
    assert {bundle.code for bundle in bundles} - used == set()


@pytest.mark.django_db
def test_a_bundle_belongs_to_the_app_that_contributes_its_first_key(town: None) -> None:
    foreign = [
        bundle.code
        for bundle in Role.objects.filter(scope=BUNDLE)
        if PERMISSIONS.owner(bundle.permissions[0]) != bundle.code.partition(".")[0]
    ]
    assert foreign == []


def test_an_unknown_key_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(Refused, match=r"dossier\.veiw.*dossier\.view"):
        check_permissions(["dossier.view", "dossier.veiw"])


ROLE = """
code: night-watch
effective_from: 2020-01-01
title: Trực đêm
title_en: Night watch
scope: unit
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("permissions: [dossier.fly]", "Không có quyền “dossier.fly”"),
        ("bundles: [dossiers.fly]", "Không có nhóm quyền “dossiers.fly”"),
        ("bundles: []", "a role needs a bundle or a permission"),
    ],
)
def test_a_role_that_names_what_nobody_knows_is_a_problem_of_its_file(
    tmp_path: Path, town: None, line: str, sentence: str
) -> None:
    folder = tmp_path / "positions"
    folder.mkdir()
    (folder / "night.yaml").write_text(ROLE + line)
    (problem,) = definitions.check(tmp_path).problems
    assert problem.path == "positions/night.yaml"
    assert sentence in problem.message


@pytest.mark.django_db
def test_the_shipped_roles_name_only_what_there_is() -> None:
    assert definitions.check(Path(settings.DEFINITIONS_ROOT)).problems == []
