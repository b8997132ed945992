"""What the answers of every door forbid the browser."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client, override_settings


@pytest.mark.parametrize("path", ["/", "/dang-nhap/", "/khong-co-trang-nay/", "/api/v1/me"])
def test_every_answer_allows_our_own_code_alone(town: None, client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_asked_with_a_session_or_a_key_is_kept_by_nobody(
    town: None, client: Client
) -> None:
    public = client.get("/suc-khoe/")
    assert "no-store" not in public.headers.get("Cache-Control", "")
    client.cookies[settings.SESSION_COOKIE_NAME] = "x"
    assert "no-store" in client.get("/suc-khoe/").headers["Cache-Control"]
    key = Client().get("/api/v1/me", headers={"authorization": "Bearer x"})
    assert "no-store" in key.headers["Cache-Control"]


@override_settings(SECURE_HSTS_SECONDS=31536000)
def test_behind_tls_browsers_are_told_to_stay_there(town: None) -> None:
    headers = Client().get("/", secure=True).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
