"""Which acts a page offers to whom: what the law allows now, for who holds the authority there."""

from __future__ import annotations

from collections.abc import Mapping

from thichinh.accounts.rules import Actor
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules.acts import next_verbs
from thichinh.procedures.models import ProcedureDefinition

_AT_THE_DESK: Mapping[str, str] = {
    "accept": "dossier.accept",
    "refuse": "dossier.refuse",
    "transfer": "dossier.transfer",
    "return": "dossier.return",
    "withdraw": "dossier.withdraw",
}
_IN_THE_UNIT: Mapping[str, str] = {"advance": "dossier.process", "decide": "dossier.decide"}
_NEVER_URGED = ("refuse", "withdraw")
_AT_ONCE = ("transfer", "decide", "return")


def offered(actor: Actor, dossier: Dossier, definition: ProcedureDefinition) -> tuple[str, ...]:
    """The verbs this actor may do on the dossier now, the one to do next first.

    A leader first names an officer for a dossier that nobody has; `settle` (transfer, decide and
    return in one go) is for who may do all three on a same-day procedure.
    """
    verbs = [verb for verb in next_verbs(dossier, definition) if may_act(actor, dossier, verb)]
    if "assign" in verbs and dossier.assignee_id is not None:
        verbs.remove("assign")
        verbs.insert(1, "assign")
    if may_settle(actor, dossier, definition):
        verbs.insert(0, "settle")
    return tuple(verbs)


def main_verb(verbs: tuple[str, ...], dossier: Dossier, definition: ProcedureDefinition) -> str:
    """The one act to offer as *the* next one; '' when it is somebody else's turn.

    A leader may sign at any step, but is only urged to once the steps before are done.
    """
    if not verbs or verbs[0] in _NEVER_URGED:
        return ""
    waits_for_others = verbs[0] == "decide" and "advance" in next_verbs(dossier, definition)
    return "" if waits_for_others else verbs[0]


def may_act(actor: Actor, dossier: Dossier, verb: str) -> bool:
    """Whether the actor holds what the verb needs, at the desk or in the competent unit."""
    if verb == "assign":
        return actor.may("dossier.assign", dossier.unit_id) or (
            actor.may("dossier.process", dossier.unit_id)
            and dossier.assignee_id != actor.account_id
        )
    if verb in _AT_THE_DESK:
        return actor.may(_AT_THE_DESK[verb], dossier.receiving_unit_id)
    return actor.may(_IN_THE_UNIT[verb], dossier.unit_id)


def may_settle(actor: Actor, dossier: Dossier, definition: ProcedureDefinition) -> bool:
    """Whether this is an immediate procedure that the actor may finish alone, at the counter."""
    return (
        dossier.state == Dossier.State.ACCEPTED
        and definition.term.unit == "same_day"
        and all(may_act(actor, dossier, verb) for verb in _AT_ONCE)
    )
