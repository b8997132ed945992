"""Components that wrap content: `{% card title=… %} … {% endcard %}` and their kin."""

from __future__ import annotations

from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString

Words = str | Promise
_ALERT_ICONS = {
    "info": ("info-circle",),
    "good": ("circle-check",),
    "warn": ("alert-triangle",),
    "bad": ("alert-circle",),
    "neutral": ("info-circle",),
}


def _render(
    name: str, content: str, request: HttpRequest | None = None, **values: object
) -> SafeString:
    context = {"content": content, **values}
    return render_to_string(f"ui/components/{name}.html", context, request=request)


def card(
    content: str,
    title: Words = "",
    icon: str = "",
    subtitle: Words = "",
    href: str = "",
    link: Words = "",
    flush: bool = False,
    id: str = "",
    level: int = 2,
) -> SafeString:
    """A titled box. `flush` leaves no padding (tables); `href` and `link` lead to more."""
    return _render(
        "card",
        content,
        title=title,
        icon=icon,
        subtitle=subtitle,
        href=href,
        link=link,
        flush=flush,
        id=id,
        level=level,
    )


def alert(content: str, tone: str = "info", title: Words = "", icon: str = "") -> SafeString:
    """A notice; `bad` is read out at once, the others when the reader comes to them."""
    return _render("alert", content, tone=tone, title=title, icon=icon or _ALERT_ICONS[tone][0])


def disclosure(content: str, title: Words, open: bool = False, id: str = "") -> SafeString:
    """Something to unfold."""
    return _render("disclosure", content, title=title, open=open, id=id)


def confirm(
    content: str, label: Words, tone: str = "neutral", icon: str = "", key: str = ""
) -> SafeString:
    """A button whose first press only opens what is asked; works without scripts."""
    return _render("confirm", content, label=label, tone=tone, icon=icon, key=key)


def dialog(content: str, id: str, title: Words) -> SafeString:
    """A window over the page, opened by `data-dialog="id"` or a link to `#id`."""
    return _render("dialog", content, id=id, title=title)


def band(content: str, deep: bool = False) -> SafeString:
    """A full-width section of a citizen's page."""
    return _render("band", content, deep=deep)


def filter_bar(context: Context, content: str, action: str = "", live: str = "") -> SafeString:
    """A GET form of filters; keeps `sort`, forgets the page. `live` answers while typing."""
    request: HttpRequest = context["request"]
    return _render(
        "filter_bar",
        content,
        request,
        action=action or request.path,
        live=live,
        sort=request.GET.get("sort", ""),
        filtered=_is_filtered(request),
    )


def _is_filtered(request: HttpRequest) -> bool:
    return any(value for key, value in request.GET.items() if key not in ("sort", "page", "cursor"))
