"""The session engine: a browser session, its account and the authority epoch in one query."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from thichinh.accounts.models import Account, Session
from thichinh.accounts.queries.accounts import EPOCH


class SessionStore(DatabaseStore):
    """Django's database sessions, kept in our table that names the account."""

    account: Account | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        row = (
            Session.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
            .select_related("account")
            .annotate(authority_epoch=EPOCH)
            .first()
        )
        if row is None:
            self._session_key = None
            return {}
        self.account = row.account
        if row.account is not None:
            row.account.authority_epoch = row.authority_epoch
        return self.decode(row.session_data)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast(Session, super().create_model_instance(data))
        row.account_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row
