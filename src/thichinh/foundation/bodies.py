"""What programs send: the one base of every schema that comes in."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import model_validator
from pydantic_core import PydanticCustomError


class BodyIn(Schema):
    """A JSON object. Ninja reads attributes of whatever it is given, so a schema of optional fields
    would take a number or a list for an empty object, and act on it.
    """

    @model_validator(mode="before")
    @classmethod
    def _is_an_object(cls, sent: Any) -> Any:
        raw = getattr(sent, "_obj", sent)  # ninja wraps what came
        if not isinstance(raw, dict | cls):
            raise PydanticCustomError("dict_type", "must be a JSON object")
        return sent


class AnswersIn(BodyIn):
    """The answers of a form, by the codes of its questions; files by the sha256 of an upload."""

    answers: dict[str, Any]
