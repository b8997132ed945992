"""Where imported dossiers belong: an authority, its units and procedures, made by definitions.

What an import makes is published like any other definition, so it is versioned and checked; it
ended long ago, so no citizen is offered it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from thichinh.accounts.models import Unit
from thichinh.accounts.models.definition import DefinedUnit, UnitTreeDefinition
from thichinh.caselogs.rules.acts import label_code
from thichinh.caselogs.rules.mapping import Authority, CaseMapping, ProcedureSource
from thichinh.caselogs.rules.refusals import Fault
from thichinh.caselogs.rules.sources import shown
from thichinh.foundation.definitions import LoadReport, content_of, publish
from thichinh.foundation.definitions.kinds import kind_named
from thichinh.foundation.errors import Missing
from thichinh.foundation.forms import FormField
from thichinh.foundation.models import DefinitionVersion
from thichinh.procedures.models import (
    FIELD,
    PROCEDURE,
    FieldDefinition,
    Paper,
    Procedure,
    ProcedureDefinition,
    Result,
    Step,
    Term,
)

UNIT_TREE = "unit-tree"
SINCE = date(1975, 1, 1)
UNTIL = date(1975, 12, 31)
"""Imported procedures are over: the catalogue shows what is in force today."""


@dataclass(frozen=True, slots=True)
class ProcedureRef:
    """A procedure as a dossier needs it."""

    procedure_id: int
    definition_id: int
    definition: ProcedureDefinition


@dataclass(slots=True)
class Place:
    """The authority of an import, and what its labels stand for so far."""

    root: Unit
    own: bool
    source: ProcedureSource
    units: dict[str, int] = field(default_factory=dict)
    procedures: dict[str, ProcedureRef] = field(default_factory=dict)

    def unit_id(self, label: str) -> int:
        """The unit of a label. Raises Fault where the authority was not made by an import."""
        if not label:
            return self.root.pk
        known = self.units.get(label)
        if known is None:
            known = self._unit(label)
            self.units[label] = known
        return known

    def _unit(self, label: str) -> int:
        code = label if self._below(label) else f"{self.root.code}.{_short(label, self.root.code)}"
        unit = self._below(code)
        if unit is None and not self.own:
            raise Fault("unknown-unit", text=shown(label))
        if unit is None:
            _publish_unit(self.root, code, label)
            unit = Unit.objects.get(code=code)
        return unit.pk

    def _below(self, code: str) -> Unit | None:
        return Unit.objects.filter(code=code, path__startswith=self.root.path).first()

    def procedure(self, label: str) -> ProcedureRef:
        """The procedure of a label ('' where the mapping knows only one)."""
        known = self.procedures.get(label)
        if known is None:
            known = _procedure(self.root, self.source, label)
            self.procedures[label] = known
        return known


def open_place(mapping: CaseMapping, wanted: str | None) -> Place:
    """The authority named on the command line, else by the mapping; made when unknown.

    Raises Missing when the command line names a unit that is not there and is no usable code.
    """
    default = label_code(mapping.code)
    authority = mapping.authority or Authority(code=default, name=mapping.name)
    if wanted and wanted != authority.code:
        authority = _named(wanted)
    root = Unit.objects.filter(code=authority.code).first()
    if root is None:
        _publish_tree(authority.code, authority.name or authority.code, ())
        root = Unit.objects.get(code=authority.code)
    source = mapping.procedure or ProcedureSource(
        code=f"{default}"[:60].strip("-"), name=mapping.name or f"Hồ sơ nhập từ {mapping.code}"
    )
    own = DefinitionVersion.objects.filter(kind=UNIT_TREE, code=authority.code).exists()
    return Place(root, own and root.parent_id is None and root.kind == "group", source)


def find_authority(mapping: CaseMapping, wanted: str | None) -> Unit | None:
    """The unit an import would use, if it is there already."""
    code = wanted or (mapping.authority.code if mapping.authority else label_code(mapping.code))
    return Unit.objects.filter(code=code).first()


def _named(code: str) -> Authority:
    try:
        return Authority(code=code)
    except ValueError as error:
        raise Missing(
            f"Không có đơn vị mang mã “{code}”, và mã này không dùng được để lập đơn vị mới."
        ) from error


def _short(label: str, root: str) -> str:
    return label_code(label, 59 - len(root))


def _publish_unit(root: Unit, code: str, label: str) -> None:
    row = _tree_versions(root.code).first()
    known: tuple[DefinedUnit, ...] = ()
    if row is not None:
        known = UnitTreeDefinition.model_validate(row.content).units[0].children
    _publish_tree(root.code, root.name, (*known, _node(code, label, "office")))


def _publish_tree(code: str, name: str, children: tuple[DefinedUnit, ...]) -> None:
    row = _tree_versions(code).first()
    root = _node(code, name, "group").model_copy(update={"children": children})
    tree = UnitTreeDefinition(
        code=code,
        version=row.version + 1 if row is not None else 1,
        effective_from=SINCE,
        title=name,
        units=(root,),
    )
    publish(kind_named(UNIT_TREE), tree, LoadReport())


def _tree_versions(code: str) -> QuerySet[DefinitionVersion]:
    return DefinitionVersion.objects.filter(kind=UNIT_TREE, code=code).order_by("-version")


def _node(code: str, name: str, kind: str) -> DefinedUnit:
    return DefinedUnit.model_validate(
        {"code": code, "name": name[:200], "short_name": name[:80], "kind": kind}
    )


def _procedure(root: Unit, source: ProcedureSource, label: str) -> ProcedureRef:
    prefix = label_code(root.code, 30)
    code = source.code or f"{prefix}-{label_code(label or 'khac', 59 - len(prefix))}"
    row = Procedure.objects.filter(code=code).first()
    if row is None:
        name = (source.name or code) if source.code else (label or "Không ghi thủ tục")
        _publish_procedure(root, source, code, name)
        row = Procedure.objects.get(code=code)
    return ProcedureRef(row.pk, row.current_version_id, content_of(row.current_version_id))


def _publish_procedure(root: Unit, source: ProcedureSource, code: str, name: str) -> None:
    field_code = source.field or label_code(source.field_name)
    if not DefinitionVersion.objects.filter(kind=FIELD, code=field_code).exists():
        domain = FieldDefinition(
            code=field_code, effective_from=SINCE, effective_to=UNTIL, name=source.field_name
        )
        publish(kind_named(FIELD), domain, LoadReport())
    publish(kind_named(PROCEDURE), _definition(root, field_code, code, name), LoadReport())


def _definition(root: Unit, field_code: str, code: str, name: str) -> ProcedureDefinition:
    """The least a procedure can say. Its term is never used: each case brings its own deadline."""
    return ProcedureDefinition(
        code=code,
        effective_from=SINCE,
        effective_to=UNTIL,
        name=name[:500],
        field=field_code,
        level="district",
        service_level=2,
        authority=root.code,
        audience=("citizen", "business"),
        papers=(Paper(code="ho-so", name="Hồ sơ theo nhật ký", original=1),),
        steps=(
            Step(
                code="tiep-nhan",
                name="Tiếp nhận hồ sơ",
                unit="desk",
                term=Term(unit="hours", amount=4),
            ),
            Step(
                code="giai-quyet",
                name="Giải quyết hồ sơ",
                unit="competent",
                term=Term(unit="working_days", amount=9),
            ),
        ),
        term=Term(unit="working_days", amount=10),
        term_note="Hạn của từng hồ sơ lấy theo nhật ký đã nhập.",
        form=(FormField(code="case_id", label="Mã trong nhật ký", kind="text", required=False),),
        result=Result(name="Kết quả theo nhật ký", kind="notice"),
        legal_basis=("Nhập từ nhật ký sự kiện, không phải thủ tục do cơ quan này công bố.",),
    )
