"""Permissions that no role can give to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from thichinh.accounts.rules.permissions import PERMISSIONS
from thichinh.foundation.definitions import all_current


def ungiven(on: date) -> Iterator[str]:
    """A sentence for each permission that stands in no bundle and in no role on a day."""
    given = {
        code
        for kind in ("role-bundle", "role")
        for found in all_current(kind, on)
        for code in found.permissions
    }
    for permission in PERMISSIONS:
        if permission.code not in given:
            yield _(
                "Quyền “%(code)s” (%(app)s) không nằm trong nhóm quyền nào, nên không giao được cho ai."
            ) % {"code": permission.code, "app": PERMISSIONS.owner(permission.code)}
