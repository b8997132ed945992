"""What leaves the house is compressed when that helps, and only then."""

from __future__ import annotations

import gzip

from django.http import HttpResponse
from django.test import RequestFactory

from thichinh.foundation.ui.compression import TextGzipMiddleware

TEXT = "Đăng ký khai sinh " * 200


def _answer(response: HttpResponse, accepts: str = "gzip") -> HttpResponse:
    request = RequestFactory().get("/", headers={"accept-encoding": accepts})
    answered = TextGzipMiddleware(lambda _request: response)(request)
    assert isinstance(answered, HttpResponse)
    return answered


def test_a_page_is_compressed_and_padded_by_chance() -> None:
    first, second = _answer(HttpResponse(TEXT)), _answer(HttpResponse(TEXT))
    assert first["Content-Encoding"] == "gzip"
    assert gzip.decompress(first.content).decode() == TEXT
    assert first.content != second.content


def test_a_document_keeps_its_length() -> None:
    assert "Content-Encoding" not in _answer(HttpResponse(TEXT, content_type="application/pdf"))


def test_a_browser_that_does_not_unpack_gets_plain_text() -> None:
    assert _answer(HttpResponse(TEXT), accepts="identity").content.decode() == TEXT
