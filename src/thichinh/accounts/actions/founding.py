"""A new authority: its layer of definitions, its units and its first IT officer."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts.actions.accounts import NewOfficial, create_official
from thichinh.accounts.actions.links import make_link
from thichinh.accounts.actions.roles import RoleTerms, give_role
from thichinh.accounts.models import Account, Unit
from thichinh.accounts.models.definition import UnitKindDefinition
from thichinh.accounts.queries import forget_authority, own_authority
from thichinh.accounts.rules import SYSTEM
from thichinh.accounts.rules.founding import Areas, Founding, Kinds
from thichinh.foundation import definitions
from thichinh.foundation.clock import today
from thichinh.foundation.definitions import in_force
from thichinh.foundation.errors import Conflict
from thichinh.foundation.yaml_files import read_yaml

IT_OFFICER = "it-officer"


def shipped_kinds(on: date) -> Kinds:
    """The kinds of units that come with the program and exist on a day, read from their files."""
    versions: dict[str, list[UnitKindDefinition]] = {}
    folder = Path(settings.SHIPPED_DEFINITIONS) / "national" / "unit-kinds"
    for path in sorted(folder.glob("*.yaml")):
        for document in read_yaml(path):
            kind = UnitKindDefinition.model_validate(document)
            versions.setdefault(kind.code, []).append(kind)
    found = {code: in_force(rows, on) for code, rows in versions.items()}
    return {code: kind for code, kind in found.items() if kind is not None}


def known_areas() -> Areas:
    """What the lists of the country's units know of an authority, by its national code."""
    areas: dict[str, Mapping[str, Any]] = {}
    for path in sorted((Path(settings.SHIPPED_DEFINITIONS) / "areas").glob("*.yaml")):
        for province in read_yaml(path):
            first_day = {"from": province["from"]}
            units = province["units"]
            named = {key: province[key] for key in ("code", "name", "kind")}
            areas[named["code"]] = named | first_day | {"units": units}
            areas |= {unit["code"]: unit | first_day for unit in units}
    return areas


def found_authority(founding: Founding, folder: Path) -> str:
    """Write the authority's layer, publish it, and give its IT officer a link; the link's secret.

    Raises Conflict where the database or the folder belongs to somebody already, Refused when the
    definitions cannot be published. Nothing is left behind then.
    """
    fresh = folder.with_name(f"{folder.name}.new")
    try:
        with transaction.atomic():
            refuse_unless_free(folder)
            _write_layer(founding, fresh)
            definitions.load(fresh)
            secret = _hire(founding)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        definitions.forget_cache()
        forget_authority()
    return secret


def refuse_unless_free(folder: Path) -> None:
    """Raise Conflict where somebody's town is already."""
    refuse_unless_free_folder(folder)
    forget_authority()
    known = own_authority()
    if known.exists or Account.objects.exists():
        raise _taken(known.name or str(folder.parent))


def refuse_unless_free_folder(folder: Path) -> None:
    """Raise Conflict where the folder of an authority's definitions is there already."""
    if folder.exists():
        raise _taken(str(folder.parent))


def _taken(name: str) -> Conflict:
    return Conflict(
        _(
            "Thư mục này đã có dữ liệu của %(name)s. Hãy đặt THICHINH_DATA sang một thư mục trống "
            "để lập cơ quan khác."
        )
        % {"name": name}
    )


def _write_layer(founding: Founding, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    above = _province_layer(founding.code)
    manifest = {
        "code": _slug(founding.code),
        "title": founding.name,
        "level": "authority",
        "above": above,
    }
    own = {
        "code": founding.code,
        "version": 1,
        "effective_from": founding.first_day.isoformat(),
        "name": _organ(founding),
        "unit": founding.code,
        "language": founding.language,
    }
    if founding.address:
        own["address"] = founding.address
    tree = {
        "code": founding.code,
        "version": 1,
        "effective_from": founding.first_day.isoformat(),
        "title": founding.name,
        "units": [_root(founding)],
    }
    for name, document in (
        ("layer.yaml", manifest),
        (f"authority/{founding.code}.yaml", own),
        (f"units/{founding.code}.yaml", tree),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100))


def _province_layer(code: str) -> str:
    """The layer of the authority's province where one is shipped, else the nation's."""
    for path in sorted((Path(settings.SHIPPED_DEFINITIONS) / "areas").glob("*.yaml")):
        (province,) = read_yaml(path)
        codes = {province["code"], *(unit["code"] for unit in province["units"])}
        layer = f"provinces/{path.stem.partition('-')[2]}"
        if code in codes and (Path(settings.SHIPPED_DEFINITIONS) / layer).is_dir():
            return layer
    return "national"


def _root(founding: Founding) -> dict[str, Any]:
    nodes: dict[str, dict[str, Any]] = {
        founding.code: {
            **_node(founding.code, founding.name, founding.kind, founding.first_day),
            "organ_code": founding.organ_code,
        }
    }
    for unit in founding.units:
        node = _node(unit.code, unit.name, unit.kind, founding.first_day)
        if unit.duties:
            node["duties"] = list(unit.duties)
        nodes[unit.code] = node
        nodes[unit.parent].setdefault("children", []).append(node)
    return nodes[founding.code]


def _organ(founding: Founding) -> str:
    """'UBND phường Đức A' for a unit that has a committee; an office goes by its own name."""
    kind = shipped_kinds(founding.first_day)[founding.kind]
    return f"UBND {_inside(founding.name)}" if kind.place == "committee" else founding.name


def _node(code: str, name: str, kind: str, on: date) -> dict[str, Any]:
    short = short_name(name, shipped_kinds(on)[kind])
    node = {"code": code, "name": name, "short_name": short, "kind": kind}
    if code.isdigit() and len(code) in (2, 3, 5):
        node["area_code"] = code
    return node


def short_name(name: str, kind: UnitKindDefinition) -> str:
    """'Phường Đức A' is 'Đức A' where there is no doubt what it is; an office keeps its name."""
    return name.removeprefix(f"{kind.name} " if kind.place == "committee" else "")[:80]


def _inside(name: str) -> str:
    return name[:1].lower() + name[1:]


def _slug(code: str) -> str:
    return code.replace(".", "-")[:60]


def _hire(founding: Founding) -> str:
    """Open the first IT officer's account without a password anybody knows; a link sets one."""
    root = Unit.objects.get(code=founding.code)
    new = NewOfficial(
        founding.username, founding.admin_name, root.pk, _("Cán bộ công nghệ thông tin")
    )
    account, _secret = create_official(SYSTEM, new)
    first_day = min(founding.first_day, today())
    give_role(SYSTEM, account, RoleTerms(IT_OFFICER, root.pk, max(first_day, _FIRST_ROLES)))
    return make_link(SYSTEM, account)


_FIRST_ROLES = date(2020, 1, 1)
"""The first day of the roles that come with the program."""
