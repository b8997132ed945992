"""Vietnamese text: one form on the way in, folding for search, order of lists, numbers and dates.

Everything here is pure: strings and values in, strings and values out. Input that cannot be
understood raises `Refused` with a sentence a person at the counter can act on.
"""

from __future__ import annotations

from thichinh.foundation.text.dates import (
    legal_date,
    legal_date_words,
    parse_vn_date,
    vn_date,
    vn_datetime,
)
from thichinh.foundation.text.folding import fold, fold_marks, nfc, one_line, plain_text
from thichinh.foundation.text.identity import (
    clean_phone,
    identity_number_problem,
    phone_problem,
)
from thichinh.foundation.text.numbers import (
    parse_vn_number,
    vn_money,
    vn_number,
    vn_percent,
    whole_number,
)
from thichinh.foundation.text.ordering import person_sort_key, sort_key

__all__ = [
    "clean_phone",
    "fold",
    "fold_marks",
    "identity_number_problem",
    "legal_date",
    "legal_date_words",
    "nfc",
    "one_line",
    "parse_vn_date",
    "parse_vn_number",
    "person_sort_key",
    "phone_problem",
    "plain_text",
    "sort_key",
    "vn_date",
    "vn_datetime",
    "vn_money",
    "vn_number",
    "vn_percent",
    "whole_number",
]
