"""Opening, closing and guarding accounts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import check_password as matches
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from thichinh.accounts import rules
from thichinh.accounts.events import AccountDisabled
from thichinh.accounts.models import AccessToken, Account, OneTimeLink, Person, Session, Unit
from thichinh.accounts.rules import Actor
from thichinh.foundation import audit, clock
from thichinh.foundation.errors import Missing, NotAllowed, Refused
from thichinh.foundation.events import publish
from thichinh.foundation.text import fold, one_line, person_sort_key
from thichinh.foundation.throttle import hit

TAKEN = gettext_lazy("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.")


@transaction.atomic
def create_citizen(
    actor: Actor, person: Person, *, password: str = "", password_hash: str = ""
) -> tuple[Account, str]:
    """Open an account for a person whose papers were seen; needs `person.edit`.

    Returns the account and its one-time password ('' when one was given). `password_hash` lets a
    bulk load share one computed hash. Raises Refused when the person has an account or no number.
    """
    actor.require("person.edit")
    if not person.identity_number:
        raise Refused(identity_number=_("Cần số định danh cá nhân để mở tài khoản cho người dân."))
    shown = "" if password or password_hash else one_time_password()
    account = _open_once(
        Refused(_("Người này đã có tài khoản. Có thể đặt lại mật khẩu cho họ.")),
        person.identity_number,
        person.full_name,
        password or shown,
        person=person,
        password_hash=password_hash,
        must_change_password=bool(shown),
    )
    audit.record(actor, "account.opened", account, data={"person": person.pk})
    return account, shown


@dataclass(frozen=True)
class NewOfficial:
    """What the IT officer writes to open an official's account."""

    username: str
    display_name: str
    unit_id: int
    title: str = ""


@transaction.atomic
def create_official(
    actor: Actor, new: NewOfficial, *, password: str = "", password_hash: str = ""
) -> tuple[Account, str]:
    """Open an official's account; needs `account.manage` over the unit. Raises Refused per field.

    Returns the account and its one-time password ('' when a password or its hash was given).
    """
    actor.require("account.manage", new.unit_id)
    username, name = new.username.strip().lower(), one_line(new.display_name)
    problems = {
        "username": rules.username_problem(username) or _taken(username),
        "display_name": rules.name_problem(name),
    }
    if any(problems.values()):
        raise Refused(**{field: sentence for field, sentence in problems.items() if sentence})
    shown = "" if password or password_hash else one_time_password()
    account = _open_once(
        Refused(username=str(TAKEN)),
        username,
        name,
        password or shown,
        password_hash=password_hash,
        unit=Unit.objects.get(pk=new.unit_id),
        title=one_line(new.title),
        must_change_password=bool(shown),
    )
    audit.record(actor, "account.opened", account, data={"unit": new.unit_id})
    return account, shown


def _taken(username: str) -> str:
    return str(TAKEN) if Account.objects.filter(username=username).exists() else ""


def _open_once(refusal: Refused, username: str, name: str, password: str, **facts: Any) -> Account:
    """Open an account that an official answers for; the refusal when there is one already.

    The table decides, for the same form may arrive twice at once.
    """
    try:
        with transaction.atomic():
            return open_account(username, name, password, identity_seen_at=clock.now(), **facts)
    except IntegrityError as error:
        raise refusal from error


def open_account(
    username: str, name: str, password: str, *, password_hash: str = "", **facts: object
) -> Account:
    return Account.objects.create(
        username=username,
        display_name=name,
        search_name=fold(f"{name} {username}"),
        sort_name=person_sort_key(name),
        password=password_hash or make_password(password),
        **facts,
    )


def one_time_password() -> str:
    """A password to read out once: four groups without look-alike characters."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def managed_account(actor: Actor, account_id: int) -> Account:
    account = Account.objects.select_for_update(of=("self",)).filter(pk=account_id).first()
    if account is None or account.unit_id is None:
        raise Missing(_("Không tìm thấy tài khoản này."))
    actor.require("account.manage", account.unit_id)
    return account


@transaction.atomic
def disable_account(actor: Actor, account_id: int) -> None:
    """Close an official's account at once; its sessions and tokens end for good, so that opening it
    again brings none of them back."""
    account = managed_account(actor, account_id)
    if account.pk == actor.account_id:
        raise Refused(_("Không thể khoá tài khoản bạn đang dùng."))
    if account.is_active:
        account.is_active = False
        account.save(update_fields=["is_active"])
        end_ways_in(account)
        audit.record(actor, "account.disabled", account)
        publish(AccountDisabled(account.pk))


@transaction.atomic
def enable_account(actor: Actor, account_id: int) -> None:
    """Open a closed account again."""
    account = managed_account(actor, account_id)
    account.is_active = True
    account.save(update_fields=["is_active"])
    audit.record(actor, "account.enabled", account)


@transaction.atomic
def reset_password(actor: Actor, account_id: int) -> str:
    """Give an official a one-time password, to be changed at the next sign-in."""
    account = managed_account(actor, account_id)
    password = one_time_password()
    set_password(account, password, must_change=True)
    audit.record(actor, "account.password_reset", account)
    return password


@transaction.atomic
def reset_citizen_password(actor: Actor, person_id: int) -> str:
    """Give a citizen whose papers were seen a one-time password; needs `person.edit`."""
    actor.require("person.edit")
    account = Account.objects.select_for_update().filter(person_id=person_id).first()
    if account is None or account.unit_id is not None:
        raise Missing(_("Người này không có tài khoản người dân."))
    password = one_time_password()
    set_password(account, password, must_change=True)
    account.identity_seen_at = account.identity_seen_at or clock.now()
    account.save(update_fields=["identity_seen_at"])
    audit.record(actor, "account.password_reset", account)
    return password


def change_own_password(actor: Actor, old: str, new: str) -> Account:
    """Change one's own password. Raises Refused per field; other sessions and tokens end.

    Raises TooMany after ten tries in a quarter of an hour, counted before anything can undo them.
    """
    if actor.account_id is None:
        raise NotAllowed()
    hit(f"password:{actor.account_id}", limit=10, seconds=900)
    return _change_own_password(actor, old, new)


@transaction.atomic
def _change_own_password(actor: Actor, old: str, new: str) -> Account:
    account = Account.objects.select_for_update().get(pk=actor.account_id or 0)
    if not matches(old[:1000], account.password):
        raise Refused(old=_("Mật khẩu hiện tại chưa đúng."))
    if old == new:
        raise Refused(password=_("Mật khẩu mới phải khác mật khẩu hiện tại."))
    rules.check_password(new, [account.username, *account.display_name.split()])
    set_password(account, new, must_change=False)
    audit.record(actor, "account.password_changed", account)
    return account


def set_password(account: Account, password: str, *, must_change: bool) -> None:
    """A new password: tokens of before stop working, and links that would set another one too."""
    account.set_password(password)
    account.must_change_password = must_change
    account.save(update_fields=["password", "must_change_password"])
    AccessToken.objects.filter(account=account).delete()
    _use_up_links(account)


def _use_up_links(account: Account) -> None:
    OneTimeLink.objects.filter(account=account, used_at=None).update(used_at=timezone.now())


def end_ways_in(account: Account) -> None:
    """End every session, token and one-time link of an account."""
    AccessToken.objects.filter(account=account).delete()
    Session.objects.filter(account=account).delete()
    _use_up_links(account)
