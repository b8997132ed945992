"""One reader per kind of field: from what was typed or sent to the value that is kept."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from django.utils.translation import gettext as _

from thichinh.foundation.errors import Refused
from thichinh.foundation.forms.definition import FormField
from thichinh.foundation.text import (
    clean_phone,
    identity_number_problem,
    nfc,
    parse_vn_date,
    parse_vn_number,
    phone_problem,
    plain_text,
    vn_date,
    vn_number,
)

Answer: TypeAlias = str | int | float | bool

LENGTHS = {"text": 200, "long_text": 2000, "address": 300, "email": 254, "unit": 60}
"""Longest answer in characters where a definition names no length of its own."""

LARGEST_NUMBER = 10**15
FIRST_DAY = date(1900, 1, 1)
YES = frozenset({"true", "on", "1", "yes", "có"})
NO = frozenset({"false", "off", "0", "no", "không"})
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]{2,}")


def empty(raw: object) -> bool:
    """Nothing was answered: absent, or only spaces."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def read_answer(field: FormField, raw: object, day: date) -> Answer | None:
    """The value of a non-empty answer. Raises Refused with the sentence for this field."""
    return READERS[field.kind](field, raw, day)


def _text(field: FormField, raw: object, day: date) -> str | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise Refused(_("Hãy ghi câu trả lời bằng chữ."))
    text = plain_text(str(raw), keep_lines=field.kind == "long_text")
    longest = field.max_length or LENGTHS.get(field.kind, 200)
    if len(text) > longest:
        raise Refused(
            _("Mục này dài %(length)s ký tự; hãy rút còn nhiều nhất %(longest)s ký tự.")
            % {"length": len(text), "longest": longest}
        )
    return text or None


def number_text(field: FormField, number: float | int) -> str:
    """A number as written here. One that can only be a year is not grouped: 1955, not 1.955."""
    lowest, highest = field.min or 0, LARGEST_NUMBER if field.max is None else field.max
    if lowest >= 1000 and highest <= 9999 and number == int(number):
        return str(int(number))
    return vn_number(number, 0 if isinstance(number, int) else 2)


def _number(field: FormField, raw: object, day: date) -> int | float:
    number = _decimal(raw)
    lowest = -LARGEST_NUMBER if field.min is None else field.min
    highest = LARGEST_NUMBER if field.max is None else field.max
    if number < lowest:
        raise Refused(
            _("Hãy ghi một số từ %(lowest)s trở lên.") % {"lowest": number_text(field, lowest)}
        )
    if number > highest:
        raise Refused(
            _("Hãy ghi một số không quá %(highest)s.") % {"highest": number_text(field, highest)}
        )
    return int(number) if number == int(number) else float(round(number, 4))


def _money(field: FormField, raw: object, day: date) -> int:
    amount = _number(field, raw, day)
    if not isinstance(amount, int):
        raise Refused(_("Số tiền ghi tròn đến đồng, ví dụ 1.500.000."))
    return amount


def _decimal(raw: object) -> Decimal:
    if isinstance(raw, str):
        if len(raw) > 40:
            raise Refused(_("Số này quá dài. Hãy nhập như 1.500.000 hoặc 98,33."))
        return parse_vn_number(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise Refused(_("Hãy nhập một số, ví dụ 1.500.000 hoặc 98,33."))
    return Decimal(str(raw)) if isinstance(raw, float) else Decimal(raw)


def _date(field: FormField, raw: object, day: date) -> str:
    if not isinstance(raw, str | date):
        raise Refused(_("Hãy nhập ngày/tháng/năm, ví dụ 25/6/2022."))
    given = raw if isinstance(raw, date) else parse_vn_date(raw[:40])
    first = field.earliest or FIRST_DAY
    if given < first:
        raise Refused(
            _("Ngày này sớm quá; hãy ghi từ ngày %(first)s trở đi.") % {"first": vn_date(first)}
        )
    if field.past and given > day:
        raise Refused(_("Ngày này chưa đến. Hãy xem lại ngày, tháng, năm."))
    if given.year > day.year + 100:
        raise Refused(_("Năm này xa quá. Hãy xem lại ngày, tháng, năm."))
    return given.isoformat()


def _choice(field: FormField, raw: object, day: date) -> str:
    codes = [choice.code for choice in field.choices]
    if isinstance(raw, str) and raw.strip() in codes:
        return raw.strip()
    labels = "; ".join(choice.label for choice in field.choices[:6])
    raise Refused(_("Hãy chọn một trong các mục: %(labels)s.") % {"labels": labels})


def _boolean(field: FormField, raw: object, day: date) -> bool:
    if isinstance(raw, bool):
        return raw
    word = nfc(raw).strip().lower() if isinstance(raw, str) else ""
    if word in YES or word in NO:
        return word in YES
    raise Refused(_("Hãy chọn Có hoặc Không."))


def _identity_number(field: FormField, raw: object, day: date) -> str:
    number = re.sub(r"[\s.-]", "", _as_typed(raw))
    if problem := identity_number_problem(number):
        raise Refused(problem)
    return number


def _phone(field: FormField, raw: object, day: date) -> str:
    phone = clean_phone(_as_typed(raw))
    if problem := phone_problem(phone):
        raise Refused(problem)
    return phone


def _email(field: FormField, raw: object, day: date) -> str | None:
    address = _text(field, raw, day)
    if address is not None and not _EMAIL.fullmatch(address):
        raise Refused(_("Địa chỉ thư điện tử có dạng ten@vidu.vn. Hãy xem lại."))
    return address


def _as_typed(raw: object) -> str:
    """Digits sent as a number have lost their leading zeros, so only text will do."""
    if not isinstance(raw, str):
        raise Refused(_("Hãy ghi dãy số này ở dạng chữ, giữ cả số 0 ở đầu."))
    return plain_text(raw)


Reader: TypeAlias = Callable[[FormField, object, date], Answer | None]
READERS: dict[str, Reader] = {
    "text": _text,
    "long_text": _text,
    "address": _text,
    "unit": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "choice": _choice,
    "boolean": _boolean,
    "identity_number": _identity_number,
    "phone": _phone,
    "email": _email,
}
