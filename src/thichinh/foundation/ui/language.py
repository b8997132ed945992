"""The language a person chose, the house's own until then: an English browser is not a choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from thichinh.foundation.contributions import Part, Registry


@dataclass(frozen=True)
class UsualLanguage(Part):
    """The language of who has chosen none; the highest app that contributes one is asked."""

    name: str
    read: Callable[[], str]


USUAL_LANGUAGES: Registry[UsualLanguage] = Registry(UsualLanguage, lambda usual: usual.name)


class ChosenLanguageMiddleware:
    """Activates the language of the cookie that `set_language` writes.

    A program has no cookie: the API speaks the first language of ours that `Accept-Language` names.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(_chosen(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        if _is_api(request):
            patch_vary_headers(response, ["Accept-Language"])
        return response


def _chosen(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    asked = [request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")]
    if _is_api(request):
        header = request.headers.get("Accept-Language", "")
        asked += [tag for tag, weight in parse_accept_lang_header(header) if weight]
    return next((language for language in asked if language in known), None) or _usual()


def _usual() -> str:
    usual = next(iter(USUAL_LANGUAGES), None)
    return usual.read() if usual else settings.LANGUAGE_CODE


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
