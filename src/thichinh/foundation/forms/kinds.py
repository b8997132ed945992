"""One reader per kind of field: from what was typed or sent to the value that is kept."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from thichinh.foundation import storage
from thichinh.foundation.errors import Refused
from thichinh.foundation.forms.definition import MEBIBYTE, FormField
from thichinh.foundation.forms.sources import REFERENCES, FormContext
from thichinh.foundation.models import StoredFile
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
from thichinh.foundation.uploads import FILE_KINDS, kinds_phrase

Answer: TypeAlias = str | int | float | bool | list[Any] | dict[str, Any]
"""A JSON value: what is kept."""

LENGTHS = {
    "text": 200,
    "long_text": 2000,
    "address": 300,
    "email": 254,
    "unit": 60,
    "reference": 60,
}
"""Longest answer in characters where a definition names no length of its own."""

LARGEST_NUMBER = 10**15
FIRST_DAY = date(1900, 1, 1)
YES = frozenset({"true", "on", "1", "yes", "có"})
NO = frozenset({"false", "off", "0", "no", "không"})
_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(?:(\d{1,2})\s*[/.-]\s*(\d{4})|(\d{4})-(\d{1,2}))")
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,15})?", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]{2,}")


def empty(raw: object) -> bool:
    """Nothing was answered: absent, only spaces, or an empty list."""
    return raw is None or raw == [] or (isinstance(raw, str) and not raw.strip())


def read_answer(field: FormField, raw: object, context: FormContext) -> Answer | None:
    """The value of a non-empty answer. Raises Refused with the sentence for this field."""
    return READERS[field.kind](field, raw, context)


def _text(field: FormField, raw: object, context: FormContext) -> str | None:
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
    if isinstance(number, int) or number == int(number):
        return vn_number(number)
    return vn_number(number, 2 if field.decimals is None else field.decimals)


def _number(field: FormField, raw: object, context: FormContext) -> int | float:
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
    places = 4 if field.decimals is None else field.decimals
    if field.decimals is not None and number != round(number, places):
        raise Refused(_decimals_phrase(places))
    if number == int(number):
        return int(number)
    kept = float(round(number, places))
    if Decimal(repr(kept)) != round(number, places):
        raise Refused(_("Số này quá dài. Hãy nhập như 1.500.000 hoặc 98,33."))
    return int(kept) if kept == int(kept) else kept


def _decimals_phrase(places: int) -> str:
    if not places:
        return _("Hãy ghi một số tròn, không có phần lẻ.")
    return _("Hãy ghi nhiều nhất %(places)s chữ số sau dấu phẩy.") % {"places": places}


def _money(field: FormField, raw: object, context: FormContext) -> int:
    amount = _number(field, raw, context)
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


def _date(field: FormField, raw: object, context: FormContext) -> str:
    if not isinstance(raw, str | date):
        raise Refused(_("Hãy nhập ngày/tháng/năm, ví dụ 25/6/2022."))
    given = raw if isinstance(raw, date) else parse_vn_date(raw[:40])
    _check_day(field, given, context)
    return given.isoformat()


def _check_day(field: FormField, given: date, context: FormContext) -> None:
    first = field.earliest or FIRST_DAY
    if given < first:
        raise Refused(
            _("Ngày này sớm quá; hãy ghi từ ngày %(first)s trở đi.") % {"first": vn_date(first)}
        )
    if field.past and given > context.day:
        raise Refused(_("Ngày này chưa đến. Hãy xem lại ngày, tháng, năm."))
    if given.year > context.day.year + 100:
        raise Refused(_("Năm này xa quá. Hãy xem lại ngày, tháng, năm."))


def _choice(field: FormField, raw: object, context: FormContext) -> str:
    codes = [choice.code for choice in field.choices]
    if isinstance(raw, str) and raw.strip() in codes:
        return raw.strip()
    labels = "; ".join(choice.label for choice in field.choices[:6])
    raise Refused(_("Hãy chọn một trong các mục: %(labels)s.") % {"labels": labels})


def _choices(field: FormField, raw: object, context: FormContext) -> list[str] | None:
    """In the order of the definition, each once."""
    given = raw if isinstance(raw, list | tuple) else [raw]
    chosen = {_choice(field, one, context) for one in given if not empty(one)}
    _check_amount(field, len(chosen), _("mục"))
    return [choice.code for choice in field.choices if choice.code in chosen] or None


def _check_amount(field: FormField, amount: int, what: str) -> None:
    if amount and amount < field.at_least:
        raise Refused(
            _("Hãy chọn ít nhất %(least)s %(what)s.") % {"least": field.at_least, "what": what}
        )
    if amount > field.most:
        raise Refused(
            _("Hãy chọn nhiều nhất %(most)s %(what)s.") % {"most": field.most, "what": what}
        )


def _partial_date(field: FormField, raw: object, context: FormContext) -> str:
    """A day, a month or a year, as much as is known: 2022-06-25, 2022-06, 2022."""
    typed = str(raw.isoformat() if isinstance(raw, date) else raw).strip()[:40]
    if match := _YEAR.fullmatch(typed):
        first, form = (int(match[1]), 1), "{:04d}"
    elif match := _MONTH.fullmatch(typed):
        year, month = (match[2], match[1]) if match[1] else (match[3], match[4])
        first, form = (int(year), int(month)), "{:04d}-{:02d}"
    else:
        return _date(field, raw, context)
    if not 1 <= first[1] <= 12:
        raise Refused(_("Tháng %(month)s không có. Hãy ghi tháng/năm.") % {"month": first[1]})
    _check_day(field, date(max(first[0], 1), first[1], 1), context)
    return form.format(*first)


def _position(field: FormField, raw: object, context: FormContext) -> dict[str, float]:
    """Latitude and longitude in degrees (WGS 84), six decimals: about ten centimetres."""
    if isinstance(raw, Mapping):
        parts = [str(raw.get("lat")), str(raw.get("lon"))]
    else:
        text = str(raw).strip()[:60]
        parts = text.split(";") if ";" in text else re.split(r",\s*|\s+", text)
    if len(parts) != 2 or not all(_DEGREES.fullmatch(part.strip()) for part in parts):
        raise Refused(_("Hãy ghi vĩ độ; kinh độ, ví dụ 14.8123; 108.9567."))
    latitude, longitude = (round(float(part.replace(",", ".")), 6) for part in parts)
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Refused(_("Vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180. Hãy xem lại."))
    return {"lat": latitude, "lon": longitude}


def _reference(field: FormField, raw: object, context: FormContext) -> str | None:
    value = _text(field, raw, context)
    source = REFERENCES.get(field.source or field.kind)
    if value is not None and source is not None and source.label(value) is None:
        raise Refused(_("Không có mục này trong danh sách. Hãy chọn lại."))
    return value


def _files(field: FormField, raw: object, context: FormContext) -> list[dict[str, Any]] | None:
    """Files that this account sent before, or that were answered before, by their SHA-256."""
    given = _named_files(raw)
    _check_amount(field, len(given), _("tệp"))
    sent = storage.lock_sent(list(given), context.account)
    mine = sent.keys() | (given.keys() & set(context.known_files))
    if given.keys() - mine:
        raise Refused(_("Tệp này chưa được gửi lên. Hãy chọn tệp rồi gửi lại."))
    kept = StoredFile.objects.in_bulk(list(given))
    return [_kept_file(field, kept[sha256], name) for sha256, name in given.items()] or None


def _named_files(raw: object) -> dict[str, str]:
    """SHA-256 and name of each file that an answer names."""
    items = raw if isinstance(raw, list | tuple) else [raw]
    named = {}
    for item in items:
        sha256 = item.get("sha256") if isinstance(item, Mapping) else None
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            raise Refused(_("Hãy gửi tệp lên trước, rồi ghi mã SHA-256 của tệp."))
        assert isinstance(item, Mapping)
        named[sha256] = str(item.get("name") or "")
    return named


def _kept_file(field: FormField, file: StoredFile, name: str) -> dict[str, Any]:
    if file.media_type not in {FILE_KINDS[code].media_type for code in field.accept}:
        raise Refused(_("Chỉ nhận tệp %(kinds)s.") % {"kinds": kinds_phrase(field.accept)})
    if file.size > field.max_bytes:
        raise Refused(
            _("Tệp lớn hơn %(megabytes)s MB. Hãy nén hoặc chụp lại với cỡ nhỏ hơn.")
            % {"megabytes": max(1, field.max_bytes // MEBIBYTE)}
        )
    shown = storage.file_name(name, file.media_type)
    return {
        "sha256": file.sha256,
        "name": shown,
        "size": file.size,
        "media_type": file.media_type,
    }


def _boolean(field: FormField, raw: object, context: FormContext) -> bool:
    if isinstance(raw, bool):
        return raw
    word = nfc(raw).strip().lower() if isinstance(raw, str) else ""
    if word in YES or word in NO:
        return word in YES
    raise Refused(_("Hãy chọn Có hoặc Không."))


def _identity_number(field: FormField, raw: object, context: FormContext) -> str:
    number = re.sub(r"[\s.-]", "", _as_typed(raw))
    if problem := identity_number_problem(number):
        raise Refused(problem)
    return number


def _phone(field: FormField, raw: object, context: FormContext) -> str:
    phone = clean_phone(_as_typed(raw))
    if problem := phone_problem(phone):
        raise Refused(problem)
    return phone


def _email(field: FormField, raw: object, context: FormContext) -> str | None:
    address = _text(field, raw, context)
    if address is not None and not _EMAIL.fullmatch(address):
        raise Refused(_("Địa chỉ thư điện tử có dạng ten@vidu.vn. Hãy xem lại."))
    return address


def _as_typed(raw: object) -> str:
    """Digits sent as a number have lost their leading zeros, so only text will do."""
    if not isinstance(raw, str):
        raise Refused(_("Hãy ghi dãy số này ở dạng chữ, giữ cả số 0 ở đầu."))
    return plain_text(raw)


Reader: TypeAlias = Callable[[FormField, object, FormContext], Answer | None]
READERS: dict[str, Reader] = {
    "text": _text,
    "long_text": _text,
    "address": _text,
    "unit": _reference,
    "reference": _reference,
    "number": _number,
    "money": _money,
    "date": _date,
    "partial_date": _partial_date,
    "choice": _choice,
    "choices": _choices,
    "position": _position,
    "files": _files,
    "boolean": _boolean,
    "identity_number": _identity_number,
    "phone": _phone,
    "email": _email,
}
