"""What happens to dossiers: ids only, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DossierEvent:
    """Something happened to this dossier."""

    dossier_id: int


class DossierSubmitted(DossierEvent):
    """A citizen filed it online; the desk has not accepted it yet."""


class DossierReceived(DossierEvent):
    """It was taken in at the counter, whose slip the applicant has in hand. Its clock runs."""


class DossierAccepted(DossierEvent):
    """It is in without its applicant there: by post, or online and accepted. Its clock runs."""


class DossierRefused(DossierEvent):
    """The desk did not take it, with a reason."""


class DossierTransferred(DossierEvent):
    """The desk handed it over to the competent unit."""


class DossierAssigned(DossierEvent):
    """An officer was named for it."""


class DossierAdvanced(DossierEvent):
    """A step of the work was done and the next one began."""


class DossierResolved(DossierEvent):
    """There is a result: granted or denied."""


class DossierReturned(DossierEvent):
    """The applicant has the result."""


class DossierStopped(DossierEvent):
    """The authority ended its work on it without a result."""


class DossierWithdrawn(DossierEvent):
    """The applicant took the request back."""
