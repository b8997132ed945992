"""Frozen versions and drafts, as far as an actor may see them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor, within
from thichinh.foundation.calendar import Period
from thichinh.foundation.errors import Missing
from thichinh.reports.models import FrozenReport, ReportDraft
from thichinh.reports.queries.evaluated import VIEW
from thichinh.reports.rules.document import digest


def visible_to(actor: Actor) -> QuerySet[FrozenReport]:
    """Frozen versions of the units this actor reports on, the latest first."""
    rows = FrozenReport.objects.filter(within(actor, VIEW))
    return rows.select_related("unit", "frozen_by").order_by("-frozen_at", "-id")


def versions(actor: Actor, report: str, unit_id: int, period: Period) -> list[FrozenReport]:
    """The frozen versions of one report, the latest first; without their content."""
    rows = visible_to(actor).filter(
        report=report, unit_id=unit_id, period_start=period.first, period_end=period.last
    )
    return list(rows.defer("content"))


def latest(actor: Actor, limit: int = 30) -> list[FrozenReport]:
    """The versions frozen last; without their content."""
    return list(visible_to(actor).defer("content")[:limit])


def frozen(actor: Actor, frozen_id: int) -> FrozenReport:
    """One frozen version this actor may see. Raises Missing."""
    found = visible_to(actor).filter(pk=frozen_id).first()
    if found is None:
        raise Missing(_("Không tìm thấy bản báo cáo đã chốt này."))
    return found


def is_intact(row: FrozenReport) -> bool:
    """Whether the content still has the hash it was frozen with."""
    return digest(row.content) == row.sha256


def paragraphs(report: str, unit_id: int, period: Period) -> dict[str, str]:
    """What officials have written into the draft so far."""
    row = ReportDraft.objects.filter(
        report=report, unit_id=unit_id, period_start=period.first, period_end=period.last
    ).first()
    return dict(row.paragraphs) if row else {}
