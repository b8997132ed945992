"""What a new authority must say of itself, checked as a whole: every fault is named at once."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from thichinh.accounts.models.definition import UnitKindDefinition
from thichinh.foundation.text import fold, one_line

CODE = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
LANGUAGES = ("vi", "en")
EARLIEST = date(1976, 1, 1)
KEYS = ("name", "kind", "code", "from", "language", "admin", "units", "address")

Kinds = Mapping[str, UnitKindDefinition]
Areas = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class NewUnit:
    """A unit of the new authority; `parent` is the code of the unit above it."""

    code: str
    name: str
    kind: str
    parent: str
    duties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Founding:
    """A new authority, complete and without fault."""

    name: str
    kind: str
    code: str
    first_day: date
    language: str
    admin_name: str
    admin_email: str
    units: tuple[NewUnit, ...]
    address: str

    @property
    def username(self) -> str:
        """What the first IT officer signs in with: the part of the address before the @."""
        plain = re.sub(r"[^a-z0-9._-]", "", fold(self.admin_email.partition("@")[0])).strip("._-")
        return plain if len(plain) > 1 else "it-officer"

    @property
    def organ_code(self) -> str:
        """A provisional organ identifier that belongs to nobody, until the real one is entered."""
        number = int(self.code) if self.code.isdigit() else zlib.crc32(self.code.encode())
        digits = f"{number % 10_000_000:07d}"
        return f"{digits[:3]}.{digits[3:5]}.{digits[5:]}.{PROVISIONAL}"


PROVISIONAL = "X99"


def is_provisional(organ_code: str) -> bool:
    """Whether an organ identifier belongs to nobody: no ministry and no province begins with X."""
    return organ_code.rpartition(".")[2].startswith("X") or not organ_code


COMMITTEE = re.compile(r"(ủy ban nhân dân|uỷ ban nhân dân|ubnd)\s+", re.IGNORECASE)


def read_founding(
    given: object, kinds_on: Callable[[date], Kinds], areas: Areas
) -> tuple[Founding | None, dict[str, str]]:
    """The authority that somebody wants, or every fault by the field it is in.

    `kinds_on` answers the kinds of units that exist on a day: those of the authority's first day
    count. `areas` is what is known of communes by their codes, from the first day of each on: before
    it the same code was another place.
    """
    if not isinstance(given, Mapping):
        return None, {"file": _("Tệp phải gồm các dòng “khoá: giá trị”.")}
    known = areas.get(_text(given.get("code")), {})
    first_day, listed = _day(given.get("from")), _day(known.get("from"))
    if first_day and listed and first_day < listed:
        known = {}
    wanted = {**known, **{key: value for key, value in given.items() if value not in (None, "")}}
    reader = _Reader(wanted, kinds_on)
    founding = reader.read()
    return (None, reader.errors) if reader.errors else (founding, {})


class _Reader:
    """Reads one field after the other and collects what is wrong."""

    def __init__(self, given: Mapping[str, Any], kinds_on: Callable[[date], Kinds]) -> None:
        self.given = given
        self.errors: dict[str, str] = {}
        self.first_day = self._first_day()
        self.kinds = kinds_on(date.max if "from" in self.errors else self.first_day)
        ever = {**kinds_on(EARLIEST), **self.kinds}.values()
        self.words = sorted({kind.name for kind in ever if kind.place == "committee"})

    def read(self) -> Founding:
        for key in self.given.keys() - set(KEYS):
            self.errors[str(key)[:60]] = _("Không có khoá này.")
        code = self._code("code", self.given.get("code"))
        kind = self._kind("kind", self.given.get("kind"))
        if kind and self.kinds[kind].place not in ("committee", "office"):
            self.errors["kind"] = _("Một cơ quan không thể thuộc loại này.")
        admin = self.given.get("admin")
        admin = admin if isinstance(admin, Mapping) else {}
        return Founding(
            name=self._unit_name("name", self.given.get("name"), kind),
            kind=kind,
            code=code,
            first_day=self.first_day,
            language=self._language(),
            admin_name=self._name("admin.name", admin.get("name")),
            admin_email=self._email(_text(admin.get("email"))),
            units=tuple(self._units(code, kind)),
            address=self._address(),
        )

    def _name(self, field: str, raw: Any) -> str:
        name = one_line(_text(raw))
        if not name:
            self.errors[field] = _("Chưa ghi tên.")
        elif len(name) > 200:
            self.errors[field] = _("Tên dài quá 200 chữ.")
        return name

    def _unit_name(self, field: str, raw: Any, kind_code: str) -> str:
        """A unit's own name: "UBND PHƯỜNG ĐỨC A" and "Đức A" are "Phường Đức A".

        The committee is not the unit; papers write it before the name by themselves.
        """
        name, kind = COMMITTEE.sub("", self._name(field, raw), count=1), self.kinds.get(kind_code)
        if not name or kind is None:
            return name
        if kind.place == "committee":
            return self._place_name(field, name, kind)
        if name.isupper():
            self.errors[field] = _("Tên viết toàn chữ hoa. Hãy viết như “Sở Tư pháp”.")
        return name[:1].upper() + name[1:]

    def _place_name(self, field: str, name: str, kind: UnitKindDefinition) -> str:
        own = min((w for w in self.words if f"{kind.name} ".startswith(f"{w} ")), key=len)
        found = next((w for w in self.words if name.lower().startswith(f"{w.lower()} ")), None)
        if found is not None and found != own:
            self.errors[field] = _("Tên ghi “%(word)s” mà loại đơn vị là “%(kind)s”.") % {
                "word": found, "kind": kind.name,
            }  # fmt: skip
        rest = name[len(found) + 1 :] if found else name
        return f"{own} {rest.title() if rest.isupper() and len(rest) > 1 else rest}"

    def _code(self, field: str, raw: Any) -> str:
        code = _text(raw).lower()
        if not code:
            self.errors[field] = _("Chưa ghi mã.")
        elif not CODE.fullmatch(code) or len(code) > 60:
            self.errors[field] = _(
                "Mã gồm chữ thường không dấu, chữ số, dấu chấm hoặc gạch, ví dụ 21439 hoặc phuong-a."
            )
        return code

    def _kind(self, field: str, raw: Any) -> str:
        said = _text(raw)
        for kind in self.kinds.values():
            if fold(said) in (kind.code, fold(kind.name), fold(kind.name_en)):
                return kind.code
        names = ", ".join(f"{kind.code} ({kind.name})" for kind in self.kinds.values())
        self.errors[field] = _(
            "Không có loại đơn vị “%(kind)s” vào ngày %(day)s. Ngày ấy có: %(names)s."
        ) % {"kind": said[:60], "names": names, "day": f"{self.first_day:%d/%m/%Y}"}
        return ""

    def _first_day(self) -> date:
        day = _day(self.given.get("from"))
        if day is None or day < EARLIEST:
            self.errors["from"] = _("Ngày đầu của các đơn vị viết như 2025-07-01.")
        return day or EARLIEST

    def _language(self) -> str:
        language = _text(self.given.get("language", "vi"))
        if language not in LANGUAGES:
            self.errors["language"] = _("Ngôn ngữ là vi hoặc en.")
        return language

    def _email(self, email: str) -> str:
        try:
            validate_email(email)
        except ValidationError:
            self.errors["admin.email"] = _("Địa chỉ thư điện tử chưa đúng, ví dụ: ten@example.vn.")
        return email

    def _address(self) -> str:
        address = _text(self.given.get("address", ""))
        if address and not ADDRESS.fullmatch(address):
            self.errors["address"] = _("Địa chỉ viết như https://dichvucong.example.vn.")
        return address

    def _units(self, root: str, root_kind: str) -> Iterator[NewUnit]:
        raw = self.given.get("units") or ()
        if isinstance(raw, str) or not isinstance(raw, Sequence):
            self.errors["units"] = _("Cần một danh sách đơn vị, mỗi đơn vị có code, name và kind.")
            return
        kind_of = {root: root_kind}
        for place, one in enumerate(raw):
            at = f"units.{place}"
            if not isinstance(one, Mapping):
                self.errors[at] = _("Mỗi đơn vị cần code, name và kind.")
                continue
            kind = self._kind(f"{at}.kind", one.get("kind"))
            unit = NewUnit(
                self._code(f"{at}.code", one.get("code")),
                self._unit_name(f"{at}.name", one.get("name"), kind),
                kind,
                _text(one.get("parent", root)).lower() or root,
                tuple(_text(duty) for duty in one.get("duties") or ()),
            )
            if unit.code in kind_of:
                self.errors[f"{at}.code"] = _("Mã này đã có ở trên.")
            self._check_place(at, unit, kind_of)
            kind_of[unit.code] = unit.kind
            yield unit

    def _check_place(self, at: str, unit: NewUnit, kind_of: Mapping[str, str]) -> None:
        above = kind_of.get(unit.parent)
        if above is None:
            self.errors[f"{at}.parent"] = _("Đơn vị cấp trên phải đứng trước trong danh sách.")
        elif unit.kind and above and above not in self.kinds[unit.kind].under:
            self.errors[f"{at}.kind"] = _("%(kind)s không thể nằm dưới %(above)s.") % {
                "kind": self.kinds[unit.kind].name,
                "above": self.kinds[above].name,
            }


def _day(raw: Any) -> date | None:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(_text(raw))
    except ValueError:
        return None


def _text(raw: Any) -> str:
    return raw.strip() if isinstance(raw, str) else "" if raw is None else str(raw)
