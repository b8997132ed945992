"""The same for programs."""

from typing import Any

from ninja import Router, Status
from ninja.params.functions import Query

from tests.tenant import queries
from tests.tenant.actions import THING_ACTS, record_found
from tests.tenant.models import Thing
from tests.tenant.schemas import ThingOut
from thichinh.accounts.access import actor_auth
from thichinh.foundation.acts.api import KEY, RowOut, add_operations
from thichinh.foundation.bodies import AnswersIn
from thichinh.foundation.paging import Order, keyset_page

router = Router(tags=["lost property"], auth=actor_auth)
LATEST = Order("recorded_at", descending=True)


@router.post("/lost-property", response={201: RowOut}, summary="Take in a thing that was found")
def lost_property_found(request: Any, body: AnswersIn, key: str = KEY) -> Status[dict[str, Any]]:
    """Into the keeping of the caller's unit."""
    return Status(201, record_found(request.auth, body.answers, key))


@router.get("/lost-property", response=list[ThingOut], summary="Things, the latest first")
def lost_property(request: Any, after: str = "", limit: int = Query(50, ge=1, le=100)) -> Any:
    """Those of the units where the caller may look."""
    return keyset_page(queries.visible_to(request.auth), LATEST, limit, after=after).rows


@router.get("/lost-property/{number}", response=ThingOut, summary="One thing")
def lost_property_thing(request: Any, number: str) -> Thing:
    """By its number."""
    return THING_ACTS.read(request.auth, number)


add_operations(router, THING_ACTS, "/lost-property/{number}", RowOut, name="lost_property")
