"""`docs/reference/forms.md`: how a form is written, from the models that read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import PydanticUndefined

from thichinh.foundation.forms.definition import OPTIONS, FormField
from thichinh.foundation.forms.expressions import FUNCTIONS, LONGEST
from thichinh.foundation.forms.sources import PREFILLS, REFERENCES

KINDS = {
    "text": ("one line", '"Võ Thị Mai"'),
    "long_text": ("several lines", '"…"'),
    "number": ("a number, in the unit of `measure`", "86.5"),
    "money": ("whole đồng", "1500000"),
    "date": ("a day", '"2022-06-25"'),
    "partial_date": ("a day, a month or a year, as much as is known", '"2022-06"'),
    "boolean": ("a box to tick; when required it must be ticked", "true"),
    "choice": ("one of `choices`", '"married"'),
    "choices": ("some of `choices`", '["food", "other"]'),
    "identity_number": ("the twelve digits of a person", '"051190000123"'),
    "phone": ("a telephone number", '"0905123456"'),
    "email": ("an e-mail address", '"an@example.vn"'),
    "address": ("where somebody lives", '"Tổ 2, phường Hòa Bình"'),
    "unit": ("an administrative unit, by code", '"21439"'),
    "reference": ("a record of the `source`", '"A-17"'),
    "position": ("latitude and longitude, WGS 84", '{"lat": 14.8123, "lon": 108.9567}'),
    "files": ("files of the kinds in `accept`", '[{"sha256": "…", "name": "dat.pdf", …}]'),
    "group": ("rows, one below the other", '[{"name": "Nhi"}]'),
    "table": ("rows with the fields as columns", '[{"what": "Bàn", "worth": 3000}]'),
}

HEAD = """# Forms as definitions

Written by `./thichinh reference --write` from `thichinh.foundation.forms`; a test compares. A form is
a `FormDefinition`: `fields`, or `sections` of fields (the steps of a long form), and `checks`. A
procedure writes its fields under `form` and its checks under `form_checks`. The form on `/ui/` uses
everything: `src/thichinh/foundation/ui/form_sample.yaml`.

Every label, title, hint and message may have its English beside it (`label_en`, …). Codes are small
letters, digits and `_`, unique in the form and in each row. A question that is not asked has no
answer: whatever was typed there is dropped.

```python
form = forms.bind(definition, request.POST, request.FILES, FormContext.now(account=…, subject=actor))
if form.is_valid():
    act(form.answers)  # JSON, as kept; raises Refused by path otherwise
```

`{% form_errors form %}` and `{% draw_form form %}` draw it (`{% load forms %}`). A press on "add a row"
is not a sending: `form.is_sent` is false, draw the page again. `form.refuse(refused)` shows why an act
said no. `check_answers` and `json_schema` serve programs; `judge` tells what a draft misses; `shown`,
`changes`, `flat_row` are for detail pages, logs and lists. Files in answers name stored contents by
SHA-256: an app that keeps them hangs each on a row of its own, or they go after a day.
"""

EXPRESSIONS = f"""## Conditions and checks

`show_if`, `required_if` and the `rule` of a check are written in one small language, at most {LONGEST}
characters: names of fields, numbers, `"texts"`, `true`, `false`, `+ - * /`, `== != < <= > >=`, `in`,
`not in`, `and`, `or`, `not`, and the functions below. `rows.column` are the answers of a column. A
name means the field of the same row, else of the form. Numbers are exact. What is not answered has no
value: a comparison with it is neither true nor false, so a condition does not hold and a check is not
judged; a box not ticked is `false`. A condition names what is asked before it; types are checked when
the definition is loaded. Date − date is a number of days; date + number is a date.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, *_kinds(), *_options(), EXPRESSIONS, *_functions(), *_sources()]
    return "\n".join(parts) + "\n"


def _kinds() -> Iterator[str]:
    yield "## Kinds of fields\n\n| `kind` | what it asks | the answer as kept |\n| --- | --- | --- |"
    for kind, (meaning, answer) in KINDS.items():
        yield f"| `{kind}` | {meaning} | `{answer}` |"


def _options() -> Iterator[str]:
    yield "\n## Options of a field\n\n| key | for | default | meaning |\n| --- | --- | --- | --- |"
    for name, option in FormField.model_fields.items():
        if option.description:
            kinds = ", ".join(OPTIONS.get(name, ()))
            yield f"| `{name}` | {kinds} | {_default(option.default)} | {option.description} |"
    yield ""


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "—"
    if value in (None, "", ()):
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _functions() -> Iterator[str]:
    yield "| function | gives | meaning |\n| --- | --- | --- |"
    for name, function in FUNCTIONS.items():
        gives = "number or date" if function.gives == "inner" else function.gives
        yield f"| `{name}({', '.join(function.takes)})` | {gives} | {function.meaning} |"


def _sources() -> Iterator[str]:
    yield "\n## What apps contribute\n\n`prefill:` of a field, one of"
    for source in sorted(PREFILLS, key=lambda part: part.name):
        yield f"- {', '.join(f'`{source.name}.{key}`' for key in source.keys)}"
    yield "\n`source:` of a reference, one of"
    yield from (f"- `{source.name}`" for source in sorted(REFERENCES, key=lambda part: part.name))
