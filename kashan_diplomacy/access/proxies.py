"""Whose request it is, when there are proxies in between.

`X-Forwarded-For` is what anybody may write into a request. It is believed only as far
as it was written by a proxy named in TRUSTED_PROXIES.
"""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

LOOPBACK = "127.0.0.1"


def behind_trusted_proxies(get_response):
    """Makes REMOTE_ADDR the address of the client, for the lock-out and the log."""
    try:
        networks = [ip_network(name) for name in settings.TRUSTED_PROXIES]
    except ValueError as error:
        raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from error

    def middleware(request):
        request.META["REMOTE_ADDR"] = client_address(request.META, networks)
        return get_response(request)

    return middleware


def client_address(meta, networks):
    """The last address on the way here that is not a trusted proxy's.

    Each proxy appends whom it got the request from, so the way is read from its end.
    Without an address there is a Unix socket, and its other end on this machine.
    """
    address = meta.get("REMOTE_ADDR") or LOOPBACK
    way = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    while way and _is_in(address, networks) and _is_address(way[-1]):
        address = way.pop()
    return address


def _is_in(address, networks):
    parsed = ip_address(address)
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed  # ::ffff:192.0.2.1
    return any(parsed in network for network in networks)


def _is_address(text):
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
