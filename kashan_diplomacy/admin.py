"""The admin site, and the bases of every admin in both apps.

Staff work here in Persian: text is searched by its folded key, dates are shown
Jalali and amounts in toman (`admin_display`), and what a constraint forbids is said
beside the form, also where the constraint speaks of a field that nobody types.
"""

import re
from functools import reduce
from operator import or_

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.db.models import DecimalField, IntegerField, Q
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from .access.account import access_urls
from .access.sessions import needs_proof
from .access.signin import SignInView
from .addresses import address
from .admin_autocomplete import Autocompletes
from .admin_delete import without_joins
from .admin_log import Logs
from .admin_menu import Menu, seen_by
from .admin_periods import JalaliChangeList
from .alive import alive_urls
from .amounts import amount_urls
from .audit.views import audit_urls
from .desk import desk_of, desk_urls
from .downloads import send
from .events import tell_published
from .export_views import export_urls
from .forms import DecimalField as DecimalFormField
from .forms import IntegerField as IntegerFormField
from .forms import IntegerInput
from .glance import facts, glance
from .imports.views import import_urls
from .ordering import SortsCountries, in_persian_order
from .persian import canonical, search_key
from .search_page import search_urls
from .templatetags.persian import digits, local

#: Apps as the index lists them; inside an app, models stand as they were registered.
APP_ORDER = ("agreements", "budget", "auth", "admin", "kashan_diplomacy")

#: How numbers are typed: in any digits. The stock admin hands over its own widget.
NUMBERS = {
    DecimalField: {"form_class": DecimalFormField},
    IntegerField: {"form_class": IntegerFormField, "widget": IntegerInput},
}

#: What decides whether the public sees a row.
PUBLISHING = {"published_on", "is_public"}

#: A number standing by itself, which is no part of a code.
A_NUMBER = re.compile(r"(?<!\S)[0-9]+(?!\S)")

#: The fieldset of every model that is `Sourced`.
SOURCE = (
    _("Where this is known from"),
    {"fields": ["source", "is_illustrative"], "classes": ["collapse"]},
)


class KashanAdminSite(admin.AdminSite):
    site_title = _("Kashan city diplomacy")
    site_header = _("Kashan city diplomacy")
    index_title = _("Partnerships and what they cost")
    empty_value_display = "—"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._menus = {}

    @property
    def site_url(self):
        """The public home page in the language of the admin."""
        return address("home")

    def get_urls(self):
        ours = desk_urls(self) + alive_urls(self) + export_urls(self)
        ours += access_urls(self) + amount_urls(self) + search_urls(self)
        return ours + audit_urls(self) + import_urls(self) + super().get_urls()

    @method_decorator([never_cache, login_not_required])
    def login(self, request, extra_context=None):
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return SignInView.as_view(site=self)(request)

    def password_change(self, request, extra_context=None):
        """Only minutes after password and code, which are counted when wrong: whoever
        finds somebody else's session open tries no old passwords here."""
        return needs_proof(super().password_change)(request, extra_context)

    def index(self, request, extra_context=None):
        found = facts(timezone.localdate())
        desk = desk_of(request.user, found.shares)
        shown = glance(request.user, desk, found)
        return super().index(request, {**shown, **(extra_context or {})})

    def get_app_list(self, request, app_label=None):
        if app_label:
            return self._app_list(request, app_label)
        key = seen_by(request.user)
        if key not in self._menus:
            self._menus[key] = Menu(self._app_list(request))
        return self._menus[key]

    def _app_list(self, request, app_label=None):
        app_list = super().get_app_list(request, app_label)
        app_list.sort(key=lambda app: APP_ORDER.index(app["app_label"]))
        registered = list(self._registry)
        for app in app_list:
            app["models"].sort(key=lambda entry: registered.index(entry["model"]))
        return app_list


class RecordForm(forms.ModelForm):
    """Checks a changed row against every constraint of its model.

    Django leaves out a constraint that names a field which the form lacks, such as the
    day first promised. The database would still refuse the row, but with a server
    error in place of the constraint's own message. It stands beside the field that the
    constraint names as its `violation_error_code`.
    """

    def _get_validation_exclusions(self):
        excluded = super()._get_validation_exclusions()
        return excluded if self.instance._state.adding else excluded & set(self.fields)

    def add_error(self, field, error):
        if hasattr(error, "error_dict"):
            for broken in error.error_dict.pop(NON_FIELD_ERRORS, ()):
                self.add_error(None, broken)
        elif field is None and getattr(error, "code", None) in self.fields:
            field = error.code
        super().add_error(field, error)


class ModelAdmin(Logs, Autocompletes, SortsCountries, admin.ModelAdmin):
    """Base of every admin. `export` is the list's Export, when it has one; `list_only`
    are the fields that its columns need, where rows have many others."""

    form = RecordForm
    formfield_overrides = NUMBERS
    empty_value_display = KashanAdminSite.empty_value_display  # asked for each cell
    export = None
    list_only: tuple[str, ...] = ()
    list_per_page = 25  # what a screen holds: each row takes its time
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False  # JalaliChangeList counts
    actions = ["download_csv"]

    def get_changelist(self, request, **kwargs):
        return JalaliChangeList

    def get_search_results(self, request, queryset, search_term):
        """Rows in which each word typed is found, however it is spelt.

        `search_fields` may only lead along foreign keys. Those that end in
        `search_text` hold search keys; others are searched as they stand.
        """
        if not self.get_search_fields(request):
            return queryset, False  # no box to type into, but somebody's own address
        for word in search_term.split():
            queryset = queryset.filter(self._word_is_found(request, word))
        return queryset, False

    def _word_is_found(self, request, word):
        folded = search_key(word)
        return reduce(
            or_,
            (
                Q(**{f"{name}__contains": folded})
                if name.endswith("search_text")
                else Q(**{f"{name}__icontains": canonical(word)})
                for name in self.get_search_fields(request)
            ),
        )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        tell_if_published(request, obj, form)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for row in formset.forms:
            tell_if_published(request, row.instance, row)

    def message_user(self, request, message, *args, **kwargs):
        """Django counts what it has done in Latin digits; links stay as they are."""
        if not hasattr(message, "__html__"):
            message = A_NUMBER.sub(lambda match: digits(match[0]), str(message))
        super().message_user(request, message, *args, **kwargs)

    def get_deleted_objects(self, objs, request):
        deleted, counts, *rest = super().get_deleted_objects(objs, request)
        return (*without_joins(deleted, counts), *rest)

    def view_on_site(self, obj):
        """The public page, if there is one and the public may see it."""
        published = getattr(type(obj)._default_manager, "published", None)
        if not (published and hasattr(obj, "get_absolute_url")):
            return None
        return (
            obj.get_absolute_url() if published().filter(pk=obj.pk).exists() else None
        )

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        """A refused page keeps what was typed in its fields; all else is as stored."""
        form = context["adminform"].form
        if obj and form.is_bound:
            _restore(form, context["inline_admin_formsets"])
            context["original"] = form.instance
            context["subtitle"] = str(form.instance)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_csv"
        view = self.admin_site.admin_view(self.csv_view)
        return [path("csv/", view, name=name), *super().get_urls()]

    def csv_view(self, request):
        """The whole list, as searched and filtered, as CSV."""
        if not self.export:
            raise Http404
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect("../")
        asked = request.GET.urlencode()
        return send(request, self.export, changelist.queryset, asked)

    @admin.action(description=_("Download selected as CSV"), permissions=["view"])
    def download_csv(self, request, queryset):
        chosen = ",".join(map(str, sorted(queryset.values_list("pk", flat=True))))
        return send(request, self.export, queryset, f"id={chosen}")

    def action_checkbox(self, obj):
        """As the stock one, but no template is rendered for each row."""
        label = gettext("Select this object for an action - {}").format(obj)
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select"'
            ' aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            label,
        )

    def get_actions(self, request):
        actions = super().get_actions(request)
        if not self.export:
            actions.pop("download_csv", None)
        return actions

    @admin.display(description=_("title"), ordering=in_persian_order("title_fa"))
    def title(self, obj):
        return marked(local(obj, "title"), obj)

    @admin.display(description=_("name"), ordering="name_sort")
    def name(self, obj):
        return marked(local(obj, "name"), obj)


def _restore(form, inlines):
    """Undo what validation wrote into the rows; bound fields show what was typed."""
    form.instance.refresh_from_db()
    for inline in inlines:
        for row_form in inline.formset.initial_forms:
            if row_form.instance.pk and row_form.has_changed():
                row_form.instance.refresh_from_db()


def marked(text, row):
    """The text, with a mark behind it if the row is only an example."""
    if not row.is_illustrative:
        return text
    return format_html('{} <span class="example">{}</span>', text, _("example"))


def tell_if_published(request, row, form):
    """Log what the form has just made public, or taken from the public."""
    for name in PUBLISHING.intersection(form.changed_data):
        tell_published(request.user, row, name)


def late(text):
    return format_html('<strong class="late">{}</strong>', text)


class ReadOnly:
    """Mixed into an admin or an inline: nobody adds, changes or deletes here."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyModelAdmin(ReadOnly, ModelAdmin):
    pass


class TabularFormSet(forms.BaseInlineFormSet):
    def get_deletion_widget(self):
        return forms.CheckboxInput(attrs={"aria-label": _("Delete")})


class TabularInline(Autocompletes, SortsCountries, admin.TabularInline):
    """Its fields are named by the head of their column, so each says its own name."""

    form = RecordForm
    formset = TabularFormSet
    formfield_overrides = NUMBERS
    extra = 0

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.widget.attrs.setdefault("aria-label", field.label)
        return field


class ShownFormSet(TabularFormSet):
    """Passes over whatever a form sends of rows that are only shown."""

    new_objects = changed_objects = deleted_objects = ()

    def __init__(self, data=None, files=None, **kwargs):
        super().__init__(**kwargs)

    def is_valid(self):
        return True

    def save(self, commit=True):
        return []


class ReadOnlyInline(ReadOnly, TabularInline):
    formset = ShownFormSet


class StackedInline(Autocompletes, SortsCountries, admin.StackedInline):
    form = RecordForm
    formfield_overrides = NUMBERS
    extra = 0
