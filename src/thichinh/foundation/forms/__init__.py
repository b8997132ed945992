"""Forms as definitions: what is asked, how it is drawn, and what becomes of the answers.

    form = bind(definition, request.POST, request.FILES, FormContext(day=..., account=...))
    if form.is_valid():
        act(form.answers)
    ... {% load forms %} {% form_errors form %} {% draw_form form %}

How a definition is written: docs/reference/forms.md.
"""

from thichinh.foundation.forms.answers import (
    Answers,
    AnswerScope,
    Judgement,
    check_answers,
    clean_draft,
    in_language,
    is_asked,
    judge,
)
from thichinh.foundation.forms.binding import PREFIX, BoundForm, bind
from thichinh.foundation.forms.comparing import Change, changes, flat_columns, flat_row
from thichinh.foundation.forms.definition import (
    Check,
    Choice,
    Condition,
    FieldCode,
    FormDefinition,
    FormField,
    Section,
    form_problems,
    repeated_codes,
)
from thichinh.foundation.forms.json_schema import json_schema
from thichinh.foundation.forms.kinds import Answer
from thichinh.foundation.forms.posted import name_of
from thichinh.foundation.forms.shown import ShownSection, answer_text, files_of, shown
from thichinh.foundation.forms.sources import (
    FormContext,
    PrefillSource,
    ReferenceSource,
    unknown_sources,
)
from thichinh.foundation.forms.windows import Combined, Seen, combined, differing

__all__ = [
    "PREFIX",
    "Answer",
    "AnswerScope",
    "Answers",
    "BoundForm",
    "Change",
    "Check",
    "Choice",
    "Combined",
    "Condition",
    "FieldCode",
    "FormContext",
    "FormDefinition",
    "FormField",
    "Judgement",
    "PrefillSource",
    "ReferenceSource",
    "Section",
    "Seen",
    "ShownSection",
    "answer_text",
    "bind",
    "changes",
    "check_answers",
    "clean_draft",
    "combined",
    "differing",
    "files_of",
    "flat_columns",
    "flat_row",
    "form_problems",
    "in_language",
    "is_asked",
    "json_schema",
    "judge",
    "name_of",
    "repeated_codes",
    "shown",
    "unknown_sources",
]
