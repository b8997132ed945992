"""What pages of accounts post."""

from __future__ import annotations

from thichinh.accounts.forms.accounts import (
    AccountForm,
    ContactForm,
    DelegationForm,
    PasswordForm,
    PersonForm,
    RoleForm,
    SignInForm,
    SignUpForm,
    TokenForm,
)

__all__ = [
    "AccountForm",
    "ContactForm",
    "DelegationForm",
    "PasswordForm",
    "PersonForm",
    "RoleForm",
    "SignInForm",
    "SignUpForm",
    "TokenForm",
]
