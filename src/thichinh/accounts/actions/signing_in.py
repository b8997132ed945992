"""Signing in, and citizens signing up."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password as matches
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy

from thichinh.accounts import queries, rules
from thichinh.accounts.actions.accounts import open_account
from thichinh.accounts.actions.people import write_down_person
from thichinh.accounts.models import Account
from thichinh.accounts.rules import ANONYMOUS, Actor, PersonFacts
from thichinh.foundation import audit
from thichinh.foundation.clock import today
from thichinh.foundation.errors import Refused
from thichinh.foundation.text import clean_phone, identity_number_problem, one_line, phone_problem
from thichinh.foundation.throttle import check, hit
from thichinh.foundation.web import request_context

KNOWN_ALREADY = gettext_lazy(
    "Số định danh này đã có trong hệ thống. Hãy đăng nhập; nếu chưa có mật khẩu, hãy mang giấy tờ "
    "tuỳ thân đến nơi tiếp nhận hồ sơ để được mở tài khoản."
)
WINDOW = 900
WRONG_PAIR = gettext_lazy(
    "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra phím Caps Lock và bộ gõ rồi thử lại."
)
_NOBODY = make_password(secrets.token_urlsafe(16))


def authenticate(identifier: str, password: str, ip: str | None) -> Account:
    """The active account with this name (or identity number) and password.

    Raises Refused with one sentence whatever was wrong, and TooMany after too many failures.
    """
    limits = _limits(identifier, ip)
    for limit in limits:
        check(limit.bucket, limit=limit.tries, seconds=limit.seconds)
    account = queries.account_to_sign_in(identifier)
    right = matches(password[:1000], account.password if account else _NOBODY)
    if account is None or not right or not account.is_active:
        _count_failure(account, limits)
        raise Refused(WRONG_PAIR)
    who = Actor(account_id=account.pk, unit_id=account.unit_id)
    audit.record(who, "account.signed_in", account)
    return account


@dataclass(frozen=True)
class _Limit:
    bucket: str
    tries: int
    seconds: int = WINDOW


def _limits(identifier: str, ip: str | None) -> list[_Limit]:
    """For a name from one address, for an address (a whole office may share one), for a name.

    The last is high: it stops guessing from many addresses, and must not let a stranger lock
    somebody out with a few wrong passwords.
    """
    name = queries.token_digest(identifier.strip().lower())[:32]
    return [
        _Limit(f"sign-in:name:{name}:ip:{ip}", 10),
        _Limit(f"sign-in:ip:{ip}", 100),
        _Limit(f"sign-in:name:{name}", 100, seconds=3600),
    ]


def _count_failure(account: Account | None, limits: list[_Limit]) -> None:
    for limit in limits:
        hit(limit.bucket, limit=limit.tries, seconds=limit.seconds)
    who = Actor(account_id=account.pk) if account else ANONYMOUS
    audit.record(who, "account.sign_in_failed", account)


def sign_up(facts: PersonFacts, password: str) -> Account:
    """A citizen opens an account for themselves. Raises Refused per field.

    A number that is already in our books is refused: knowing twelve digits proves nobody's
    identity, and the account would open somebody's dossiers. Who asks for many known numbers from
    one address is looking for people, and gets TooMany.
    """
    problems = _sign_up_problems(facts, password)
    if problems:
        raise Refused(**problems)
    bucket = f"sign-up:ip:{request_context().ip}"
    check(bucket, limit=30, seconds=WINDOW)
    clean = rules.clean_person(facts, today())
    try:
        return _opened(clean, password)
    except IntegrityError as error:
        hit(bucket, limit=30, seconds=WINDOW)
        raise Refused(identity_number=KNOWN_ALREADY) from error


@transaction.atomic
def _opened(clean: PersonFacts, password: str) -> Account:
    """Person and account, or IntegrityError when the number is known."""
    person = write_down_person(clean)
    account = open_account(clean.identity_number, clean.full_name, password, person=person)
    audit.record(Actor(account_id=account.pk), "account.signed_up", account)
    return account


def _sign_up_problems(facts: PersonFacts, password: str) -> dict[str, str]:
    number = facts.identity_number.replace(" ", "")
    about = [*facts.full_name.split(), number, facts.phone, facts.full_name]
    problems = {
        "full_name": rules.name_problem(one_line(facts.full_name)),
        "identity_number": identity_number_problem(number),
        "phone": phone_problem(clean_phone(facts.phone)),
        "password": rules.password_problem(password, about),
    }
    return {name: sentence for name, sentence in problems.items() if sentence}
