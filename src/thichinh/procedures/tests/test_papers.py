"""The papers of a dossier."""

from __future__ import annotations

import pytest

from thichinh.foundation.errors import Refused
from thichinh.procedures.rules import check_papers
from thichinh.procedures.tests.conftest import definition

PAPERS = [
    {"code": "don", "name": "Đơn", "original": 1},
    {"code": "ban-ve", "name": "Bản vẽ", "original": 2},
    {"code": "uy-quyen", "name": "Ủy quyền", "original": 1, "required": False},
]


def test_a_complete_dossier_is_counted() -> None:
    counted = check_papers(definition(papers=PAPERS), {"ban-ve": "2", "don": 1, "uy-quyen": ""})
    assert counted == {"don": 1, "ban-ve": 2}


def test_every_missing_or_strange_paper_is_named() -> None:
    with pytest.raises(Refused) as caught:
        check_papers(definition(papers=PAPERS), {"don": 0, "ban-ve": -1, "la": 1})
    assert set(caught.value.fields) == {"papers.don", "papers.ban-ve", "papers.la"}
    assert "Đơn" in caught.value.fields["papers.don"]
