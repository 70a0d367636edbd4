"""What staff publish: the buttons, the list's column, and what changed since."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .admin_history import Tracked
from .events import tell_published
from .templatetags.persian import digits, jalali

#: What the public reads about a row, in one of these by language.
TEXTS = ("summary", "shares", "description")
LANGUAGES = {"fa": _("Persian"), "en": _("English")}


class Publishes(Tracked):
    """Mixed into the admin of a model that is `Published`."""

    actions = ["download_csv", "publish", "unpublish"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_changes()

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_publication"
        view = self.admin_site.admin_view(self.publication_view)
        ours = path("<path:object_id>/publication/", view, name=name)
        return [ours, *super().get_urls()]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            context |= {
                "publication": {
                    "row": obj,
                    "is_changed": obj.is_changed,
                    "may_decide": self.has_change_permission(request, obj),
                    "address": reverse(
                        f"admin:{self.opts.app_label}_{self.opts.model_name}"
                        "_publication",
                        args=[obj.pk],
                    ),
                }
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(require_POST)
    def publication_view(self, request, object_id):
        """Publish the row as it is, or unpublish it, at once."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if "publish" in request.POST:
            self._decide(request, row, is_public=True)
        elif "unpublish" in request.POST:
            self._decide(request, row, is_public=False)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[row.pk]))

    @admin.action(description=_("Publish as they are"), permissions=["change"])
    def publish(self, request, queryset):
        self._decide_each(request, queryset, is_public=True)

    @admin.action(description=_("Unpublish"), permissions=["change"])
    def unpublish(self, request, queryset):
        self._decide_each(request, queryset, is_public=False)

    def _decide_each(self, request, queryset, *, is_public):
        done = sum(self._decide(request, row, is_public=is_public) for row in queryset)
        if done > 1:
            said = ngettext("%(number)s row in all.", "%(number)s rows in all.", done)
            self.message_user(request, said % {"number": digits(done)})

    def _decide(self, request, row, *, is_public) -> bool:
        try:
            row.publish() if is_public else row.unpublish()
        except ValidationError as error:
            text = f"{row}: {' '.join(error.messages)}"
            self.message_user(request, text, messages.ERROR)
            return False
        tell_published(request.user, row)
        if is_public:
            self.log_change(request, row, gettext("Published as it is."))
            self._say_published(request, row)
        else:
            self.log_change(request, row, gettext("Unpublished."))
            said = gettext("%(row)s: nobody but staff sees it any more.")
            self.message_user(request, said % {"row": row}, messages.SUCCESS)
        return True

    def _say_published(self, request, row):
        shown = type(row).objects.published().filter(pk=row.pk)
        if shown.exists():
            said = gettext("%(row)s: the public sees it as it is now.")
            self.message_user(request, said % {"row": row}, messages.SUCCESS)
        else:
            said = gettext(
                "%(row)s will be seen once its partner, and the agreement it amends,"
                " are published too."
            )
            self.message_user(request, said % {"row": row}, messages.WARNING)
        for code, language in LANGUAGES.items():
            texts = [getattr(row, f"{name}_{code}", None) for name in TEXTS]
            if "" in texts:
                said = gettext("It has no public text in this language: %(language)s.")
                told = said % {"language": language}
                self.message_user(request, told, messages.WARNING)

    @admin.display(description=_("published on"), ordering="published_on")
    def publication(self, row):
        if not row.is_changed:
            return row.published_on
        text = _("changed since published")
        return format_html(
            '{} <strong class="late">{}</strong>', jalali(row.published_on), text
        )
