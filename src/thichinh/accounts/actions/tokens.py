"""Keys for programs."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from thichinh.accounts import queries
from thichinh.accounts.models import AccessToken, Account
from thichinh.accounts.rules import Actor
from thichinh.foundation import audit
from thichinh.foundation.errors import Missing, NotAllowed, Refused
from thichinh.foundation.text import one_line

TOKEN_DAYS = 90
LONGEST_TOKEN_DAYS = 365


@transaction.atomic
def create_token(account: Account, name: str, days: int = TOKEN_DAYS) -> tuple[AccessToken, str]:
    """Make a key for a program; its secret is returned once and never again."""
    if account.must_change_password:
        raise NotAllowed(_("Hãy đổi mật khẩu dùng một lần trước khi tạo khoá truy cập."))
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Refused(days=_("Thời hạn từ 1 đến %(days)s ngày.") % {"days": LONGEST_TOKEN_DAYS})
    secret = secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        account=account,
        digest=queries.token_digest(secret),
        name=one_line(name)[:80] or "API",
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record(Actor(account_id=account.pk), "token.created", token)
    return token, secret


@transaction.atomic
def revoke_token(actor: Actor, token_id: int) -> None:
    """End one of one's own keys."""
    token = AccessToken.objects.filter(pk=token_id, account_id=actor.account_id or 0).first()
    if token is None:
        raise Missing(_("Không tìm thấy khoá truy cập này."))
    audit.record(actor, "token.revoked", token)
    token.delete()
