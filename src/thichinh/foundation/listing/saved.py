"""Views of a list that somebody keeps for themselves: filters, shelf and order under a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from thichinh.foundation.errors import NotAllowed, Refused
from thichinh.foundation.models import SavedView
from thichinh.foundation.text import one_line, whole_number

MOST = 20
"""How many views one person keeps of one list."""


def views_of(account_id: int | None, listing: str) -> list[SavedView]:
    """What this person keeps of a list, in order of name."""
    if account_id is None:
        return []
    return list(SavedView.objects.filter(account_id=account_id, listing=listing).order_by("name"))


def keep(account_id: int | None, listing: str, posted: Mapping[str, Any], query: str) -> str:
    """Keep an address of a list under a name (the same name again replaces it); returns the name."""
    if account_id is None:
        raise NotAllowed()
    name = one_line(str(posted.get("name", "")))[:60]
    if not name:
        raise Refused(name=_("Hãy đặt tên cho cách xem này."))
    mine = SavedView.objects.filter(account_id=account_id, listing=listing)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise Refused(_("Bạn đã lưu %(most)d cách xem; hãy xoá bớt.") % {"most": MOST})
    SavedView.objects.update_or_create(
        account_id=account_id, listing=listing, name=name, defaults={"query": query}
    )
    return name


def forget(account_id: int | None, listing: str, view_id: str) -> None:
    """Throw a kept view away; one that is not theirs is nothing to them."""
    number = whole_number(view_id)
    if account_id is not None and number is not None:
        SavedView.objects.filter(pk=number, account_id=account_id, listing=listing).delete()
