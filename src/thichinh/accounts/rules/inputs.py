"""What people may write about themselves and others. Every refusal names the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from thichinh.accounts.models import Person
from thichinh.accounts.rules.actor import Actor
from thichinh.accounts.rules.grants import Holding
from thichinh.accounts.rules.tree import UnitTree
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import (
    clean_phone,
    fold,
    identity_number_problem,
    one_line,
    phone_problem,
)

MIN_PASSWORD = 10
MAX_PASSWORD = 200
LONGEST_DELEGATION = timedelta(days=366)
TAX_CODE = re.compile(r"[0-9]{10}(-?[0-9]{3})?")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_TOO_COMMON = frozenset(
    ["matkhau", "password", "qwerty", "abc", "iloveyou", "vietnam", "anhyeuem", "emyeuanh", "admin"]
)


@dataclass(frozen=True)
class PersonFacts:
    """What is said of a person when they come, write or sign up."""

    full_name: str
    identity_number: str = ""
    kind: str = "citizen"
    birth_date: date | None = None
    sex: str = ""
    tax_code: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    residence_unit_id: int | None = None


def clean_person(facts: PersonFacts, today: date) -> PersonFacts:
    """The facts in the form we keep: composed, on one line, numbers bare. Raises Refused."""
    clean = PersonFacts(
        full_name=one_line(facts.full_name),
        identity_number=digits(facts.identity_number),
        kind=facts.kind or "citizen",
        birth_date=facts.birth_date,
        sex=facts.sex,
        tax_code=re.sub(r"\s", "", facts.tax_code),
        phone=clean_phone(facts.phone),
        email=one_line(facts.email).lower(),
        address=one_line(facts.address),
        residence_unit_id=facts.residence_unit_id,
    )
    problems = person_problems(clean, today)
    if problems:
        raise Refused(**problems)
    return clean


def person_problems(facts: PersonFacts, today: date) -> dict[str, str]:
    """One sentence for each wrong field of a person."""
    checks = {
        "full_name": name_problem(facts.full_name),
        "identity_number": _unless_empty(facts.identity_number, identity_number_problem),
        "tax_code": _unless_empty(facts.tax_code, _tax_code_problem),
        "phone": _unless_empty(facts.phone, phone_problem),
        "email": _unless_empty(facts.email, email_problem),
        "address": _("Địa chỉ dài quá 300 ký tự.") if len(facts.address) > 300 else "",
        "kind": "" if facts.kind in Person.Kind.values else _("Chọn cá nhân, tổ chức hoặc hộ."),
        "sex": "" if facts.sex in Person.Sex.values else _("Chọn nam, nữ hoặc để trống."),
        "birth_date": _birth_problem(facts.birth_date, today),
    }
    return {name: sentence for name, sentence in checks.items() if sentence}


def name_problem(name: str) -> str:
    if len(name) < 2 or not any(c.isalpha() for c in name):
        return _("Hãy ghi đầy đủ họ và tên.")
    return _("Họ và tên dài quá 200 ký tự.") if len(name) > 200 else ""


def digits(text: str) -> str:
    """A number without the spaces, dots and dashes people put in."""
    return re.sub(r"[\s.-]", "", text)


def username_problem(username: str) -> str:
    if USERNAME.fullmatch(username):
        return ""
    return _("Tên đăng nhập gồm 2 đến 64 chữ thường không dấu, chữ số, dấu chấm hoặc gạch.")


def password_problem(password: str, about: Iterable[str] = ()) -> str:
    """Why a password is too weak, or ''. `about` are facts of its owner it must not repeat."""
    plain = fold(password).replace(" ", "")
    if len(password) < MIN_PASSWORD:
        return _("Mật khẩu cần ít nhất %(length)s ký tự; một câu ngắn dễ nhớ là tốt nhất.") % {
            "length": MIN_PASSWORD
        }
    if len(password) > MAX_PASSWORD:
        return _("Mật khẩu dài quá %(length)s ký tự.") % {"length": MAX_PASSWORD}
    if plain.isdigit() or len(set(plain)) < 5:
        return _("Mật khẩu dễ đoán: hãy dùng cả chữ và số, nhiều ký tự khác nhau.")
    if plain.rstrip("0123456789!@#.") in _TOO_COMMON:
        return _("Mật khẩu này quá phổ biến. Hãy chọn mật khẩu khác.")
    known = [fold(fact).replace(" ", "") for fact in about]
    if any(len(fact) >= 4 and fact in plain for fact in known):
        return _("Mật khẩu không được chứa họ tên, số định danh hay số điện thoại của bạn.")
    return ""


def check_password(password: str, about: Iterable[str] = ()) -> None:
    """Raise Refused on field `password` when it is too weak."""
    if problem := password_problem(password, about):
        raise Refused(password=problem)


def check_period(valid_from: date, valid_to: date | None) -> None:
    """Raise Refused on `valid_to` when a period ends before it begins."""
    if valid_to is not None and valid_to < valid_from:
        raise Refused(valid_to=_("Ngày kết thúc phải sau hoặc cùng ngày bắt đầu."))


@dataclass(frozen=True)
class DelegationTerms:
    """What a delegation says; both days count."""

    taker_id: int
    role: str
    unit_id: int
    valid_from: date
    valid_to: date
    reason: str


def check_delegation(
    terms: DelegationTerms,
    giver_id: int | None,
    held: Iterable[Holding],
    tree: UnitTree,
    today: date,
) -> None:
    """Only one's own role, to another, for a reason and a time. Raises Refused per field."""
    problems: dict[str, str] = {}
    if terms.taker_id == giver_id:
        problems["taker"] = _("Không thể uỷ quyền cho chính mình. Hãy chọn người khác.")
    if not any(h.role == terms.role and terms.unit_id in h.reach(tree) for h in held):
        problems["role"] = _(
            "Bạn không giữ vai trò này tại đơn vị đã chọn nên không uỷ quyền được."
        )
    if terms.valid_to < terms.valid_from:
        problems["valid_to"] = _("Ngày kết thúc phải sau hoặc cùng ngày bắt đầu.")
    elif terms.valid_to < today:
        problems["valid_to"] = _("Thời gian uỷ quyền đã qua. Hãy chọn ngày từ hôm nay.")
    elif terms.valid_to - terms.valid_from > LONGEST_DELEGATION:
        problems["valid_to"] = _("Một lần uỷ quyền không quá một năm.")
    if not one_line(terms.reason):
        problems["reason"] = _("Hãy ghi lý do uỷ quyền, ví dụ: nghỉ phép, đi công tác.")
    if problems:
        raise Refused(**problems)


def may_see_person(actor: Actor, subject: Person) -> bool:
    """Whether numbers and address may be shown: to `person.view`, and to who proved to be them."""
    return actor.may("person.view") or (actor.identity_seen and actor.person_id == subject.pk)


def name_prefix_query(folded: str) -> str:
    """A text query for begun words in any order: 'ng van' -> 'ng:* & van:*'; '' if no word."""
    words = re.findall(r"[a-z0-9]+", folded)
    return " & ".join(f"{word}:*" for word in words[:8])


def _unless_empty(value: str, problem: Callable[[str], str]) -> str:
    return problem(value) if value else ""


def _tax_code_problem(code: str) -> str:
    if TAX_CODE.fullmatch(code):
        return ""
    return _("Mã số thuế gồm 10 chữ số, hoặc 10 chữ số và 3 chữ số của đơn vị phụ thuộc.")


def email_problem(email: str) -> str:
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}", email) and len(email) <= 254:
        return ""
    return _("Địa chỉ thư điện tử chưa đúng, ví dụ: ten@example.vn.")


def _birth_problem(birth_date: date | None, today: date) -> str:
    if birth_date is None or date(1900, 1, 1) <= birth_date <= today:
        return ""
    return _("Ngày sinh phải từ năm 1900 đến hôm nay.")
