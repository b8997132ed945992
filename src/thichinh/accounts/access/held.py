"""A form that came too late is not lost: what was typed is carried through signing in again.

Nothing is kept on the server. The fields travel in the sign-in page, signed, and come back as a
form of our own that its sender sends once more. Passwords and files do not travel.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from thichinh.accounts.forms import SignInForm

SALT = "thichinh.held-form"
LASTS = 3600
"""Seconds somebody may take to sign in again; the text stands in their own browser only."""
NEVER_HELD = {"csrfmiddlewaretoken", "password", "old", "again"}


@dataclass(frozen=True)
class HeldForm:
    """Where a form was going and what was typed in it."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> HeldForm | None:
        """The form of this request; None when it carries nothing that may be held."""
        if request.method != "POST" or "password" in request.POST:
            return None
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in NEVER_HELD
        ]
        return cls(request.get_full_path(), fields, bool(request.FILES)) if fields else None

    def signed(self) -> str:
        """As one field of another form."""
        return signing.dumps([self.path, self.fields, self.had_files], salt=SALT, compress=True)

    @classmethod
    def read(cls, text: str) -> HeldForm | None:
        """What `signed` wrote; None for anything else, and after an hour."""
        try:
            path, fields, had_files = signing.loads(text, salt=SALT, max_age=LASTS)
        except signing.BadSignature:
            return None
        return cls(path, [(name, value) for name, value in fields], had_files)

    def sign_in_page(self, request: HttpRequest) -> HttpResponse:
        """Signing in first, with this form on board."""
        context = {"form": SignInForm(), "held": self.signed()}
        return render(request, "accounts/sign_in.html", context, status=401)

    def page(self, request: HttpRequest, status: int = 200) -> HttpResponse:
        """The page that sends it once more, when its person says so."""
        return render(request, "accounts/held_form.html", {"held": self}, status=status)
