"""Who may come in, as which role, and what everybody did: users, groups, the logs."""

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import roles
from .access import second_factor, sessions
from .access_exports import EXPORTS
from .admin import ModelAdmin, ReadOnlyModelAdmin
from .admin_display import code
from .admin_filters import JalaliDateFilter
from .events import event
from .imports.views import IMPORTS
from .models import Download, Import
from .names import listed

# Nobody is shown the keys of codes, nor types them.
admin.site.unregister([User, Group, TOTPDevice, StaticDevice])


class RolesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group):
        return roles.label(group.name)


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return [
            (group.pk, roles.label(group.name))
            for group in Group.objects.order_by("pk")
        ]

    def queryset(self, request, queryset):
        value = self.value()
        return queryset.filter(groups=value) if value and value.isdigit() else None


@admin.register(User)
class UserAdmin(auth_admin.UserAdmin, ModelAdmin):
    """Users get roles, never single permissions: who may do what stays one table."""

    export = EXPORTS["users"]
    list_display = ["username", "full_name", "roles", "is_active", "last_login"]
    list_filter = [RoleFilter, "is_active", "is_superuser"]
    search_fields = ["username", "first_name", "last_name"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (
            _("Access"),
            {"fields": ["is_active", "is_staff", "groups", "is_superuser"]},
        ),
        (_("Traces"), {"fields": ["has_code", "last_login", "date_joined"]}),
    ]
    readonly_fields = ["has_code", "last_login", "date_joined"]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj and not self.has_change_permission(request, obj):
            return [(None, {"fields": ["username"]}), *fieldsets[1:]]
        return fieldsets

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups":
            kwargs |= {"form_class": RolesField, "widget": forms.CheckboxSelectMultiple}
            return db_field.formfield(**kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        request.rights_before = _rights(obj.pk)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        user, before = form.instance, request.rights_before
        if (after := _rights(user.pk)) != before:
            actor, name = request.user.get_username(), user.get_username()
            event("role_change", user=actor, of=name, before=before, after=after)
            if user != request.user:
                sessions.sign_out_everywhere(user)

    @admin.display(description=_("signs in with a code"), boolean=True)
    def has_code(self, user):
        return second_factor.is_set_up(user)

    @admin.display(description=_("name"), ordering="last_name")
    def full_name(self, user):
        return user.get_full_name()

    @admin.display(description=_("roles"))
    def roles(self, user):
        return listed(*(str(roles.label(group.name)) for group in user.groups.all()))


def _rights(pk):
    """What decides what the user may do, as stored; nothing of a user yet to be."""
    user = User.objects.filter(pk=pk).first()
    if user is None:
        return {}
    return {
        "roles": sorted(user.groups.values_list("name", flat=True)),
        "is_active": user.is_active,
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
    }


@admin.register(Group)
class GroupAdmin(ReadOnlyModelAdmin):
    """The roles as `roles.GRANTS` states them; each migrate puts them right again."""

    export = EXPORTS["roles"]
    list_display = ["role", "members"]
    fields = ["role", "members", "grants"]
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("user_set")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        group = self.get_object(request, object_id)
        context = {"subtitle": group and roles.label(group.name)}
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description=_("role"), ordering="name")
    def role(self, group):
        return roles.label(group.name)

    @admin.display(description=_("members"))
    def members(self, group):
        return listed(*map(str, group.user_set.all()))

    @admin.display(description=_("what they may do"))
    def grants(self, group):
        return format_html(
            "<ul>{}</ul>",
            format_html_join("", "<li>{}</li>", ((g,) for g in roles.described(group))),
        )


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyModelAdmin):
    """What was done in the admin: by whom, when, to which record."""

    export = EXPORTS["admin_log"]
    date_hierarchy = "action_time"
    list_display = ["action_time", "user", "action_flag", "content_type", "object_repr"]
    list_filter = [("action_time", JalaliDateFilter), "action_flag"]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "user__username"]
    fields = [
        "action_time",
        "user",
        "action_flag",
        "content_type",
        "object_repr",
        "change",
    ]
    readonly_fields = fields

    @admin.display(description=_("change"))
    def change(self, entry):
        return entry.get_change_message()


@admin.register(Download)
class DownloadAdmin(ReadOnlyModelAdmin):
    """What was taken out of the program: by whom, when, and its SHA-256."""

    export = EXPORTS["downloads"]
    date_hierarchy = "started_at"
    list_display = ["started_at", "user", "file", "asked_for", "size", "sha256"]
    list_filter = [("started_at", JalaliDateFilter)]
    list_select_related = ["user"]
    search_fields = ["name", "sha256", "user__username"]
    fields = [
        "started_at",
        "finished_at",
        "user",
        "file",
        "asked_for",
        "size",
        "sha256",
    ]
    readonly_fields = fields

    @admin.display(description=_("list"), ordering="name")
    def file(self, download):
        return code(download.name)

    @admin.display(description=_("asked for"))
    def asked_for(self, download):
        return code(download.asked) if download.asked else ""


@admin.register(Import)
class ImportAdmin(ReadOnlyModelAdmin):
    """What was brought into the program: which file, by whom, with what result."""

    export = EXPORTS["imports"]
    list_display = [
        "name",
        "list_title",
        "uploaded_at",
        "uploaded_by",
        "carried_out_at",
        "carried_out_by",
        "added",
        "changed",
    ]
    list_filter = [("uploaded_at", JalaliDateFilter)]
    list_select_related = ["uploaded_by", "carried_out_by"]
    search_fields = ["name", "sha256", "uploaded_by__username"]
    fields = [
        "original",
        "list_title",
        "sha256",
        ("uploaded_at", "uploaded_by"),
        ("carried_out_at", "carried_out_by"),
        ("added", "changed", "unchanged"),
    ]
    readonly_fields = [
        "original",
        "list_title",
        "sha256",
        "uploaded_at",
        "uploaded_by",
        "carried_out_at",
        "carried_out_by",
        "added",
        "changed",
        "unchanged",
    ]

    @admin.display(description=_("list"), ordering="kind")
    def list_title(self, kept):
        return IMPORTS[kept.kind].title

    @admin.display(description=_("file"))
    def original(self, kept):
        url = reverse("admin:import_original", args=[kept.pk])
        return format_html('<a href="{}" download><bdi>{}</bdi></a>', url, kept.name)
