"""One written form, and the two foldings search uses: with marks and without."""

from __future__ import annotations

import unicodedata

# Keyboards and old fonts leave the Icelandic eth where a Vietnamese wrote đ; no list of ours
# contains a real eth, so search and order read both as đ.
ETH_AS_D = str.maketrans({"ð": "đ", "Ð": "Đ"})
_INVISIBLE = ("Cc", "Cf", "Cs", "Cn")
_COMBINING_MARKS = range(0x0300, 0x0370)
_BARE: dict[int, str | None] = {ord("đ"): "d", **dict.fromkeys(_COMBINING_MARKS, None)}


def nfc(text: str) -> str:
    """Return the composed form (NFC), the only form we store: 'e' + two marks becomes 'ế'."""
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Return NFC text on one line: control and zero-width characters gone, single spaces."""
    spaced = " ".join(nfc(text).split())
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf"))


def plain_text(text: str, keep_lines: bool = False) -> str:
    """NFC, without characters that cannot be seen or stored; line ends kept only if asked."""
    lines = [_one_line(line) for line in nfc(text).splitlines()]
    return ("\n" if keep_lines else " ").join(lines).strip()


def _one_line(text: str) -> str:
    """A tab parts words; other unseen characters go without a trace."""
    seen = "".join(c for c in text.replace("\t", " ") if unicodedata.category(c) not in _INVISIBLE)
    return " ".join(seen.split())


def fold(text: str) -> str:
    """Return the text as somebody types it in a hurry: lower case, no marks, đ as d.

    'Sổ hộ khẩu  ĐỨC HẢI' and 'so ho khau duc hai' fold to the same string, wherever the tone mark
    was placed ('hoà', 'hòa').
    """
    lowered = unicodedata.normalize("NFKD", text.translate(ETH_AS_D)).lower()
    return " ".join(lowered.translate(_BARE).split())


def fold_marks(text: str) -> str:
    """Return the text for search that respects marks: lower case and NFC, nothing else."""
    return nfc(text.lower())
