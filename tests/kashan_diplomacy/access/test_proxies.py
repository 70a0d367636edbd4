"""Whose address counts when there are proxies in between, or somebody pretends so."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kashan_diplomacy.access.proxies import behind_trusted_proxies

PROXY, INNER, CLIENT, LIAR = "192.0.2.1", "10.0.0.7", "198.51.100.9", "203.0.113.5"


def address_of(rf, settings, trusted, remote, forwarded=None):
    settings.TRUSTED_PROXIES = trusted
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    request = rf.get("/", REMOTE_ADDR=remote, headers=headers)
    behind_trusted_proxies(lambda request: None)(request)
    return request.META["REMOTE_ADDR"]


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "address"),
    [
        ([], CLIENT, None, CLIENT),
        ([], CLIENT, LIAR, CLIENT),
        ([PROXY], CLIENT, LIAR, CLIENT),
        ([PROXY], PROXY, CLIENT, CLIENT),
        ([PROXY], PROXY, f"{LIAR}, {CLIENT}", CLIENT),
        ([PROXY, "10.0.0.0/8"], PROXY, f"{LIAR}, {CLIENT}, {INNER}", CLIENT),
        ([PROXY], PROXY, f"{CLIENT}, nonsense", PROXY),
        ([PROXY], PROXY, "", PROXY),
        ([PROXY], PROXY, None, PROXY),
        ([], "", None, "127.0.0.1"),
        (["127.0.0.1"], "", CLIENT, CLIENT),
        ([PROXY], f"::ffff:{PROXY}", CLIENT, CLIENT),
        (["2001:db8::/32"], "2001:db8::1", CLIENT, CLIENT),
    ],
)
def test_address_is_the_last_one_that_no_trusted_proxy_has(
    rf, settings, trusted, remote, forwarded, address
):
    assert address_of(rf, settings, trusted, remote, forwarded) == address


def test_a_mistyped_proxy_is_named_at_the_start(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/33"]
    with pytest.raises(ImproperlyConfigured, match=r"10\.0\.0\.0/33"):
        behind_trusted_proxies(lambda request: None)
