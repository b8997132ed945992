"""The numbers by which people are known: identity number and telephone."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

_IDENTITY_NUMBER = re.compile(r"[0-9]{12}")
_PHONE = re.compile(r"0[0-9]{9,10}")


def identity_number_problem(number: str) -> str:
    """Why this is no identity number, or ''. Twelve digits (Law on Citizen Identification 2014,
    article 12)."""
    if _IDENTITY_NUMBER.fullmatch(number):
        if len(set(number)) > 1:
            return ""
        return _("Số định danh này chỉ có một chữ số lặp lại. Hãy ghi đúng số trên thẻ căn cước.")
    return _(
        "Số định danh cá nhân gồm 12 chữ số; bạn đã ghi %(length)s ký tự. Hãy kiểm tra lại."
    ) % {"length": len(number)}


def phone_problem(phone: str) -> str:
    """Why this is no telephone number as `clean_phone` writes it, or ''."""
    if _PHONE.fullmatch(phone):
        return ""
    return _("Số điện thoại bắt đầu bằng 0 và có 10 chữ số, ví dụ 0905123456.")


def clean_phone(phone: str) -> str:
    """A phone number as dialled in Việt Nam: bare digits, +84 written as 0."""
    bare = re.sub(r"[\s().-]", "", phone)
    return re.sub(r"^(\+84|0084)", "0", bare)
