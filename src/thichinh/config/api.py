"""The API: one router per app, each operation authenticated unless its router says otherwise."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps as django_apps
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from thichinh import __version__
from thichinh.config.failures import SENTENCES
from thichinh.config.house import has_module
from thichinh.foundation.contributions import HouseApp
from thichinh.foundation.errors import DomainError
from thichinh.foundation.faults import fault_sentence
from thichinh.foundation.web import error_body, error_headers


def modules(room: str) -> list[str]:
    """The dotted names of one room in every app of the house that has it."""
    apps = [config for config in django_apps.get_app_configs() if isinstance(config, HouseApp)]
    names = [f"{config.name}.{room}" for config in apps if config.label != "foundation"]
    return [name for name in names if has_module(name)]


ERRORS = {
    401: ("Unauthorized", "Nobody is signed in, or the token no longer counts."),
    403: ("NotAllowed", "Who asks may see this but not do it, or not do it there."),
    404: ("Missing", "There is no such thing, or not for who asks."),
    409: ("Conflict", "Somebody was faster: read again, then decide."),
    422: ("Refused", "What was sent breaks a rule; `errors` has a sentence per wrong field."),
}
"""The errors that any operation may answer with, as the contract names them."""


class ErrorOut(Schema):
    """What every error says: a sentence to show, and one for each wrong field."""

    message: str
    errors: dict[str, str] = {}


class _API(NinjaAPI):
    """Every operation documents the errors that the handlers below may make of it."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        contract = super().get_openapi_schema(**options)
        contract["components"]["schemas"]["ErrorOut"] = ErrorOut.json_schema()
        body = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorOut"}}}
        contract["components"]["responses"] = {
            name: {"description": when, "content": body} for name, when in ERRORS.values()
        }
        for path in contract["paths"].values():
            for operation in path.values():
                for status, (name, _when) in ERRORS.items():
                    operation["responses"].setdefault(
                        status, {"$ref": f"#/components/responses/{name}"}
                    )
        return contract


api = _API(
    title="Thị Chính",
    version=__version__,
    description="The same acts as the pages, for other programs.",
    urls_namespace="api",
    openapi_url="/openapi.json",
)

for module in modules("api"):
    api.add_router("", import_module(module).router)


@api.exception_handler(DomainError)
def answer_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Refused 422, NotAllowed 403, Missing 404, Conflict 409, with the sentence to show."""
    response = api.create_response(request, error_body(error), status=error.status)
    for header, value in error_headers(error).items():
        response.headers[header] = value
    return response


@api.exception_handler(HttpError)
def answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What ninja itself turns away: nobody signed in (401), a body that is no JSON (400)."""
    status = error.status_code
    body = {"message": str(SENTENCES.get(status, SENTENCES[400]))}
    return api.create_response(request, body, status=status)


@api.exception_handler(ValidationError)
def answer_unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body of another shape than the schema: each place with what is wrong there."""
    places = {
        ".".join(str(part) for part in fault["loc"][1:]): fault_sentence(fault)
        for fault in error.errors
    }
    body = {"message": _("Dữ liệu gửi lên không đúng mẫu."), "errors": places}
    return api.create_response(request, body, status=422)
