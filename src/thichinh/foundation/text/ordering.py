"""The order of a Vietnamese dictionary, as a plain string any database sorts byte by byte.

Order goes syllable by syllable: first the letters (a ă â b c d đ e ê ... ư v x y, the foreign
f j w z in their Latin places), then the tone (ngang, huyền, hỏi, ngã, sắc, nặng). Numbers come
before letters and by value, so 'Tổ 2' stands before 'Tổ 10'. Case and punctuation do not count.

Compare keys by code point: Python does, PostgreSQL does under collation "C".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from thichinh.foundation.text.folding import ETH_AS_D

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_CODES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LETTER_CODE = dict(zip(_ALPHABET, _CODES, strict=False))
_SHAPE_MARKS = frozenset("\u0302\u0306\u031b")  # circumflex, breve, horn: they make a letter
# A tone closes its syllable, so each tone code sorts below every digit and letter:
# 'an' in any tone stands before 'anh'.
_LEVEL_TONE = "!"
_TONE_CODE = {"\u0300": "#", "\u0309": "*", "\u0303": "+", "\u0301": "-", "\u0323": "."}
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_GIVEN_NAME_ENDS = " "  # below every tone code: the given name decides before the rest


def sort_key(text: str) -> str:
    """Return a string whose code-point order is the order a Vietnamese reader expects."""
    composed = unicodedata.normalize("NFC", text.translate(ETH_AS_D).lower())
    return "".join(_token_key(token) for token in _TOKEN.findall(composed))


def person_sort_key(full_name: str) -> str:
    """Return the key of a list of people: given name first, then family and middle names.

    The given name is the last word: 'Nguyễn Văn An' stands before 'Bùi Thị Bình'.
    """
    family, _, given = full_name.strip().rpartition(" ")
    return f"{sort_key(given)}{_GIVEN_NAME_ENDS}{sort_key(family)}"


@lru_cache(maxsize=8192)  # names are made of a few thousand syllables
def _token_key(token: str) -> str:
    return _number_key(token) if token[0].isdecimal() else _syllable_key(token)


def _number_key(digits: str) -> str:
    """Numbers of more digits are larger: the count of digits leads, each ten of them as a 9."""
    value = digits.lstrip("0") or "0"
    tens, rest = divmod(len(value), 9)
    return f"{'9' * tens}{rest}{value}{_LEVEL_TONE}"


def _syllable_key(syllable: str) -> str:
    tone, letters = _LEVEL_TONE, []
    for character in syllable:
        base, *marks = list(unicodedata.normalize("NFD", character))
        shape = "".join(m for m in marks if m in _SHAPE_MARKS)
        letter = unicodedata.normalize("NFC", base + shape)
        letters.append(_LETTER_CODE.get(letter) or _LETTER_CODE.get(base) or base)
        tone = next((_TONE_CODE[m] for m in marks if m in _TONE_CODE), tone)
    return "".join(letters) + tone
