"""A question in the address that cannot be read is asked again; it does not end on an error page."""

from __future__ import annotations

from collections.abc import Callable, Set
from functools import wraps
from typing import Any

from django.http import HttpResponse

from thichinh.foundation.errors import Refused

View = Callable[..., HttpResponse]


def asks_again(
    fields: Set[str], page: Callable[[Any, Refused], HttpResponse]
) -> Callable[[View], View]:
    """Answer with `page` when a GET is refused for one of these fields; all else goes its way."""

    def guard(view: View) -> View:
        @wraps(view)
        def run(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except Refused as refused:
                if request.method != "GET" or not fields & set(refused.fields):
                    raise
                return page(request, refused)

        return run

    return guard
