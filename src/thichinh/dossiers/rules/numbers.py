"""Numbers and look-up codes of dossiers."""

from __future__ import annotations

import secrets
from datetime import date

from thichinh.foundation.errors import Refused

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0/O, 1/I/L: people copy these from paper."""
SECRET_LENGTH = 8


def dossier_number(organ_code: str, day: date, sequence: int) -> str:
    """`V1V2V3.Z1Z2.Y1Y2.MX1X2-YYMMDD-XXXX` (circular 01/2018, article 19)."""
    return f"{organ_code}-{day:%y%m%d}-{sequence:04d}"


def new_secret() -> str:
    """A look-up code that cannot be guessed from a number: 31^8 possibilities."""
    drawn, letters = secrets.randbelow(len(ALPHABET) ** SECRET_LENGTH), []
    for _ in range(SECRET_LENGTH):
        drawn, letter = divmod(drawn, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def clean_secret(typed: str) -> str:
    """What a person typed, with spaces, dashes and small letters forgiven."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def clean_number(typed: str) -> str:
    """A dossier number as typed, with spaces and other dashes forgiven. Raises Refused."""
    number = typed.strip().upper().replace("–", "-").replace(" ", "")
    if not number:
        raise Refused(number="Hãy nhập mã hồ sơ ghi trên giấy tiếp nhận, ví dụ X99-210104-0001.")
    return number
