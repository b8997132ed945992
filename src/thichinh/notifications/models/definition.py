"""What the definition files under `definitions/notifications` and `definitions/sending-hours` say."""

from __future__ import annotations

from datetime import date, time

from pydantic import BaseModel, ConfigDict, Field, model_validator

from thichinh.foundation.definitions import DefinitionModel, Kind


class Text(BaseModel):
    """One text with `{{ slots }}`; an SMS has no subject."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    subject: str = Field(default="", max_length=150)
    text: str = Field(min_length=1, max_length=4000)


class TextsOfLanguage(BaseModel):
    """The texts of one kind in one language, by channel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    in_app: Text
    email: Text | None = None
    sms: Text | None = None


class NotificationTexts(DefinitionModel):
    """The texts of the kind of notification that has this `code`."""

    code: str = Field(max_length=60)
    vi: TextsOfLanguage
    en: TextsOfLanguage | None = None


class SendingHours(DefinitionModel):
    """When people are left alone, and when the daily e-mail goes out; hours of Việt Nam."""

    quiet_from: time = time(21, 0)
    quiet_to: time = time(7, 0)
    digest_at: time = time(7, 30)

    @model_validator(mode="after")
    def _digest_by_day(self) -> SendingHours:
        night_spans_midnight = self.quiet_from > self.quiet_to
        inside = (self.quiet_from <= self.digest_at, self.digest_at < self.quiet_to)
        if any(inside) if night_spans_midnight else all(inside):
            raise ValueError("digest_at nằm trong giờ yên tĩnh; hãy chọn giờ khác.")
        return self


HOURS = Kind("sending-hours", "sending-hours", SendingHours)
USUAL_HOURS = SendingHours(code="default", effective_from=date(2020, 1, 1))
"""What holds where an authority has published nothing of its own."""
