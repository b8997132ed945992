"""The glossary tells the truth: the code words it names are in the code, one term to a row."""

from __future__ import annotations

import re
from collections import Counter

from thichinh.config.environment import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<code>[^|]+) \| [^|]+ \|$", re.M)


def _rows() -> list[tuple[str, list[str]]]:
    rows = ROW.findall(GLOSSARY.read_text())
    assert len(rows) > 100
    return [(term, re.findall(r"`([^`]+)`", code)) for term, code in rows if "`" in code]


def test_every_code_word_of_the_glossary_is_in_the_code() -> None:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "definitions").rglob("*.yaml")]
    code = "\n".join(path.read_text() for path in files)
    known = set(re.findall(r"[A-Za-z_][\w-]*", code))
    missing = [
        word for _term, words in _rows() for word in words if word not in known and word not in code
    ]
    assert missing == []


def test_a_vietnamese_term_has_one_row() -> None:
    twice = [term for term, count in Counter(term for term, _ in _rows()).items() if count > 1]
    assert twice == []
