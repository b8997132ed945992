"""Mirroring published definitions of units and roles into rows."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from thichinh.accounts.models import Role, Unit, UnitSuccession
from thichinh.accounts.models.definition import (
    AuthorityDefinition,
    DefinedUnit,
    PermissionBundle,
    RoleDefinition,
    UnitKindDefinition,
    UnitTreeDefinition,
)
from thichinh.accounts.queries.installation import AUTHORITY, forget_authority, own_authority
from thichinh.accounts.rules.permissions import BUNDLE, check_permissions
from thichinh.foundation.definitions import LoadReport, current, publish
from thichinh.foundation.definitions.kinds import kind_named
from thichinh.foundation.errors import Missing, Refused
from thichinh.foundation.models import DefinitionVersion

UNIT_KIND = "unit-kind"


def project_unit_kind(row: DefinitionVersion, content: UnitKindDefinition) -> None:
    """Units that exist already get the level, place and names that a new version of their kind says."""
    ending = Q(valid_to=None) | Q(valid_to__gte=content.effective_from)
    for unit in Unit.objects.filter(ending, kind=content.code):
        for name, value in _mirrored(unit.name, _kind(unit.kind, unit.valid_from)).items():
            setattr(unit, name, value)
        unit.save()


def _kind(code: str, on: date) -> UnitKindDefinition:
    """The kind as it was on a day. Raises Refused for an unknown one."""
    try:
        found: UnitKindDefinition = current(UNIT_KIND, code, on)
    except Missing:
        raise Refused(f"Không có loại đơn vị “{code}” (definitions/national/unit-kinds).") from None
    return found


def _mirrored(name: str, kind: UnitKindDefinition) -> dict[str, str]:
    return {
        "level": kind.level,
        "place": kind.place,
        "organ_name": _filled(kind.organ_name, name),
        "organ_name_en": _filled(kind.organ_name_en, name),
        "desk_name": _filled(kind.desk_name, name),
        "desk_name_en": _filled(kind.desk_name_en, name),
    }


def _filled(pattern: str, name: str) -> str:
    """'Ủy ban nhân dân {name}' for 'Xã A': inside a name the first letter is small."""
    inside = not pattern.startswith("{name}")
    return pattern.replace("{name}", name[:1].lower() + name[1:] if inside else name)


def project_unit_tree(row: DefinitionVersion, content: UnitTreeDefinition) -> None:
    """Make the units of a published tree exist from its first day; close those it leaves out.

    Raises Refused for an older version after a newer one, an unknown kind or predecessor, and a
    unit below one that its kind does not stand under.
    """
    same = DefinitionVersion.objects.filter(kind=row.kind, code=row.code)
    if same.filter(version__gt=row.version).exists():
        raise Refused(
            "Đã có phiên bản mới hơn của cây đơn vị này; hãy đánh số phiên bản tiếp theo."
        )
    _close_left_out(content, [version.content for version in same.exclude(pk=row.pk)])
    units: dict[str, Unit] = {}
    for place, (parent, node) in enumerate(content.nodes()):
        units[node.code] = _keep_unit(node, units.get(parent), place, content)
    for _parent, node in content.nodes():
        _keep_succession(node, units[node.code], content)


def _close_left_out(content: UnitTreeDefinition, earlier: list[dict[str, object]]) -> None:
    """Units of earlier versions that are no longer named end on the day before."""
    kept = {node.code for _parent, node in content.nodes()}
    before = [UnitTreeDefinition.model_validate(old) for old in earlier]
    gone = {node.code for tree in before for _parent, node in tree.nodes()} - kept
    last_day = content.effective_from - timedelta(days=1)
    ending = Unit.objects.filter(code__in=gone).filter(Q(valid_to=None) | Q(valid_to__gt=last_day))
    ending.update(valid_to=last_day)


def _keep_unit(
    node: DefinedUnit, parent: Unit | None, place: int, content: UnitTreeDefinition
) -> Unit:
    kind = _kind(node.kind, content.effective_from)
    if parent is not None and parent.kind not in kind.under:
        above = _kind(parent.kind, content.effective_from)
        raise Refused(
            f"“{node.name}” ({kind.name}) không thể nằm dưới “{parent.name}” ({above.name})."
        )
    facts = {
        **_mirrored(node.name, kind),
        "duties": list(node.duties),
        "name": node.name,
        "short_name": node.short_name,
        "kind": node.kind,
        "parent": parent,
        "path": f"{parent.path if parent else ''}{node.code}/",
        "area_code": node.area_code,
        "organ_code": node.organ_code,
        "lat": node.lat,
        "lon": node.lon,
        "sort_key": f"{content.effective_from:%Y%m%d}.{place:04d}",
        "valid_to": content.effective_to,
    }
    unit, _ = Unit.objects.update_or_create(
        code=node.code,
        defaults=facts,
        create_defaults={**facts, "valid_from": content.effective_from},
    )
    return unit


def _keep_succession(node: DefinedUnit, new: Unit, content: UnitTreeDefinition) -> None:
    olds = {unit.code: unit for unit in Unit.objects.filter(code__in=node.succeeds)}
    for code in node.succeeds:
        if code not in olds:
            raise Refused(f"Đơn vị “{node.code}” kế thừa “{code}”, nhưng chưa có đơn vị ấy.")
        UnitSuccession.objects.get_or_create(
            old=olds[code], new=new, defaults={"on": content.effective_from}
        )


def project_authority(row: DefinitionVersion, content: AuthorityDefinition) -> None:
    """Processes read the new version within seconds. One installation has one authority."""
    others = DefinitionVersion.objects.filter(kind=row.kind).exclude(code=row.code)
    if others.exists():
        raise Refused("Bản cài đặt này đã thuộc một cơ quan khác; mỗi cơ quan cần một bản riêng.")
    if not Unit.objects.filter(code=content.unit).exists():
        raise Refused(unit=f"Không có đơn vị nào mang mã “{content.unit}”.")
    forget_authority()


def call_own_authority(name: str) -> None:
    """Put another name on the door and the papers of an invented town, whose figures are another's.

    Its units' published tree keeps what it says: only the row of the root is called anew.
    """
    own = own_authority()
    root = Unit.objects.get(code=own.unit)
    for field, value in _mirrored(name, _kind(root.kind, root.valid_from)).items():
        setattr(root, field, value)
    root.name = root.short_name = name
    root.save()
    rows = DefinitionVersion.objects.filter(kind=AUTHORITY, code=own.code)
    told = AuthorityDefinition.model_validate(rows.latest("version").content)
    changed = told.model_copy(update={"name": name, "version": told.version + 1})
    publish(kind_named(AUTHORITY), changed, LoadReport())


def project_bundle(row: DefinitionVersion, content: PermissionBundle) -> None:
    """Keep one row per version of a bundle. Raises Refused for a permission nobody knows."""
    _keep_role(row, content, scope=BUNDLE, bundles=())


def project_role(row: DefinitionVersion, content: RoleDefinition) -> None:
    """Keep one row per version of a role; the epoch trigger makes every process notice.

    Raises Refused for a permission or a bundle that nobody knows.
    """
    known = set(Role.objects.filter(scope=BUNDLE).values_list("code", flat=True))
    for bundle in content.bundles:
        if bundle not in known:
            raise Refused(
                _("Không có nhóm quyền “%(bundle)s”. Các nhóm đang có: %(known)s.")
                % {"bundle": bundle, "known": ", ".join(sorted(known))},
                bundles=bundle,
            )
    _keep_role(row, content, scope=content.scope, bundles=content.bundles)


def _keep_role(
    row: DefinitionVersion,
    content: PermissionBundle | RoleDefinition,
    *,
    scope: str,
    bundles: tuple[str, ...],
) -> None:
    check_permissions(content.permissions)
    Role.objects.update_or_create(
        code=content.code,
        version=row.version,
        defaults={
            "title": content.title,
            "title_en": content.title_en,
            "scope": scope,
            "permissions": list(content.permissions),
            "bundles": list(bundles),
            "valid_from": content.effective_from,
            "valid_to": content.effective_to,
        },
    )
