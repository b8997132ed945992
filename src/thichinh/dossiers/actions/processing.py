"""What officials do with a dossier once it is in, and the citizen's withdrawal."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from thichinh.accounts.rules import Actor
from thichinh.dossiers import queries
from thichinh.dossiers.actions.writing import Case, act
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import acts
from thichinh.foundation.errors import Refused


@transaction.atomic
def transfer_dossier(actor: Actor, which: int | str) -> Dossier:
    """The desk hands the dossier over to the competent unit."""
    return act(
        actor,
        which,
        "dossier.transfer",
        lambda case: acts.transfer(case.dossier, case.definition, case.at),
    )


@transaction.atomic
def assign_dossier(actor: Actor, which: int | str, officer_id: int) -> Dossier:
    """A leader names the officer; a specialist may take it themselves."""
    permission = "dossier.process" if officer_id == actor.account_id else "dossier.assign"

    def plan(case: Case) -> acts.Outcome:
        officers = queries.possible_officers(actor, case.dossier.unit_id)
        if not officers.filter(pk=officer_id).exists():
            raise Refused(
                officer=_(
                    "Cán bộ này không xử lý hồ sơ của đơn vị giải quyết. Hãy chọn người khác."
                )
            )
        return acts.assign(case.dossier, case.definition, case.at, officer_id)

    return act(actor, which, permission, plan)


@transaction.atomic
def advance_dossier(actor: Actor, which: int | str, note: str = "") -> Dossier:
    """The step under way is done; the next one begins."""
    return act(
        actor,
        which,
        "dossier.process",
        lambda case: acts.advance(case.dossier, case.definition, case.at, note),
    )


@transaction.atomic
def decide_dossier(actor: Actor, which: int | str, *, granted: bool, reason: str = "") -> Dossier:
    """There is a result: granted, or denied with a reason."""
    return act(
        actor,
        which,
        "dossier.decide",
        lambda case: acts.decide(case.dossier, case.at, granted=granted, reason=reason),
    )


@transaction.atomic
def return_result(actor: Actor, which: int | str) -> Dossier:
    """The desk hands the result to the applicant."""
    return act(
        actor, which, "dossier.return", lambda case: acts.return_result(case.dossier, case.at)
    )


@transaction.atomic
def withdraw_dossier(actor: Actor, which: int | str, reason: str = "") -> Dossier:
    """The applicant takes the request back, themselves or through the desk."""
    return act(
        actor,
        which,
        "dossier.withdraw",
        lambda case: acts.withdraw(case.dossier, case.at, reason),
    )
