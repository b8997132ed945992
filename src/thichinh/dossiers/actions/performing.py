"""The acts on dossiers, run by the engine of acts: what only the one-stop shop can say of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from thichinh.accounts.rules import Actor
from thichinh.dossiers import queries
from thichinh.dossiers.actions.numbering import give_places
from thichinh.dossiers.actions.writing import change, moment_of, write
from thichinh.dossiers.models import Dossier
from thichinh.dossiers.rules import record
from thichinh.dossiers.rules.acts import Outcome, check_four_eyes
from thichinh.dossiers.rules.dossier_verb import Case, DossierVerb
from thichinh.dossiers.rules.verbs import VERBS
from thichinh.foundation import calendar, clock
from thichinh.foundation.acts import Acts, Choices, Verb
from thichinh.foundation.definitions import content_of


def _officers(actor: Actor, dossier: Dossier) -> Choices:
    found = queries.possible_officers(actor, dossier.unit_id)
    return [(officer.pk, officer.display_name) for officer in found]


class DossierActs(Acts[Actor, Dossier, Case, Outcome]):
    """How an act finds, reads and writes its dossier."""

    choices = {"officer": _officers}
    changed = gettext_lazy(
        "Hồ sơ đã thay đổi từ khi bạn mở trang. Hãy xem việc vừa xảy ra rồi làm tiếp."
    )

    def lock(self, which: int | str) -> Dossier:
        return queries.locked(which)

    def require_seen(self, actor: Actor, subject: Dossier) -> None:
        queries.dossier_of_number(actor, subject.number)

    def check(self, actor: Actor, verb: Verb[Case, Outcome], subject: Dossier) -> None:
        if verb.code == "decide":
            check_four_eyes(
                content_of(subject.definition_id),
                queries.processed_by(subject),
                (actor.account_id, actor.on_behalf_of_id),
            )

    def owns(self, actor: Actor, subject: Dossier) -> bool:
        return queries.is_own(actor, subject)

    def case(self, verb: Verb[Case, Outcome], subject: Dossier) -> Case:
        """The moment is taken under the lock, and after the number where there is one: so the order
        of acts is the order of their instants."""
        definition = content_of(subject.definition_id)
        if isinstance(verb, DossierVerb) and verb.registers:
            day = clock.today()
            give_places([(subject, day.year)])
            return Case(subject, definition, calendar.current(), moment_of(day))
        return Case(subject, definition, calendar.current(), clock.now())

    def write(self, actor: Actor, case: Case, outcome: Outcome) -> None:
        from_state = case.dossier.state
        change(case.dossier, outcome)
        write(actor, case.dossier, case.definition, outcome, from_state, new=False)

    def codes(self, subject: Dossier, outcome: Outcome) -> dict[str, Any]:
        return record.audit_data(subject, outcome)

    def answer(self, subject: Dossier) -> dict[str, Any]:
        return {
            "number": subject.number,
            "state": subject.state,
            "state_name": str(Dossier.State(subject.state).label),
            "revision": subject.revision,
            "due_at": subject.due_at.isoformat() if subject.due_at else None,
        }


DOSSIER_ACTS = DossierActs(VERBS.values())


def perform(actor: Actor, verb: str, which: int | str, **said: Any) -> Dossier:
    """Do an act on a dossier by id or number: `perform(clerk, "refuse", number, reason="…")`.

    The verbs, what each asks for and who may do it: `rules/verbs.py`. Raises Missing, NotAllowed,
    Conflict, Refused.
    """
    return DOSSIER_ACTS.perform(actor, verb, which, said)
