"""Who may come in, as which role, and what everybody did: users, groups, the log."""

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from . import roles
from .access_exports import EXPORTS
from .admin import ModelAdmin, ReadOnlyModelAdmin
from .admin_filters import JalaliDateFilter
from .models import Download, Import

admin.site.unregister([User, Group])


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
        (_("Traces"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

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

    @admin.display(description=_("name"), ordering="last_name")
    def full_name(self, user):
        return user.get_full_name()

    @admin.display(description=_("roles"))
    def roles(self, user):
        return "، ".join(str(roles.label(group.name)) for group in user.groups.all())


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
        return "، ".join(str(user) for user in group.user_set.all())

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
    list_display = ["started_at", "user", "name", "asked", "size", "sha256"]
    list_filter = [("started_at", JalaliDateFilter)]
    list_select_related = ["user"]
    search_fields = ["name", "sha256", "user__username"]
    fields = ["started_at", "finished_at", "user", "name", "asked", "size", "sha256"]
    readonly_fields = fields


@admin.register(Import)
class ImportAdmin(ReadOnlyModelAdmin):
    """What was brought into the program: which file, by whom, with what result."""

    export = EXPORTS["imports"]
    list_display = [
        "name",
        "kind",
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
        "name",
        "kind",
        "sha256",
        ("uploaded_at", "uploaded_by"),
        ("carried_out_at", "carried_out_by"),
        ("added", "changed", "unchanged"),
    ]
    readonly_fields = [
        "name",
        "kind",
        "sha256",
        "uploaded_at",
        "uploaded_by",
        "carried_out_at",
        "carried_out_by",
        "added",
        "changed",
        "unchanged",
    ]
