"""Coming in: name and password, then the code of whoever has or needs one.

Until the code is right nobody is signed in: the session only remembers for whom the
password was right, for ten minutes. Who needs a code and has none sets it up now.
"""

import time

import django_otp
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kashan_diplomacy.events import event

from . import second_factor
from .forms import CodeForm, SetUpForm, SignInForm
from .qr import setup_key
from .sessions import asked_again, has_just_proved

BACKEND = "django.contrib.auth.backends.ModelBackend"
#: In the session, between password and code: for whom, until when, and to which page.
WAITING = "waiting_for_code"
#: In the session: the device whose key this very browser was shown.
IN_SETUP = "device_in_setup"


@method_decorator(sensitive_post_parameters("password"), "dispatch")
class SignInView(LoginView):
    """The first step. `site` is the admin site."""

    site = None
    authentication_form = SignInForm
    template_name = "admin/login.html"

    def form_valid(self, form):
        user, page = form.get_user(), self.get_success_url()
        if not (second_factor.is_set_up(user) or second_factor.is_required(user)):
            return super().form_valid(form)
        self.request.session.cycle_key()
        self.request.session[WAITING] = {
            "user": user.pk,
            "password": user.get_session_auth_hash(),
            "until": int(time.time()) + settings.PROOF_AGE,
            "page": page,
        }
        step = "code" if second_factor.is_set_up(user) else "set_up_code"
        return HttpResponseRedirect(reverse(f"admin:{step}"))

    def get_default_redirect_url(self):
        return reverse("admin:index")

    def get_context_data(self, **kwargs):
        shown = {**self.site.each_context(self.request), "title": _("Sign in")}
        return super().get_context_data(**shown, **kwargs)


def waiting_user(request):
    """Whose password was right minutes ago, and still is, and whose code is not yet;
    or None."""
    waiting = request.session.get(WAITING)
    if not waiting or time.time() > waiting["until"]:
        return None
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    is_same = user and user.get_session_auth_hash() == waiting.get("password")
    return user if is_same else None


def come_in(request, user, device):
    """Sign `user` in with `device`; the page that was asked for in the beginning."""
    page = request.session.pop(WAITING)["page"]
    user.otp_device = device
    login(request, user, backend=BACKEND)
    return page


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request, site):
    """The second step, of whoever has set up a code."""
    user = waiting_user(request)
    if user is None or not second_factor.is_set_up(user):
        return HttpResponseRedirect(reverse("admin:login"))
    form = CodeForm(request, user, request.POST or None)
    if form.is_valid():
        return HttpResponseRedirect(come_in(request, user, form.device))
    context = {"title": _("One-time code"), "form": form, **site.each_context(request)}
    return render(request, "admin/access/code.html", context)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_code(request, site):
    """The second step of whoever needs a code and has none; or, of somebody signed in,
    the wish for one, or for one on another telephone."""
    waiting = waiting_user(request)
    if refusal := _no_set_up(request, site, waiting):
        return refusal
    user = waiting or request.user
    form = SetUpForm(request, user, request.session.get(IN_SETUP), request.POST or None)
    if not form.is_valid():
        key = setup_key(_device_shown(request, user, form))
        context = {"title": _("Set up a code"), "form": form, "key": key}
        context |= site.each_context(request)
        return render(request, "admin/access/set_up_code.html", context)
    if waiting:
        page = come_in(request, user, form.device)
    else:
        page = reverse("admin:account")
        django_otp.login(request, form.device)
    event("code_set_up", user=user.get_username())
    return show_backup_codes(request, site, page)


def _device_shown(request, user, form):
    """A new one; after a slip, the one that was shown to this browser, to no other."""
    device = None
    if form.is_bound:
        device = second_factor.device_in_setup(user, request.session.get(IN_SETUP))
    device = device or second_factor.new_device(user)
    request.session[IN_SETUP] = device.pk
    return device


def _no_set_up(request, site, waiting):
    """Where to instead: a code that is there is not replaced by password alone."""
    if waiting:
        if second_factor.is_set_up(waiting):
            return HttpResponseRedirect(reverse("admin:code"))
    elif not site.has_permission(request):
        return HttpResponseRedirect(reverse("admin:login"))
    elif not has_just_proved(request):
        return asked_again(request)
    return None


def show_backup_codes(request, site, page):
    """New codes, shown this once; from there on to `page`."""
    context = {
        "title": _("Backup codes"),
        "codes": second_factor.new_backup_codes(request.user),
        "page": page,
        **site.each_context(request),
    }
    return render(request, "admin/access/backup_codes.html", context)
