"""Writes: mirror published statements into rows, freeze values."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from thichinh.accounts.rules import Actor
from thichinh.foundation import audit, definitions
from thichinh.foundation.calendar import Period
from thichinh.foundation.clock import now
from thichinh.foundation.models import DefinitionVersion
from thichinh.indicators.models import IndicatorValue, PublishedValue, Snapshot
from thichinh.indicators.models.definition import PublishedDefinition
from thichinh.indicators.queries.catalogue import INDICATOR, catalogue
from thichinh.indicators.queries.published import statements
from thichinh.indicators.rules.formula import Value
from thichinh.indicators.rules.rounding import exact, rounded

_STORED_DECIMALS = 10


@transaction.atomic
def keep_published(row: DefinitionVersion, content: PublishedDefinition) -> None:
    """Mirror a published paper into `PublishedValue`; a new version replaces the older numbers."""
    PublishedValue.objects.filter(statement=content.code).delete()
    _keep(content)


def _keep(content: PublishedDefinition) -> None:
    PublishedValue.objects.bulk_create(
        PublishedValue(
            statement=content.code,
            report=content.report,
            indicator=indicator,
            period_start=period.start,
            period_end=period.end,
            unit_code=content.unit,
            value=value,
            title=content.title,
            source=content.source,
            published_on=content.published_on,
        )
        for period in content.periods
        for indicator, value in period.values.items()
    )


@transaction.atomic
def state_published(content: PublishedDefinition) -> bool:
    """Make this paper the only one about its unit, unless what is stated already says the same.

    For a town that is replayed from published margins: no other authority's paper stays beside it.
    Returns whether anything changed.
    """
    stated = statements(content.unit)
    ours = {
        Period.between(p.start, p.end): {code: exact(v) for code, v in p.values.items()}
        for p in content.periods
    }
    if all(values.items() <= stated.values(period).items() for period, values in ours.items()):
        return False
    PublishedValue.objects.filter(unit_code=content.unit).delete()
    _keep(content)
    return True


@transaction.atomic
def freeze_values(
    *,
    actor: Actor,
    purpose: str,
    unit_code: str,
    values: Mapping[Period, Mapping[str, Value]],
) -> Snapshot:
    """Keep indicator values as they stand now, each with the definition it was worked out by."""
    snapshot = Snapshot.objects.create(at=now(), account_id=actor.account_id, purpose=purpose)
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            snapshot=snapshot,
            indicator=code,
            version=definitions.version_row(INDICATOR, code, period.last),
            unit_code=unit_code,
            period_start=period.first,
            period_end=period.last,
            value=rounded(value, _STORED_DECIMALS),
        )
        for period, by_code in values.items()
        for code, value in by_code.items()
        if code in catalogue(period.last).indicators
    )
    audit.record(actor, "indicator.values_frozen", snapshot, data={"purpose": purpose})
    return snapshot
