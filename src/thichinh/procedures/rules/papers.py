"""The components of a dossier."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from thichinh.foundation.errors import Refused
from thichinh.foundation.text import plain_text
from thichinh.procedures.models import ProcedureDefinition

MOST_OF_ONE = 999


def check_papers(definition: ProcedureDefinition, given: Mapping[str, object]) -> dict[str, int]:
    """How many of each paper came, in the order of the definition. Raises Refused.

    `given` maps the code of a paper to the number of sheets or files handed in. Every required
    paper must be there; a wrong field is named `papers.<code>`.
    """
    problems: dict[str, str] = {}
    counts: dict[str, int] = {}
    for paper in definition.papers:
        try:
            counts[paper.code] = _count(given.get(paper.code))
        except Refused as refused:
            problems[f"papers.{paper.code}"] = refused.message
            continue
        if paper.required and not counts[paper.code]:
            problems[f"papers.{paper.code}"] = _("Hồ sơ còn thiếu: %(name)s.") % {
                "name": paper.name
            }
    problems |= _unknown(definition, given)
    if problems:
        refusal = Refused(_("Hồ sơ chưa đủ giấy tờ. Hãy bổ sung các giấy tờ được nêu tên."))
        refusal.fields.update(problems)
        raise refusal
    return {code: count for code, count in counts.items() if count}


def _count(raw: object) -> int:
    if raw is None or raw == "":
        return 0
    count = int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() else raw
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_OF_ONE:
        raise Refused(_("Hãy ghi số lượng từ 0 đến %(most)s.") % {"most": MOST_OF_ONE})
    return count


def _unknown(definition: ProcedureDefinition, given: Mapping[str, object]) -> dict[str, str]:
    known = {paper.code for paper in definition.papers}
    strange = sorted(plain_text(str(code))[:60] for code in given if code not in known)
    return {f"papers.{code}": _("Thủ tục này không cần giấy tờ này.") for code in strange[:5]}
