"""Invented answers and papers for a form, already in the form in which they are kept."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from thichinh.accounts.rules import PersonFacts
from thichinh.example.rules.people import Names
from thichinh.foundation.forms import Answer, FormField, is_asked
from thichinh.procedures.models import ProcedureDefinition

_SENTENCES = (
    "Theo nội dung đơn và giấy tờ kèm theo.",
    "Đề nghị cơ quan xem xét, giải quyết theo quy định.",
    "Thông tin đúng như giấy tờ đã nộp.",
)


@dataclass(frozen=True, slots=True)
class Filling:
    """Who fills in a form, on which day, in which commune."""

    applicant: PersonFacts
    day: date
    commune: str


def invent_answers(
    definition: ProcedureDefinition, filling: Filling, names: Names, rng: random.Random
) -> dict[str, Answer]:
    """An answer to every required question that is asked, and to some of the others."""
    answers: dict[str, Answer] = {}
    own = True  # the first identity number, birth date and name are the applicant's own
    for field in definition.form:
        if not is_asked(definition.questions, field, answers):
            continue
        if not field.required and rng.random() < 0.5:
            continue
        answers[field.code] = _answer(field, filling, names, rng, own=own)
        own = own and field.kind != "identity_number"
    return answers


def invent_papers(definition: ProcedureDefinition, rng: random.Random) -> dict[str, int]:
    """How many of each paper came: all required ones, some of the others."""
    return {
        paper.code: max(1, paper.original + paper.copies)
        for paper in definition.papers
        if paper.required or rng.random() < 0.3
    }


def _answer(
    field: FormField, filling: Filling, names: Names, rng: random.Random, *, own: bool
) -> Answer:
    match field.kind:
        case "boolean":
            return field.required or rng.random() < 0.5
        case "choice":
            return rng.choice(field.choices).code
        case "number":
            return _number(field, rng, 12)
        case "money":
            return _number(field, rng, 400) // 1_000 * 1_000 or (field.min or 1_000)
        case "date":
            return _date(field, filling, rng).isoformat()
        case "identity_number":
            mine = filling.applicant.identity_number if own else ""
            return mine or f"099{rng.randint(0, 3)}{rng.randint(10, 99)}{rng.randrange(10**6):06d}"
        case "phone":
            return filling.applicant.phone
        case "email":
            return filling.applicant.email or "lienhe@nguoidan.test"
        case "address":
            return filling.applicant.address
        case "unit":
            return filling.commune
        case _:
            return _text(field, filling, names, rng, own=own)


def _number(field: FormField, rng: random.Random, usual: int) -> int:
    least = 1 if field.min is None else field.min
    scale = 1_000_000 if field.kind == "money" else 1
    most = least + usual * scale if field.max is None else min(field.max, least + usual * scale)
    return rng.randint(least, max(least, most))


def _date(field: FormField, filling: Filling, rng: random.Random) -> date:
    first = field.earliest or date(1950, 1, 1)
    ahead = not field.past and field.earliest is not None and field.earliest > filling.day
    day = filling.day + timedelta(days=rng.randint(1, 60) if ahead else -rng.randint(0, 900))
    return max(day, first)


def _text(
    field: FormField, filling: Filling, names: Names, rng: random.Random, *, own: bool
) -> str:
    label = field.label.lower()
    if "họ" in label and "tên" in label:
        name = names.draw(rng, rng.choice("mf"))
        text = filling.applicant.full_name if own else name
    elif "số" in label.split() or "năm" in label.split():
        text = f"{rng.randint(1, 999)}"
    elif field.kind == "long_text":
        text = rng.choice(_SENTENCES)
    else:
        text = f"{field.label} theo hồ sơ"
    return text[: field.max_length or 200].strip()
