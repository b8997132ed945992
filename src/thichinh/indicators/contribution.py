"""The three kinds of definition this engine reads, and its pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules.permissions import Permission
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.definitions import Consistency, Kind
from thichinh.foundation.ui.nav import NavItem
from thichinh.indicators import actions
from thichinh.indicators.models.definition import PublishedDefinition
from thichinh.indicators.queries import catalogue
from thichinh.indicators.rules.units import GENERAL

CONTRIBUTION = Contribution(
    app="indicators",
    parts=(
        catalogue.INDICATOR,
        catalogue.IDENTITY,
        catalogue.MEASURE_UNIT,
        catalogue.TARGET,
        *GENERAL,
        Consistency("indicators", catalogue.problems),
        Kind("published", "published", PublishedDefinition, actions.keep_published, rank=80),
        Permission("indicator.view", _("Xem chỉ tiêu")),
        NavItem(
            label=_("Chỉ tiêu"),
            url_name="indicators:index",
            icon="math-function",
            permission="indicator.view",
            order=20,
            group="report",
            key="c",
        ),
    ),
)
