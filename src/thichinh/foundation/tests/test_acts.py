"""A verb that lacks something is told so with a sentence, before anybody meets it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from thichinh.foundation.acts import VERBS, Authority, Button, Field, Form, Place, Verb
from thichinh.foundation.acts.api import body_of
from thichinh.foundation.acts.pages import PressForm
from thichinh.foundation.acts.wording import check_words, untranslated
from thichinh.foundation.contributions import WrongApp

HERE = Place("the unit", lambda lamp: lamp)


def light(**changed: Any) -> Verb[Any, Any]:
    """A whole verb, changed where a test says so."""
    whole: dict[str, Any] = {
        "subject": "lamp",
        "code": "light",
        "label": _("Trả kết quả"),
        "done": _("Trả kết quả"),
        "icon": "bulb",
        "states": (1,),
        "rule": lambda case, said: None,
        "authority": (Authority("lamp.light", HERE),),
    }
    return Verb(**(whole | changed))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"label": ""}, "has no label"),
        ({"done": ""}, "has no done"),
        ({"icon": ""}, "has no icon"),
        ({"authority": ()}, "names no permission"),
        ({"rule": None}, "needs either a rule or steps"),
        ({"steps": (("other", {}),)}, "needs either a rule or steps"),
        ({"states": ()}, "names no state"),
        ({"buttons": (Button(asks=("why",)),)}, "asks for why: no such field"),
    ],
)
def test_a_verb_that_lacks_something_is_refused_when_it_is_declared(
    changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"The verb lamp\.light") as refusal:
        light(**changed)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    "changed",
    [
        {"label": "Thắp đèn"},
        {"done": _("Đã thắp một ngọn đèn chưa ai dịch")},
        {"form": Form("Why", (Field(code="why", label="Vì sao"),))},
        {"buttons": (Button(summary="Thắp đèn…"),)},
    ],
)
def test_a_word_without_english_stops_the_start_with_a_sentence(changed: dict[str, Any]) -> None:
    (sentence,) = untranslated([light(**changed)])
    assert sentence.startswith("The verb lamp.light has no English for its ")
    with VERBS.lent(light(**changed)):
        assert [error.hint for error in check_words()] == [sentence]


def test_every_word_of_every_verb_of_the_house_is_said_in_both_languages() -> None:
    assert len(VERBS) > 10
    assert untranslated(VERBS) == []


def test_an_answer_to_a_field_that_the_verb_does_not_have_is_an_error_of_the_caller() -> None:
    asked = Form("Why", (Field(code="why", label=_("Lý do")),))
    assert light(form=asked).complete({}) == {"why": ""}
    with pytest.raises(TypeError, match="asks for no reason"):
        light(form=asked).complete({"reason": "x"})


def test_forms_of_one_name_are_one_schema_and_must_ask_for_the_same() -> None:
    why = Form("LampWhy", (Field(code="why", label=_("Lý do")),))
    again = Form("LampWhy", (Field(code="why", label=_("Ghi chú")),))
    other = Form("LampWhy", (Field(code="why", label=_("Lý do"), longest=5),))
    assert body_of(why, "lamp.light") is body_of(again, "lamp.quench")
    assert body_of(Form(), "lamp.light") is None
    with pytest.raises(WrongApp, match=r"lamp\.light and bell\.ring .*'LampWhy'"):
        body_of(other, "bell.ring")


@pytest.mark.parametrize(
    ("posted", "answer"), [("1", True), ("0", False), ("", None), (None, None)]
)
def test_a_decision_that_was_not_made_is_no_decision(posted: str | None, answer: Any) -> None:
    verb = light(form=Form("LampYes", (Field(code="yes", label=_("Kết quả"), kind="yes_no"),)))
    form = PressForm(verb, {} if posted is None else {"yes": posted})
    assert form.is_valid()
    assert form.said() == {"yes": answer}
