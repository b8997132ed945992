"""Pages of lost property."""

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tests.tenant import queries
from tests.tenant.actions import THING_ACTS, record_found
from tests.tenant.listings import ANNOUNCED, THINGS
from tests.tenant.models import Thing
from tests.tenant.rules import KEEP, SUBJECT, VIEW
from thichinh.accounts.access import ActorRequest, official_required, public
from thichinh.foundation.acts.subject_page import Facts, SubjectPage
from thichinh.foundation.listing import list_page
from thichinh.foundation.text import vn_datetime, vn_money
from thichinh.foundation.ui.posting import form_page


@official_required(VIEW)
def things(request: ActorRequest) -> HttpResponseBase:
    """The list."""
    return list_page(request, THINGS)


@public
def announced(request: ActorRequest) -> HttpResponseBase:
    """What waits for its owner."""
    return list_page(request, ANNOUNCED, "listing/public.html")


@official_required(KEEP)
def found(request: ActorRequest) -> HttpResponse:
    """Take a thing in: the form of the definition in force."""
    words = {"title": _("Ghi đồ nhặt được"), "submit": _("Ghi"), "cancel": "/do-that-lac/"}
    return form_page(request, queries.form_in_force(), record_found, "lost_property:page", **words)


def _facts(thing: Thing) -> Facts:
    return (
        (_("Nơi giữ"), thing.unit.name),
        (_("Nhận lúc"), vn_datetime(thing.recorded_at)),
        (_("Chủ đồ"), thing.claimant and thing.claimant.full_name),
        (_("Bằng chứng"), thing.proof),
        (_("Tiền bán đấu giá"), thing.proceeds is not None and vn_money(thing.proceeds)),
    )


PAGE = SubjectPage(
    space="lost_property", kind=SUBJECT, title=gettext_lazy("Đồ thất lạc"), acts=THING_ACTS,
    facts=_facts, answers=queries.answers,
)  # fmt: skip
page = official_required(VIEW)(PAGE.show)
act = official_required(VIEW)(PAGE.act)
file = official_required(VIEW)(PAGE.file)
