"""Links that open an account once."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from thichinh.accounts.models.accounts import Account


class OneTimeLink(models.Model):
    """A link by which somebody sets the password of an account, once and before it expires.

    Only the SHA-256 of its secret is kept. Setting the password by any link of an account uses up
    all of them.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.account_id} until {self.expires_at}"
