"""One-time links: the first sign-in of somebody who has no password yet."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from thichinh.accounts import queries, rules
from thichinh.accounts.actions.accounts import set_password
from thichinh.accounts.models import Account, OneTimeLink
from thichinh.accounts.rules import Actor
from thichinh.foundation import audit
from thichinh.foundation.errors import Refused

VALID_FOR = timedelta(days=7)


@transaction.atomic
def make_link(actor: Actor, account: Account) -> str:
    """The secret of a new link for an account; it is shown once and only its digest is kept."""
    secret = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(
        account=account,
        digest=queries.token_digest(secret),
        expires_at=timezone.now() + VALID_FOR,
    )
    audit.record(actor, "account.link_made", account)
    return secret


@transaction.atomic
def open_by_link(secret: str, password: str) -> Account:
    """Set the password of the account that a link is for, and use the link up.

    Raises Refused for a weak password, Missing for a link that is used, expired or none of ours.
    """
    account_id = queries.link_in_force(secret).account_id
    Account.objects.select_for_update().get(pk=account_id)  # of two at once the second waits here
    account = queries.link_in_force(secret).account
    rules.check_password(password, [account.username, account.display_name])
    if not account.is_active:
        raise Refused(_("Tài khoản đã bị khoá. Hãy liên hệ cán bộ quản trị."))
    set_password(account, password, must_change=False)
    audit.record(
        Actor(account_id=account.pk, name=account.display_name), "account.opened_by_link", account
    )
    return account
