"""Five failures within half an hour shut a user name out, from that address only.

An office shares one address, so an address alone is never shut out, and neither is a
user name: else whoever knows a name could keep its owner out. Wrong codes count like
wrong passwords. Whether the name exists makes no difference.

Of IPv6 whoever has one address has the 2^64 beside it, which therefore count as one.
"""

from ipaddress import ip_address, ip_network

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.shortcuts import render
from django.utils import timezone

from .proxies import LOOPBACK


def counted_address(request):
    """Under which address the failures of whoever sends `request` are counted."""
    address = ip_address(request.META.get("REMOTE_ADDR") or LOOPBACK)
    address = getattr(address, "ipv4_mapped", None) or address  # ::ffff:192.0.2.1
    if address.version == 4:
        return str(address)
    return str(ip_network((int(address), 64), strict=False).network_address)


def too_many_failures(request, response, credentials):
    """What axes answers in place of `response`: how long to wait."""
    wait = _seconds_to_wait(request, (credentials or {}).get("username"))
    answer = render(request, "429.html", {"minutes": -(-wait // 60)}, status=429)
    answer["Retry-After"] = str(wait)
    answer["Cache-Control"] = "no-store"
    return answer


def _seconds_to_wait(request, username):
    attempts = AccessAttempt.objects.filter(
        username=username, ip_address=counted_address(request)
    )
    newest = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True)
    began = newest.first() or timezone.now()
    left = began + settings.AXES_COOLOFF_TIME - timezone.now()
    return max(int(left.total_seconds()), 1)


def is_locked_out(request, user):
    """Whether `user` is shut out at this step too; the middleware then says so."""
    if not settings.AXES_ENABLED:
        return False
    credentials = {"username": user.get_username()}
    is_allowed = AxesProxyHandler.is_allowed(request, credentials)
    if not is_allowed:
        request.axes_locked_out = True
        request.axes_credentials = credentials
    return not is_allowed


def count_failure(request, user):
    """A wrong code, told as Django tells of a wrong password."""
    credentials = {"username": user.get_username()}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
