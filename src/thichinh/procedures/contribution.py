"""The kinds of definition a catalogue of procedures is made of, and the portal's lists."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from thichinh.accounts.rules.setup import SetupItem
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.definitions import Kind
from thichinh.foundation.storage import NamesFiles
from thichinh.foundation.ui.nav import NavItem
from thichinh.foundation.ui.shells import PublicLink
from thichinh.foundation.uploads import TakesFiles
from thichinh.procedures import actions
from thichinh.procedures.forms import LARGEST
from thichinh.procedures.models import (
    CHOICE,
    COMPETENCE,
    FIELD,
    PROCEDURE,
    ChoiceDefinition,
    CompetenceDefinition,
    FieldDefinition,
    ListImport,
    ProcedureDefinition,
)
from thichinh.procedures.queries.choosing import has_chosen

CONTRIBUTION = Contribution(
    app="procedures",
    parts=(
        Kind(FIELD, "fields", FieldDefinition, rank=40),  # before the procedures that name them
        Kind(COMPETENCE, "competences", CompetenceDefinition, actions.project_performers, rank=50),
        Kind(CHOICE, "catalogue", ChoiceDefinition, actions.project_performers, rank=51),
        Kind(PROCEDURE, "procedures", ProcedureDefinition, actions.project_procedure, rank=60),
        NamesFiles(ListImport, "sha256"),
        TakesFiles(
            "procedures:listed_upload", 2 * LARGEST
        ),  # the form names a file that is too large
        PublicLink(
            url_name="procedures:catalogue",
            label=_("Thủ tục"),
            footer_label=_("Danh mục thủ tục"),
            order=10,
        ),
        SetupItem(
            "procedures",
            _("Chọn thủ tục"),
            _("Thủ tục nào của danh mục quốc gia cơ quan nhận, đơn vị nào giải quyết."),
            "procedures:choose",
            has_chosen,
            40,
        ),
        NavItem(
            label=_("Danh mục quốc gia"),
            url_name="procedures:listed",
            icon="table-import",
            permission="definition.load",
            order=60,
            group="manage",
        ),
    ),
)
