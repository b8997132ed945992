"""Numbers and look-up codes of dossiers."""

from __future__ import annotations

import re
import secrets
from datetime import date

from django.utils.translation import gettext as _

from thichinh.foundation.errors import Refused

SERIES = "dossier"
"""Numbers of dossiers: per organ and day."""
REGISTER = "register"
"""Places in the register (M06): per desk and year, from 01 (circular 01/2018)."""
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0/O, 1/I/L: people copy these from paper."""
SECRET_LENGTH = 8
_SPACES = re.compile(r"[\s\u200b\u00a0]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_WHOLE = re.compile(r"([0-9A-Z.]*[A-Z][0-9]{2})-?(\d{6})-?(\d{4})")


def dossier_number(organ_code: str, day: date, sequence: int) -> str:
    """`V1V2V3.Z1Z2.Y1Y2.MX1X2-YYMMDD-XXXX` (circular 01/2018, article 19)."""
    return f"{organ_code}-{day:%y%m%d}-{sequence:04d}"


def new_secret() -> str:
    """A look-up code that cannot be guessed from a number: 31^8 possibilities."""
    drawn, letters = secrets.randbelow(len(ALPHABET) ** SECRET_LENGTH), []
    for _place in range(SECRET_LENGTH):
        drawn, letter = divmod(drawn, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def spaced(secret: str) -> str:
    """A look-up code in two halves, as one reads it aloud: 'K7MB 2QXP'."""
    return f"{secret[:4]} {secret[4:]}".strip()


def clean_secret(typed: str) -> str:
    """What a person typed, with spaces, dashes and small letters forgiven."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def clean_number(typed: str) -> str:
    """A dossier number as typed; spaces, other or missing dashes are forgiven. Raises Refused."""
    number = _DASHES.sub("-", _SPACES.sub("", typed.upper()))
    if not number:
        raise Refused(number=_("Hãy nhập mã hồ sơ ghi trên giấy tiếp nhận, ví dụ X99-210104-0001."))
    whole = _WHOLE.fullmatch(number)
    return "-".join(whole.groups()) if whole else number
