"""Everything that lost property gives to the engines."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from tests.tenant import measures, rules
from tests.tenant.actions import THING_ACTS
from tests.tenant.models import FORM, Thing
from tests.tenant.rules import SUBJECT, VIEW, State
from thichinh.foundation.contributions import Contribution
from thichinh.foundation.definitions import DefinitionsFolder
from thichinh.foundation.storage import NamesFiles
from thichinh.foundation.ui.badges import Badge
from thichinh.foundation.ui.nav import NavItem
from thichinh.foundation.ui.shells import PublicLink, SearchPlace, StateBadges
from thichinh.foundation.uploads import TakesFiles
from thichinh.work.rules import TaskKind, TaskSubject

TONES = {State.KEPT: "warn", State.CLAIMED: "info", State.HANDED_OVER: "good"}
NAME, LIST = _("Đồ thất lạc"), "lost_property:list"
CONTRIBUTION = Contribution(
    app="lost_property",
    parts=(
        DefinitionsFolder(Path(__file__).with_name("definitions")),
        FORM,
        *rules.PERMISSIONS,
        *rules.VERBS,
        rules.CLAIMED,
        measures.THINGS,
        measures.UNIT,
        *measures.MEASURES,
        TaskKind(f"{SUBJECT}.settle", NAME, "key", rules.KEEP, deadline_moves=True),
        TaskSubject(SUBJECT, THING_ACTS.lock_all, _("đồ vật")),
        StateBadges(SUBJECT, {s: Badge(s.label, TONES.get(s, "neutral")) for s in State}),
        NavItem(label=NAME, url_name=LIST, icon="key", permission=VIEW, order=80),
        SearchPlace(url_name=LIST, label=NAME, placeholder=_("Số đồ vật"), permission=VIEW),
        PublicLink(url_name="lost_property:announced", label=NAME, order=40),
        NamesFiles(Thing, "answers"),
        TakesFiles("lost_property:found", 20 * 1024 * 1024),
    ),
)
