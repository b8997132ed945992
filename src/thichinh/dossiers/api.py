"""The same acts as the pages, for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from ninja import File, Router, Status, UploadedFile
from ninja.params.functions import Query

from thichinh.accounts.access import actor_auth
from thichinh.accounts.queries import unit_tree
from thichinh.accounts.rules import Actor, PersonFacts
from thichinh.dossiers import actions, queries
from thichinh.dossiers.actions import FileIn, Request
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.schemas import (
    ActOut,
    DossierDetail,
    DossierList,
    FileOut,
    ReceiptOut,
    ReceptionIn,
    StateOut,
    SubmissionIn,
    TrackingOut,
)
from thichinh.foundation import idempotency, throttle
from thichinh.foundation.acts.api import KEY, add_operations
from thichinh.foundation.web import request_context

router = Router(tags=["dossiers"], auth=actor_auth)


class ActorApiRequest(HttpRequest):
    """A request that `actor_auth` let in."""

    auth: Actor


def _once(
    request: ActorApiRequest, key: str, asked: object, run: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    body = idempotency.fingerprint([request.path, asked])
    answer, _ = idempotency.once(request.auth.account_id or 0, key, body, run)
    return answer


def _receipt(dossier: Dossier) -> dict[str, Any]:
    due = dossier.due_at.isoformat() if dossier.due_at else None
    return {
        "number": dossier.number,
        "secret": dossier.secret,
        "state": dossier.state,
        "due_at": due,
    }


def _request(
    body: SubmissionIn, channel: int, papers: Mapping[str, object] | None = None
) -> Request:
    return Request(
        procedure=body.procedure,
        receiving_unit=body.receiving_unit,
        channel=channel,
        answers=body.answers,
        papers=papers or {},
        files=[FileIn(f.paper, f.name, f.sha256) for f in body.files],
    )


def out(dossier: Dossier, actor: Actor) -> dict[str, Any]:
    """A dossier for the wire; procedure and applicant come with it, units from the tree."""
    nodes = unit_tree(actor.epoch).nodes
    return {
        "number": dossier.number,
        "procedure": dossier.procedure.code,
        "unit": nodes[dossier.unit_id].code,
        "receiving_unit": nodes[dossier.receiving_unit_id].code,
        "applicant": queries.applicant_name(actor, dossier),
        "channel": dossier.channel,
        "state": dossier.state,
        "state_name": str(Dossier.State(dossier.state).label),
        "outcome": dossier.outcome,
        "submitted_at": dossier.submitted_at,
        "received_at": dossier.received_at,
        "due_at": dossier.due_at,
        "resolved_at": dossier.resolved_at,
        "returned_at": dossier.returned_at,
    }


@router.post("/dossiers", response={201: ReceiptOut}, summary="File a dossier online")
def submit(request: ActorApiRequest, body: SubmissionIn, key: str = KEY) -> Status[dict[str, Any]]:
    """A citizen files for themselves. The same Idempotency-Key gives the same receipt."""

    def run() -> dict[str, Any]:
        asked = _request(body, Dossier.Channel.ONLINE)
        return _receipt(actions.submit_dossier(request.auth, asked))

    return Status(201, _once(request, key, body.dict(), run))


@router.post("/dossiers/received", response={201: ReceiptOut}, summary="Receive at the desk")
def receive(request: ActorApiRequest, body: ReceptionIn, key: str = KEY) -> Status[dict[str, Any]]:
    """The desk takes in a walk-in or a posted dossier."""
    facts = PersonFacts(**body.applicant.dict()) if body.applicant else None

    def run() -> dict[str, Any]:
        asked = _request(body, body.channel, dict(body.papers))
        return _receipt(actions.receive_dossier(request.auth, asked, facts, body.applicant_id))

    return Status(201, _once(request, key, body.dict(), run))


@router.get("/dossiers", response=DossierList, summary="List or search dossiers")
def dossiers(
    request: ActorApiRequest,
    q: str = Query("", max_length=100),
    state: int | None = None,
    cursor: int | None = Query(None, ge=1),
    limit: int = Query(queries.PAGE, ge=1, le=100),
) -> dict[str, Any]:
    """What the caller may see, the newest first, by cursor."""
    rows = queries.search(request.auth, q)
    if state is not None:
        rows = rows.filter(state=state)
    page = queries.page_of(rows, cursor, limit)
    following = str(page.after) if page.after else None
    return {"items": [out(row, request.auth) for row in page.rows], "next": following}


@router.get("/dossiers/{number}", response=DossierDetail, summary="One dossier")
def dossier(request: ActorApiRequest, number: str) -> dict[str, Any]:
    """With its answers and papers."""
    found = queries.dossier_of_number(request.auth, number)
    return out(found, request.auth) | {
        "answers": found.answers,
        "papers": found.papers,
        "note": found.note,
        "revision": found.revision,
    }


@router.get("/dossiers/{number}/acts", response=list[ActOut], summary="Its history")
def acts(request: ActorApiRequest, number: str) -> list[dict[str, Any]]:
    """Every act, the first one first."""
    found = queries.dossier_of_number(request.auth, number)
    return [
        {
            "seq": act.seq,
            "verb": act.verb,
            "at": act.at,
            "unit": act.unit.code,
            "to_unit": act.to_unit.code if act.to_unit else None,
            "officer": act.account.display_name if act.account else None,
            "on_behalf_of": act.on_behalf_of.display_name if act.on_behalf_of else None,
            "from_state": act.from_state,
            "to_state": act.to_state,
            "note": act.note,
        }
        for act in queries.timeline(found)
    ]


add_operations(
    router, actions.DOSSIER_ACTS, "/dossiers/{number}", StateOut, name="thichinh_dossiers_api"
)


@router.post("/files", response={201: FileOut}, summary="Upload a file")
def upload(request: ActorApiRequest, file: File[UploadedFile]) -> Status[dict[str, Any]]:
    """Store a PDF or image; name its sha256 when filing."""
    stored = actions.store_upload(request.auth, file.chunks())
    return Status(
        201, {"sha256": stored.sha256, "size": stored.size, "media_type": stored.media_type}
    )


@router.get("/tracking", response=TrackingOut, auth=None, summary="Follow a dossier by its codes")
def tracking(
    request: HttpRequest, number: str = Query(max_length=60), secret: str = Query(max_length=20)
) -> dict[str, Any]:
    """Anybody who holds the slip. Few tries per address; a wrong pair reveals nothing."""
    throttle.hit(f"tracking:{request_context().ip}", limit=30, seconds=600)
    found = queries.tracked(number, secret)
    return {
        "number": found.number,
        "procedure": found.procedure.name,
        "state": found.state,
        "state_name": str(Dossier.State(found.state).label),
        "unit": found.unit.name,
        "received_at": found.received_at,
        "due_at": found.due_at,
        "resolved_at": found.resolved_at,
        "returned_at": found.returned_at,
        "note": found.note,
    }
