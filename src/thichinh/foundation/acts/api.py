"""The verbs of a subject as operations of the API, with bodies made from their forms."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Header
from pydantic import Field as PydanticField
from pydantic import create_model

from thichinh.foundation.acts.declaring import Field, Form, Operation, Verb
from thichinh.foundation.acts.running import Acts
from thichinh.foundation.bodies import BodyIn
from thichinh.foundation.contributions import WrongApp

KEY = Header("", alias="Idempotency-Key", max_length=80)


class RowOut(Schema):
    """A subject after an act, as `RowActs.answer` says it."""

    number: str
    state: int
    revision: int


_schemas: dict[str, tuple[str, type[BodyIn]]] = {}
"""The schema of each name of a form, and the verb that asked for it first."""


def add_operations(
    router: Router, acts: Acts[Any, Any, Any, Any], path: str, answer: type[Schema], name: str
) -> None:
    """One POST `<path>/<verb>` for every verb that is declared with an `api`.

    `path` has the subject's one parameter; `answer` is the schema of `Acts.answer`; `name` begins
    the ids of the operations. The router authenticates, and whom it lets in acts (`request.auth`).
    """
    which = path[path.index("{") + 1 : path.index("}")]
    for verb in acts.verbs.values():
        if verb.api is None:
            continue
        called = verb.api.name or verb.code
        router.add_api_operation(
            f"{path}/{verb.code}",
            ["POST"],
            _operation(acts, verb, verb.api, which),
            response=answer,
            operation_id=f"{name}_{called}",
            summary=verb.api.summary or called.replace("_", " ").title(),
        )


def body_of(form: Form, verb: str) -> type[BodyIn] | None:
    """The schema of a form's answers; None when nothing is asked. Forms of one name share it.

    Raises WrongApp, naming both verbs, when two forms of one name ask for different things.
    """
    if not form.fields:
        return None
    known = _schemas.get(form.name)
    made = create_model(
        f"{form.name}In",
        __base__=BodyIn,
        __doc__=form.doc or None,
        **{one.code: _typed(one) for one in form.fields},
    )
    if known is None:
        _schemas[form.name] = (verb, made)
        return made
    if known[1].model_json_schema() != made.model_json_schema():
        raise WrongApp(
            f"Các việc {known[0]} và {verb} cùng có biểu mẫu tên {form.name!r} mà hỏi khác nhau. Hãy đổi "
            "tên một biểu mẫu (Form name).",
            f"The verbs {known[0]} and {verb} have forms named {form.name!r} that ask for different "
            "things: rename one (Form name).",
        )
    return known[1]


def _typed(one: Field) -> Any:
    doc = one.doc or None
    if one.kind == "text":
        return str, PydanticField(default="", max_length=one.longest, description=doc)
    kind: Any = _TYPES.get(one.kind, str)
    if one.missing:
        return kind, PydanticField(description=doc)
    return kind | None, PydanticField(default=None, description=doc)


_TYPES: dict[str, type] = {"yes_no": bool, "choice": int, "money": int, "number": float}


def _operation(
    acts: Acts[Any, Any, Any, Any], verb: Verb[Any, Any], operation: Operation, which: str
) -> Any:
    body = body_of(verb.form, verb.audit_action)

    def run(request: HttpRequest, **sent: Any) -> dict[str, Any]:
        said = sent["body"].dict() if body is not None else {}
        actor: Any = request.auth  # type: ignore[attr-defined]
        return acts.perform_once(actor, verb.code, sent[which], said, key=sent["key"])

    keyword = Parameter.POSITIONAL_OR_KEYWORD
    parameters = [
        Parameter("request", keyword, annotation=HttpRequest),
        Parameter(which, keyword, annotation=str),
        *([Parameter("body", keyword, annotation=body)] if body is not None else []),
        Parameter("key", keyword, default=KEY, annotation=str),
    ]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    run.__name__ = verb.code
    run.__doc__ = operation.doc
    return run
