"""What the page of choices posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from thichinh.foundation.ui.forms import PhoneField
from thichinh.notifications.models import Contact, Delivery
from thichinh.notifications.rules import Channel, KindGroup, choice

LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]


class ChoicesForm(forms.Form):
    """A group of boxes per group of kinds; an official's addresses; the language of messages."""

    email = forms.EmailField(label=_("Thư điện tử"), required=False, max_length=254)
    phone = PhoneField(label=_("Số điện thoại"), required=False)
    language = forms.ChoiceField(label=_("Ngôn ngữ của thông báo"), choices=LANGUAGES)

    def __init__(
        self,
        *args: Any,
        offered: list[tuple[KindGroup, Channel]],
        with_addresses: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        if not with_addresses:
            del self.fields["email"], self.fields["phone"]
        channels = dict(Delivery.Channel.choices)
        for group in dict.fromkeys(group for group, _channel in offered):
            self.fields[f"group-{group.code}"] = forms.MultipleChoiceField(
                label=str(group.title),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(c, channels[c]) for one, c in offered if one is group],
            )

    def chosen(self) -> list[tuple[str, Channel]]:
        """The pairs of group and channel that are ticked."""
        return [
            (group.code, channel)
            for group, channel in self.offered
            if channel in self.cleaned_data[f"group-{group.code}"]
        ]


def initial_of(
    contact: Contact, offered: list[tuple[KindGroup, Channel]], usual: frozenset[str]
) -> dict[str, Any]:
    """The form as it stands: what was chosen, else what the kinds do by themselves."""
    shown: dict[str, Any] = {
        "email": contact.email,
        "phone": contact.phone,
        "language": contact.language,
    }
    for group, channel in offered:
        said = choice(group, channel)
        ticked = said in contact.wanted or (said in usual and said not in contact.unwanted)
        shown.setdefault(f"group-{group.code}", []).extend([channel] if ticked else [])
    return shown
