"""Acts: a verb is declared once, and page, API, counter, command, reference and tests draw from it.

An app declares its verbs (`Verb`) over its pure law and says in one `Acts` how its subject is
locked, seen and written. Everything else is done here, for every door alike: transaction, lock,
authority, revision, law, audit, event, a request sent twice (ADR 0028).
"""

from thichinh.foundation.acts.declaring import (
    NOTHING,
    VERBS,
    Authority,
    Button,
    Field,
    Form,
    Operation,
    Performer,
    Place,
    Said,
    Verb,
)
from thichinh.foundation.acts.rows import RowActs, RowCase, RowDone, RowOutcome
from thichinh.foundation.acts.running import Acts, Choices, Result

__all__ = [
    "NOTHING",
    "VERBS",
    "Acts",
    "Authority",
    "Button",
    "Choices",
    "Field",
    "Form",
    "Operation",
    "Performer",
    "Place",
    "Result",
    "RowActs",
    "RowCase",
    "RowDone",
    "RowOutcome",
    "Said",
    "Verb",
]
