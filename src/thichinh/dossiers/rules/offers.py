"""Which acts a page offers to whom: what the law allows now, for who holds the authority there."""

from __future__ import annotations

from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules.verbs import VERBS
from thichinh.procedures.models import ProcedureDefinition


def next_verbs(dossier: Dossier, definition: ProcedureDefinition) -> tuple[str, ...]:
    """The acts that the law allows now, whoever may do them."""
    return tuple(
        verb.code
        for verb in VERBS.values()
        if dossier.state in verb.states and verb.fits(dossier, definition)
    )


def offered(actor: Actor, dossier: Dossier, definition: ProcedureDefinition) -> tuple[str, ...]:
    """The verbs this actor may do on the dossier now, the one to do next first.

    A leader first names an officer for a dossier that nobody has; `settle` (transfer, decide and
    return in one go) is for who may do all three on a same-day procedure.
    """
    verbs = [verb for verb in next_verbs(dossier, definition) if may_act(actor, dossier, verb)]
    if "assign" in verbs and dossier.assignee_id is not None:
        verbs.remove("assign")
        verbs.insert(1, "assign")
    return tuple(verbs)


def main_verb(verbs: tuple[str, ...], dossier: Dossier, definition: ProcedureDefinition) -> str:
    """The one act to offer as *the* next one; '' when it is somebody else's turn.

    A leader may sign at any step, but is only urged to once the steps before are done.
    """
    if not verbs or VERBS[verbs[0]].weight == "danger":
        return ""
    waits_for_others = verbs[0] == "decide" and "advance" in next_verbs(dossier, definition)
    return "" if waits_for_others else verbs[0]


def may_act(actor: Actor, dossier: Dossier, verb: str) -> bool:
    """Whether the actor holds what the verb needs, at the desk or in the competent unit."""
    steps = VERBS[verb].steps
    if steps:
        return all(may_act(actor, dossier, step) for step, _said in steps)
    return VERBS[verb].may_be_offered(actor, dossier)
