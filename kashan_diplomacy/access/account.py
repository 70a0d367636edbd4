"""One's own account: code, backup codes, sessions; and proving again who one is."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kashan_diplomacy.events import event
from kashan_diplomacy.models import SignIn
from kashan_diplomacy.templatetags.persian import digits

from . import second_factor, sessions, signin
from .forms import ProofForm

SIGN_INS_SHOWN = 5


def access_urls(site):
    """The URL patterns of signing in, beyond the first step, and of one's account."""
    own = [
        ("account/", account, "account"),
        ("account/prove/", prove, "prove"),
    ]
    return [
        path("login/code/", signin.code, {"site": site}, name="code"),
        path("account/code/", signin.set_up_code, {"site": site}, name="set_up_code"),
        *(
            path(route, site.admin_view(view), {"site": site}, name=name)
            for route, view, name in own
        ),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def account(request, site):
    """What protects the account; the buttons that renew codes and end sessions."""
    if "backup_codes" in request.POST:
        return new_backup_codes(request, site)
    if "everywhere" in request.POST:
        _end_other_sessions(request)
        return HttpResponseRedirect(reverse("admin:account"))
    name = request.user.get_username()
    context = {
        "title": _("Your account"),
        "has_code": second_factor.is_set_up(request.user),
        "needs_code": second_factor.is_required(request.user),
        "codes_left": second_factor.backup_codes_left(request.user),
        "sign_ins": SignIn.objects.filter(username=name)[:SIGN_INS_SHOWN],
        **site.each_context(request),
    }
    return render(request, "admin/access/account.html", context)


@sessions.needs_proof
def new_backup_codes(request, site):
    if not second_factor.is_set_up(request.user):
        return HttpResponseRedirect(reverse("admin:account"))
    event("backup_codes_renewed", user=request.user.get_username())
    return signin.show_backup_codes(request, site, reverse("admin:account"))


def _end_other_sessions(request):
    ended = sessions.sign_out_everywhere(request.user, but=request.session.session_key)
    event("signed_out_everywhere", user=request.user.get_username(), sessions=ended)
    text = ngettext(
        "%(count)s other session is ended.",
        "%(count)s other sessions are ended.",
        ended,
    )
    messages.success(request, text % {"count": digits(ended)})


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request, site):
    """Asks for password and code once more, then leads back to where they matter."""
    page = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    ):
        page = reverse("admin:account")
    form = ProofForm(request, request.user, request.POST or None)
    if form.is_valid():
        sessions.prove(request.session)
        event("proved_again", user=request.user.get_username())
        return HttpResponseRedirect(page)
    context = {"title": _("Please confirm that it is you"), "form": form}
    context |= {"page": page, **site.each_context(request)}
    return render(request, "admin/access/prove.html", context)
