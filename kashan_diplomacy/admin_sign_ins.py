"""Who came in and who was kept out, and taking a lost code away."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction

from .access import second_factor, sessions
from .access_exports import EXPORTS
from .admin import ModelAdmin, ReadOnlyModelAdmin
from .admin_filters import JalaliDateFilter
from .events import event
from .models import CodeReset, SignIn, SignInFailure


@admin.register(SignIn)
class SignInAdmin(ReadOnlyModelAdmin):
    """Who signed in and out: when, from where."""

    export = EXPORTS["sign_ins"]
    list_display = ["attempt_time", "username", "ip_address", "logout_time"]
    list_filter = [("attempt_time", JalaliDateFilter)]
    search_fields = ["username", "ip_address"]
    fields = ["attempt_time", "logout_time", "username", "ip_address", "user_agent"]
    readonly_fields = fields


@admin.register(SignInFailure)
class SignInFailureAdmin(ReadOnlyModelAdmin):
    """Wrong passwords and codes, and the names locked out."""

    export = EXPORTS["lock_outs"]
    list_display = ["attempt_time", "username", "ip_address", "locked_out"]
    list_filter = [("attempt_time", JalaliDateFilter), "locked_out"]
    search_fields = ["username", "ip_address"]
    fields = ["attempt_time", "username", "ip_address", "user_agent", "locked_out"]
    readonly_fields = fields


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        return f"{user.get_full_name()} ({user.get_username()})"


class CodeResetForm(forms.ModelForm):
    class Meta:
        model = CodeReset
        fields = ["user", "reason"]

    def _get_validation_exclusions(self):
        """Who resets is known before the form is; the rule about it is checked."""
        return super()._get_validation_exclusions() - {"reset_by"}


@admin.register(CodeReset)
class CodeResetAdmin(ModelAdmin):
    """Taking a code away is adding a row here: by another person, with a reason."""

    export = EXPORTS["code_resets"]
    form = CodeResetForm
    list_display = ["reset_at", "user", "reason", "reset_by"]
    list_filter = [("reset_at", JalaliDateFilter)]
    list_select_related = ["user", "reset_by"]
    search_fields = ["user__username", "reset_by__username", "reason"]

    def get_fields(self, request, obj=None):
        return ["user", "reason", "reset_by", "reset_at"] if obj else ["user", "reason"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_form(self, request, obj=None, **kwargs):
        """A form that knows by whom the code is reset."""
        form = super().get_form(request, obj, **kwargs)

        class FormOfUser(form):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.instance.reset_by = request.user

        return FormOfUser

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "user":
            kwargs |= {"form_class": PersonField, "queryset": _others(request.user)}
            return db_field.formfield(**kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def add_view(self, request, form_url="", extra_context=None):
        if self.has_add_permission(request) and not sessions.has_just_proved(request):
            return sessions.asked_again(request)
        return super().add_view(request, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        take_away(obj)


def take_away(reset):
    """Remove the codes of the user that `reset` is about, and end their sessions."""
    with transaction.atomic():
        second_factor.remove(reset.user)
        sessions.sign_out_everywhere(reset.user)
    by = reset.reset_by.get_username() if reset.reset_by else ""
    event("code_reset", user=by, of=reset.user.get_username(), reason=reset.reason)


def _others(user):
    """Whose code `user` may take away: not their own, nor one above them."""
    with_code = User.objects.filter(totpdevice__confirmed=True).distinct()
    others = with_code.exclude(pk=user.pk).order_by("username")
    return others if user.is_superuser else others.filter(is_superuser=False)
