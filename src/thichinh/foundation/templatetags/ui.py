"""`{% load ui %}`: what templates say to the design system (templates/ui/README.md)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import segno
from django import template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from thichinh.foundation.ui import badges, blocks, charts, fields, shells, values
from thichinh.foundation.ui.assets import asset_url
from thichinh.foundation.ui.sorting import Sort

register = template.Library()
Words = str | Promise

register.filter("number", values.number)
register.filter("percent", values.percent)
register.filter("money", values.money)
register.filter("signed", values.signed)
register.filter("vndate", values.day)
register.filter("vndatetime", values.moment)
register.filter("vntime", values.clock_time)
register.filter("vntime_tag", values.time_tag)
register.filter("or_dash", values.or_dash)
register.filter("vi", values.vietnamese)
register.filter("own", values.own_words)

for block in (
    blocks.card,
    blocks.alert,
    blocks.disclosure,
    blocks.confirm,
    blocks.dialog,
    blocks.band,
):
    register.simple_block_tag(block)
register.simple_block_tag(blocks.filter_bar, takes_context=True)


@register.filter
def due(value: datetime | None) -> Words:
    """Words for a deadline: 'còn 2 ngày làm việc'."""
    return badges.timing_badge(badges.Clock(value)).words


@register.filter
def minus(value: Any, other: Any) -> Any:
    """value - other, or None when either is missing."""
    return None if value is None or other is None else value - other


@register.simple_tag
def vi_lang() -> SafeString:
    """` lang="vi"` for an element whose words are Vietnamese on a page that is not."""
    return SafeString("" if values.is_vietnamese() else ' lang="vi"')


@register.simple_tag
def joined(*parts: Any, by: str = ", ") -> SafeString:
    """Parts of a line, some of which may be marked as Vietnamese."""
    return values.joined(parts, by)


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file."""
    return asset_url(name)


@register.simple_tag
def icon(name: str, label: Words = "", **options: str) -> SafeString:
    """An icon of the sprite; read out only when it has a label. `class=` adds classes."""
    css = f"icon {options.get('class', '')}".strip()
    if not name:
        return SafeString("")
    url = f"{asset_url('icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, url
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, url)


@register.simple_tag
def badge(words: Words, tone: str = "neutral", icon: str = "", **options: str) -> SafeString:
    """A badge: words with a tone and, better, an icon."""
    if tone not in badges.TONES:
        raise template.TemplateSyntaxError(f"unknown tone {tone!r}")
    css = f"pill {options.get('class', '')}".strip()
    drawing = _draw_icon(icon)
    return format_html('<span class="{}" data-tone="{}">{}{}</span>', css, tone, drawing, words)


@register.simple_tag
def state_badge(kind: str, state: int | str, label: Words = "") -> SafeString:
    """The badge of a state of one kind of thing, as its app contributed it."""
    known = shells.badge_of(kind, state)
    return badge(label or known.words, known.tone, known.icon)


@register.simple_tag
def timing_badge(
    due_at: datetime | None = None,
    done_at: datetime | None = None,
    paused: bool = False,
    now: datetime | None = None,
    timing: badges.Badge | None = None,
) -> SafeString:
    """How a deadline stands; pass `timing` when it was computed before."""
    known = timing or badges.timing_badge(badges.Clock(due_at, done_at, bool(paused)), now)
    return badge(known.words, known.tone, known.icon)


def _draw_icon(name: str) -> SafeString:
    drawing: SafeString = icon(name)
    return drawing


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """A whole form field: label, hint, error, control."""
    return render_to_string("ui/components/field.html", fields.field_context(bound, **options))


@register.simple_tag
def error_summary(form: Any) -> SafeString:
    """The box above a form that lists every error and links to its field."""
    errors = fields.error_lines(form)
    if not errors:
        return SafeString("")
    return render_to_string("ui/components/error_summary.html", {"errors": errors})


@register.simple_tag(takes_context=True)
def th(
    context: template.Context, label: Words, sort: str = "", default: str = "", **options: str
) -> SafeString:
    """A column heading, with a sorting link when `sort` names what to sort by."""
    css = options.get("class", "")
    if not sort:
        return format_html('<th scope="col" class="{}">{}</th>', css, label)
    state = Sort.of(context["request"], sort, default)
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a class="sort" href="{}">{}{}</a></th>',
        css,
        state.aria,
        state.url,
        label,
        _draw_icon(state.icon),
    )


@register.simple_tag(takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> SafeString:
    """Numbered links for a Django page; nothing when there is only one."""
    if page.paginator.num_pages <= 1:
        return SafeString("")
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return render_to_string(
        "ui/components/pagination.html",
        {"page": page, "numbers": list(numbers), "gap": page.paginator.ELLIPSIS},
        request=context.get("request"),
    )


@register.simple_tag
def cursor_pagination(previous: str | None = None, next: str | None = None) -> SafeString:
    """Previous and next, for lists too long to count."""
    if not previous and not next:
        return SafeString("")
    return render_to_string(
        "ui/components/pagination_cursor.html", {"previous": previous, "next": next}
    )


@register.simple_tag
def chart(spec: charts.Chart) -> SafeString:
    """A chart with its table."""
    return render_to_string("ui/components/chart.html", {"drawing": charts.draw(spec)})


@register.simple_tag
def map_view(
    features: Sequence[dict[str, Any]], label: Words, id: str = "map", more: str = ""
) -> SafeString:
    """A map of GeoJSON features without foreign tiles, and the list of its places.

    `more` answers with the features of `&vung=west,south,east,north`, asked as the map is moved.
    """
    return render_to_string(
        "ui/components/map.html",
        {
            "collection": {"type": "FeatureCollection", "features": list(features)},
            "features": features,
            "label": label,
            "id": id,
            "more": more,
        },
    )


@register.simple_tag
def qr(text: str, label: Words = "", caption: Words = "") -> SafeString:
    """A QR code as SVG, dark on white in every theme."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True, dark="#000"
    )
    drawing = mark_safe(out.getvalue().decode())
    return render_to_string(
        "ui/components/qr.html",
        {"drawing": drawing, "label": label or _("Mã QR"), "caption": caption},
    )


@register.simple_tag(takes_context=True)
def active_url(context: template.Context, url: str) -> SafeString:
    """`aria-current="page"` when the address is the one being shown."""
    request: HttpRequest | None = context.get("request")
    here = request is not None and request.path == url
    return SafeString(' aria-current="page"' if here else "")
