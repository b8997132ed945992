"""The web's edge: whose address a request is said to come from."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from thichinh.foundation.web import visitor_address

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.7", PROXY),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", PROXY),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "", PROXY),
        (1, "unknown", PROXY),
        (1, "fe80::1%eth0", PROXY),
    ],
)
def test_the_address_is_what_our_outermost_proxy_heard(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=forwarded)
    assert visitor_address(request) == address


def test_without_the_header_the_address_is_the_lines(settings):
    settings.TRUSTED_PROXIES = 1
    assert visitor_address(RequestFactory().get("/", REMOTE_ADDR=PROXY)) == PROXY
