"""Who may do what and came in, and what was done and taken, as CSV.

The last log-in of a user is left out: reading the list would change it.
"""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext_lazy as _

from .exports import Column, Export, fields, instant, many, reference
from .models import CodeReset, Download, Import, SignIn, SignInFailure


def _edited_model(entry: LogEntry) -> str:
    kind = entry.content_type
    return f"{kind.app_label}.{kind.model}" if kind else ""


_EXPORTS = [
    Export(
        "users",
        User,
        _("Who may sign in, and in which roles"),
        [
            *fields("id", "username", "first_name", "last_name", "email"),
            *fields("is_active", "is_staff", "is_superuser"),
            *many("groups", "name"),
            *instant("date_joined"),
        ],
    ),
    Export(
        "roles",
        Group,
        _("The roles, and what each of them may do"),
        [*fields("id", "name"), *many("permissions", "codename")],
    ),
    Export(
        "admin_log",
        LogEntry,
        _("What was done in the admin: by whom, when, to which record"),
        [
            *fields("id"),
            *instant("action_time"),
            *reference("user"),
            Column("content_type", _edited_model, ("content_type",), type="string"),
            *fields("object_id", "object_repr", "action_flag", "change_message"),
        ],
    ),
    Export(
        "downloads",
        Download,
        _("Who downloaded what, when, and the SHA-256 of what was sent"),
        [
            *fields("id"),
            *reference("user"),
            *fields("name", "asked"),
            *instant("started_at"),
            *instant("finished_at"),
            *fields("size", "sha256"),
        ],
    ),
    Export(
        "sign_ins",
        SignIn,
        _("Who signed in and out, when, and from which address"),
        [
            *fields("id", "username", "ip_address", "user_agent"),
            *instant("attempt_time"),
            *instant("logout_time"),
        ],
    ),
    Export(
        "lock_outs",
        SignInFailure,
        _("Wrong passwords and codes, and which of them locked a name out"),
        [
            *fields("id", "username", "ip_address", "user_agent", "locked_out"),
            *instant("attempt_time"),
        ],
    ),
    Export(
        "code_resets",
        CodeReset,
        _("Whose sign-in code was reset: by whom, when, and why"),
        [
            *fields("id"),
            *reference("user"),
            *fields("reason"),
            *reference("reset_by"),
            *instant("reset_at"),
        ],
    ),
    Export(
        "imports",
        Import,
        _("Which spreadsheets were brought in, by whom, and what came of them"),
        [
            *fields("id", "kind", "name", "sha256"),
            *reference("uploaded_by"),
            *instant("uploaded_at"),
            *reference("carried_out_by"),
            *instant("carried_out_at"),
            *fields("added", "changed", "unchanged"),
        ],
    ),
]
EXPORTS = {export.name: export for export in _EXPORTS}
