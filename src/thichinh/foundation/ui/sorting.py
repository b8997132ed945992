"""Sorting links of tables: `?sort=due` up, `?sort=-due` down, the rest of the query kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Sort:
    """How one column stands and where its link leads."""

    aria: str
    icon: str
    url: str

    @classmethod
    def of(cls, request: HttpRequest, column: str, default: str = "") -> Sort:
        """Read the column's state from the request; `default` is the order without `?sort=`."""
        chosen = request.GET.get("sort") or default
        query = request.GET.copy()
        query["sort"] = f"-{column}" if chosen == column else column
        for page in ("page", "cursor"):
            query.pop(page, None)
        url = f"?{query.urlencode()}"
        if chosen == column:
            return cls("ascending", icon("arrow-up"), url)
        if chosen == f"-{column}":
            return cls("descending", icon("arrow-down"), url)
        return cls("none", icon("arrows-sort"), url)


def icon(name: str) -> str:
    """Names an icon where the build looks for names."""
    return name
