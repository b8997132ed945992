"""What there is to be permitted: every key that a page, an act or a role may name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from thichinh.foundation.contributions import Part, Registry
from thichinh.foundation.errors import Refused


@dataclass(frozen=True, slots=True)
class Permission(Part):
    """One key, contributed by the app whose pages and acts ask for it. `label` says what it opens;
    `signs`, that what it permits is signed and so is the head's and the deputies' (decree 30/2020)."""

    code: str
    label: str | Promise
    signs: bool = False


BUNDLE = "bundle"
"""The scope of a mirrored row that is a bundle: part of roles, never given to anybody itself."""

PERMISSIONS: Registry[Permission] = Registry(Permission, lambda given: given.code)


def signs(code: str) -> bool:
    """Whether what this permission permits is signed."""
    return code in PERMISSIONS and PERMISSIONS[code].signs


def check_permissions(codes: Iterable[str]) -> None:
    """Raise Refused naming the first permission that no installed app knows, and the nearest one."""
    for code in codes:
        if code not in PERMISSIONS:
            known = [permission.code for permission in PERMISSIONS]
            near = get_close_matches(code, known, n=1)
            hint = _(" Có phải “%(near)s”?") % {"near": near[0]} if near else ""
            raise Refused(
                _("Không có quyền “%(code)s”.%(hint)s") % {"code": code, "hint": hint},
                permissions=code,
            )
