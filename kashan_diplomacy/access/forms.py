"""What is typed to come in: name and password, and a code."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.contrib.auth.forms import UsernameField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import lockout, second_factor

#: Longer ones are not hashed: that would cost us more than whoever sends them.
LONGEST = 1024


def password_field():
    return forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(
            {"autocomplete": "current-password", "dir": "auto", "autofocus": True}
        ),
    )


def code_field():
    return forms.CharField(
        label=gettext_lazy("One-time code"),
        max_length=32,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "dir": "ltr", "autofocus": True}
        ),
    )


class SignInForm(AdminAuthenticationForm):
    """One refusal for every reason: who guesses learns no name."""

    username = UsernameField(
        label=gettext_lazy("Username"),
        max_length=150,
        widget=forms.TextInput({"autofocus": True, "dir": "ltr"}),
    )
    password = password_field()
    error_messages = {
        "invalid_login": gettext_lazy(
            "Name and password do not match, or may not sign in here."
        )
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        del self.fields["password"].widget.attrs["autofocus"]


class CodeForm(forms.Form):
    """A code of `user`, from the telephone or from the list."""

    code = code_field()

    def __init__(self, request, user, *args, **kwargs):
        self.request, self.user = request, user
        super().__init__(*args, label_suffix="", **kwargs)

    def clean_code(self):
        if lockout.is_locked_out(self.request, self.user):
            raise ValidationError("", code="locked_out")
        self.device = self.check_code(self.cleaned_data["code"])
        if self.device is None:
            lockout.count_failure(self.request, self.user)
            raise ValidationError(
                _("This code is not right, was used already, or is out of date."),
                code="wrong_code",
            )
        return self.cleaned_data["code"]

    def check_code(self, code):
        return second_factor.verified(self.user, code)


class SetUpForm(CodeForm):
    """The first code of device `pk`, which proves that the telephone has the key."""

    def __init__(self, request, user, pk, *args, **kwargs):
        self.pk = pk
        super().__init__(request, user, *args, **kwargs)

    def check_code(self, code):
        return second_factor.set_up(self.user, self.pk, code)


class ProofForm(CodeForm):
    """Password once more, and a code of whoever has set one up."""

    password = password_field()
    field_order = ["password", "code"]

    def __init__(self, request, user, *args, **kwargs):
        super().__init__(request, user, *args, **kwargs)
        del self.fields["code"].widget.attrs["autofocus"]
        if not second_factor.is_set_up(user):
            del self.fields["code"]

    def clean_password(self):
        password = self.cleaned_data["password"]
        name = self.user.get_username()
        if authenticate(self.request, username=name, password=password) is None:
            raise ValidationError(_("This password is not right."), code="wrong")
        return password

    def clean_code(self):
        """Only behind the right password: a code is good once."""
        return super().clean_code() if "password" in self.cleaned_data else ""
