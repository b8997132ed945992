"""Forms as definitions: what is asked, and what becomes of the answers."""

from thichinh.foundation.forms.answers import answer_text, check_answers, clean_draft, is_asked
from thichinh.foundation.forms.definition import (
    Choice,
    Condition,
    FieldCode,
    FormDefinition,
    FormField,
    form_problems,
    repeated_codes,
)
from thichinh.foundation.forms.json_schema import json_schema
from thichinh.foundation.forms.kinds import NO, YES, Answer

__all__ = [
    "NO",
    "YES",
    "Answer",
    "Choice",
    "Condition",
    "FieldCode",
    "FormDefinition",
    "FormField",
    "answer_text",
    "check_answers",
    "clean_draft",
    "form_problems",
    "is_asked",
    "json_schema",
    "repeated_codes",
]
