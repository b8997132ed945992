"""Texts are held against their kind when they are published; a sentence says what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from pydantic import ValidationError

from thichinh.accounts.queries import installation, own_authority
from thichinh.foundation.definitions import LoadReport, current, publish
from thichinh.foundation.errors import Refused
from thichinh.notifications.actions import TEXTS, notify
from thichinh.notifications.models import Delivery
from thichinh.notifications.models.definition import SendingHours
from thichinh.notifications.queries import text_of
from thichinh.notifications.rules import (
    NOTIFICATION_KINDS,
    NotificationKind,
    filled,
    masked,
)
from thichinh.notifications.tests.conftest import FOR_UNIT, FOUND, LISTED, THINGS, texts

IN_APP = {"subject": "Đồ {{ number }}", "text": "Xem."}
EMAIL = {"subject": "Đồ", "text": "Xem {{ link }}"}
SMS = {"text": "Đồ {{ number }}"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"in_app": IN_APP, "email": EMAIL}, "vi: thiếu lời cho kênh sms."),
        (
            {"in_app": IN_APP, "email": EMAIL, "sms": {"text": "Đồ của {{ name }}"}},
            "vi.sms: biến “name” là thông tin riêng, không được viết trong tin nhắn.",
        ),
        (
            {"in_app": IN_APP, "email": EMAIL, "sms": {"text": "Xem {{ link }}"}},
            "vi.sms: biến “link” là thông tin riêng",
        ),
        (
            {"in_app": IN_APP, "email": {"subject": "Đồ", "text": "{{ colour }}"}, "sms": SMS},
            "vi.email: không có biến “colour”. Loại này dùng được: authority, link, name, number.",
        ),
        (
            {"in_app": IN_APP, "email": {"subject": "{{ name.upper }}", "text": "x"}, "sms": SMS},
            "vi.email: không có biến “name.upper”",
        ),
        (
            {"in_app": {"text": "Xem."}, "email": EMAIL, "sms": SMS},
            "vi.in_app: thiếu subject.",
        ),
        (
            {"in_app": IN_APP, "email": EMAIL, "sms": {"text": "x" * 301}},
            "vi.sms: dài 301 ký tự; tin nhắn nhiều nhất 300 ký tự.",
        ),
        (
            {"in_app": IN_APP, "email": EMAIL, "sms": {"subject": "Đồ", "text": "x"}},
            "vi.sms: tin nhắn không có subject.",
        ),
    ],
)
def test_texts_that_do_not_fit_their_kind_are_refused(
    words: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        publish(TEXTS, texts(FOUND, version=2, vi=words), LoadReport())
    assert sentence in refused.value.message


def test_a_channel_that_the_kind_does_not_use_is_refused() -> None:
    words = {"in_app": IN_APP, "email": EMAIL, "sms": SMS}
    with pytest.raises(Refused, match=r"vi\.sms: loại thông báo này không gửi qua kênh ấy"):
        publish(TEXTS, texts(LISTED, version=2, vi=words), LoadReport())


def test_texts_of_a_kind_that_no_app_sends_are_refused() -> None:
    with pytest.raises(Refused, match=r"không ứng dụng nào gửi loại thông báo “thing\.gone”"):
        publish(TEXTS, texts(FOR_UNIT, code="thing.gone"), LoadReport())


def test_every_kind_of_ours_has_texts_in_both_languages() -> None:
    """Else an act would tell nobody, and only the log would know."""
    for kind in NOTIFICATION_KINDS:
        found = current(TEXTS, kind.code, date(2020, 2, 1))
        assert found.en is not None, kind.code
        for channel in kind.channels:
            assert getattr(found.en, channel) is not None, f"{kind.code} en {channel}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"default": ("sms",), "channels": ("email",)},
        {"audience": "unit", "channels": ("email",)},
        {"urgency": "low", "channels": ("sms",)},
    ],
)
def test_a_kind_that_contradicts_itself_is_not_made(wrong: dict[str, object]) -> None:
    usual = {"code": "x.y", "title": "X", "group": THINGS, "audience": "citizen"}
    with pytest.raises(ValueError, match=r"^x\.y: "):
        NotificationKind(**{**usual, **wrong})


def test_values_are_words_and_no_templates() -> None:
    assert (
        filled("{{number}} {{ name }}", {"number": "{{ name }}", "name": "An"}) == "{{ name }} An"
    )


@pytest.mark.parametrize(
    ("address", "shown"),
    [("an.nguyen@example.vn", "a•••@example.vn"), ("0105000001", "•••••••001"), ("", "")],
)
def test_addresses_are_shown_by_their_end(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_the_daily_mail_does_not_leave_at_night() -> None:
    with pytest.raises(ValidationError, match="giờ yên tĩnh"):
        SendingHours(code="default", effective_from=date(2020, 1, 1), digest_at=time(6, 0))
    by_day = SendingHours(
        code="default",
        effective_from=date(2020, 1, 1),
        quiet_from=time(12, 0),
        quiet_to=time(13, 0),
        digest_at=time(13, 0),
    )
    assert by_day.digest_at == time(13, 0)


def test_a_mail_speaks_the_language_of_the_authority_and_links_to_its_own_address(
    citizen, thing, monkeypatch
):
    theirs = replace(own_authority(), language="en", address="https://mot-cua.example.test/")
    monkeypatch.setattr(installation, "_kept", installation._Kept(theirs, read_at=float("inf")))
    notify(FOUND.code, citizen, about=thing(), values={"number": "ĐỒ-7", "name": "Mẫu"})
    mail = Delivery.objects.select_related("notification").get(channel="email")
    assert mail.language == "en"
    text = text_of(mail.notification, "email", mail.language).text
    assert text == "Dear ĐỒ-7 Mẫu: https://mot-cua.example.test/tra-cuu/?7"
