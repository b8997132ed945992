"""A form as a page: every control named and described, conditions for both who has scripts and not."""

from __future__ import annotations

import html
import json
import re
from time import perf_counter
from typing import Any

from django.test import Client
from django.utils.translation import override

from thichinh.foundation.forms import FormContext, FormDefinition, bind, shown
from thichinh.foundation.templatetags.forms import draw_answers, draw_form, form_errors
from thichinh.foundation.templatetags.ui import field as draw_field
from thichinh.foundation.ui.drawn_forms import DrawnField, draw
from thichinh.foundation.ui.form_sample import DAY, DEFINITION, context, kept, typed, wrong


def test_every_control_has_a_label_and_every_error_its_control() -> None:
    page = draw_form(wrong())
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert len(ids) == len(re.findall(r' id="', page)), "an id stands twice"
    targets = re.findall(r'href="#([^"]+)"', form_errors(wrong()))
    assert len(targets) == 7
    assert set(targets) <= ids
    described = {
        one for ids_ in re.findall(r'aria-describedby="([^"]+)"', page) for one in ids_.split()
    }
    assert described <= ids
    named = set(re.findall(r'<label[^>]* for="([^"]+)"', page))
    for control in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
        own = re.search(r' id="([^"]+)"', control)
        is_named = "aria-label=" in control or (own and own[1] in named)
        assert is_named or 'type="hidden"' in control or 'type="checkbox"' in control, control


def test_a_condition_is_drawn_for_the_script_and_in_words() -> None:
    page = html.unescape(draw_form(typed()))
    live = [json.loads(found) for found in re.findall(r'data-asked="(\[.*?\])"', page)]
    assert live == [
        ["<", ["years", ["answer", "a-birth_date", "date"], ["day", "2022-06-24"]], 18.0],
        ["in", ["answer", "a-trades", "choices"], "other"],
        ["answer", "a-members-0-is_paid", "boolean"],
        ["answer", "a-members-1-is_paid", "boolean"],
    ]
    assert "Chỉ điền khi “Ngành nghề” là “Khác”:" in page


def test_english_pages_ask_in_english() -> None:
    with override("en"):
        page = draw_form(typed())
        assert "Trades" in page
        assert "Ngành nghề" not in page
        assert "Each piece is worth" in form_errors(wrong())


def test_a_row_added_takes_the_focus_and_enter_never_drops_one() -> None:
    data = {"a-members-rows": "1", "a-members-0-name": "Mai", "a--rows": "add:members"}
    page = draw_form(bind(DEFINITION, data, context=context()))
    focused = re.findall(r"<input[^>]*autofocus[^>]*>", page)
    assert len(focused) == 1
    assert 'name="a-members-1-name"' in focused[0]
    first = re.search(r"<button[^>]*>", page)
    assert first is not None
    assert "value=" not in first[0]


def test_what_was_typed_is_never_markup() -> None:
    bad = "<script>alert(1)</script>"
    answers = {
        "owner_name": bad,
        "goods": [{"what": bad}],
        "papers": [{"sha256": bad, "name": bad}],
    }
    form = bind(DEFINITION, answers=answers, context=context())
    form.show_problems()
    assert bad not in draw_form(form) + form_errors(form)


def test_the_sample_is_filled_in_without_scripts(client: Client) -> None:
    page = client.get("/ui/bieu-mau/").content.decode()
    assert 'name="a-goods-0-what"' in page
    added = client.post("/ui/bieu-mau/", {"a-owner_name": "Mai", "a--rows": "add:goods"})
    assert added.status_code == 200
    assert 'value="Mai"' in added.content.decode()
    refused = client.post("/ui/bieu-mau/", {"a-owner_name": "Mai"})
    assert refused.status_code == 422
    assert "error-summary" in refused.content.decode()


def large() -> FormDefinition:
    """Ten steps, a hundred questions, a hundred rules over them."""
    kinds: list[dict[str, Any]] = [
        {"kind": "text"},
        {"kind": "number"},
        {"kind": "date"},
        {"kind": "boolean", "required": False},
        {"kind": "choice", "choices": [{"code": c, "label": c.upper()} for c in "abc"]},
    ]
    steps = []
    for step in range(10):
        fields = [
            {"code": f"f{step}_{n}", "label": f"Mục {n}", **kinds[n % 5]}
            | ({"show_if": f"f{step}_1 > {n} or f{step}_3"} if n > 4 else {})
            for n in range(10)
        ]
        steps.append({"code": f"s{step}", "title": f"Bước {step}", "fields": fields})
    rules = [
        {
            "rule": f"f{n % 10}_1 + f{n // 10}_1 * 2 <= {n} + 1000 and years(f{n % 10}_2, today()) < 99",
            "message": f"Sai {n}.",
        }
        for n in range(100)
    ]
    return FormDefinition.model_validate({"sections": steps, "checks": rules})


def answered(definition: FormDefinition) -> dict[str, str]:
    simple = {
        "text": "Nội dung",
        "number": "12",
        "date": "1/2/1990",
        "boolean": "on",
        "choice": "b",
    }
    return {f"a-{field.code}": simple[field.kind] for field in definition.all_fields}


def test_a_hundred_questions_and_rules_cost_little_more_than_their_controls() -> None:
    """Checked and drawn: 26 ms where the controls alone take 13."""
    definition = large()
    data = answered(definition)

    def ours() -> None:
        form = bind(definition, data, context=FormContext(day=DAY))
        assert form.is_valid()
        draw_form(form)

    controls = [
        item.bound
        for section in draw(bind(definition, data, context=FormContext(day=DAY)))
        for item in section.items
        if isinstance(item, DrawnField)
    ]

    def bare() -> None:
        for control in controls:
            draw_field(control)

    ours()  # templates compiled, rules parsed
    assert _quickest(ours) < 4 * _quickest(bare)


def _quickest(run: Any) -> float:
    times = []
    for _round in range(15):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return min(times)


def test_answers_are_drawn_with_their_table() -> None:

    page = draw_answers(shown(DEFINITION, kept()))
    assert "27.500.000\u00a0đồng" in page
    assert "<dt>Diện tích</dt><dd>86,5 m²</dd>" in page
