"""One-time links that still open something."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from thichinh.accounts.models import OneTimeLink
from thichinh.accounts.queries.accounts import token_digest
from thichinh.foundation.errors import Missing


def link_in_force(secret: str) -> OneTimeLink:
    """The unused link with this secret, with its account. Raises Missing."""
    links = OneTimeLink.objects.select_related("account")
    now = timezone.now()
    found = links.filter(digest=token_digest(secret), used_at=None, expires_at__gt=now).first()
    if found is None:
        raise Missing(
            _("Liên kết này đã dùng rồi hoặc đã hết hạn. Hãy xin cán bộ quản trị liên kết mới.")
        )
    return found
