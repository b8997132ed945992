"""Signing in, and citizens signing up."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import check_password as matches
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from thichinh.accounts import queries, rules
from thichinh.accounts.actions.accounts import open_account
from thichinh.accounts.actions.people import write_down_person
from thichinh.accounts.models import Account, Person
from thichinh.accounts.rules import ANONYMOUS, Actor, PersonFacts
from thichinh.foundation import audit
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import one_line
from thichinh.foundation.throttle import hit

KNOWN_ALREADY = (
    "Số định danh này đã có trong hệ thống. Hãy đăng nhập; nếu chưa có mật khẩu, hãy mang giấy tờ "
    "tuỳ thân đến Bộ phận Một cửa để được mở tài khoản."
)
WRONG_PAIR = (
    "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra phím Caps Lock và bộ gõ rồi thử lại."
)
_NOBODY = make_password(secrets.token_urlsafe(16))


def authenticate(identifier: str, password: str, ip: str | None) -> Account:
    """The active account with this name (or identity number) and password.

    Raises Refused with one sentence whatever was wrong, and TooMany after ten tries for one name
    or thirty from one address in a quarter of an hour.
    """
    key = queries.token_digest(identifier.strip().lower())[:32]
    hit(f"sign-in:name:{key}", limit=10, seconds=900)
    hit(f"sign-in:ip:{ip}", limit=30, seconds=900)
    account = queries.account_to_sign_in(identifier)
    right = matches(password[:1000], account.password if account else _NOBODY)
    if account is None or not right or not account.is_active:
        who = Actor(account_id=account.pk) if account else ANONYMOUS
        audit.record(who, "account.sign_in_failed", account)
        raise Refused(WRONG_PAIR)
    audit.record(
        Actor(account_id=account.pk, unit_id=account.unit_id), "account.signed_in", account
    )
    return account


@transaction.atomic
def sign_up(facts: PersonFacts, password: str) -> Account:
    """A citizen opens an account for themselves. Raises Refused per field.

    A number that is already in our books is refused: knowing twelve digits proves nobody's
    identity, and the account would open somebody's dossiers.
    """
    problems = _sign_up_problems(facts, password)
    if problems:
        raise Refused(**problems)
    clean = rules.clean_person(facts, today())
    if Person.objects.filter(identity_number=clean.identity_number).exists():
        raise Refused(identity_number=KNOWN_ALREADY)
    try:
        with transaction.atomic():
            person = write_down_person(clean)
            account = open_account(
                person.identity_number or "", clean.full_name, password, person=person
            )
    except IntegrityError as error:  # the same form sent twice at once
        raise Refused(identity_number=KNOWN_ALREADY) from error
    audit.record(Actor(account_id=account.pk), "account.signed_up", account)
    return account


def _sign_up_problems(facts: PersonFacts, password: str) -> dict[str, str]:
    number = facts.identity_number.replace(" ", "")
    about = [*facts.full_name.split(), number, facts.phone, facts.full_name]
    problems = {
        "full_name": rules.name_problem(one_line(facts.full_name)),
        "identity_number": rules.identity_number_problem(number),
        "phone": rules.phone_problem(rules.clean_phone(facts.phone)),
        "password": rules.password_problem(password, about),
    }
    return {name: sentence for name, sentence in problems.items() if sentence}
