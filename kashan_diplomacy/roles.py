"""Who may do what: one table of roles, which are groups of users.

Nobody but a superuser deletes: records are closed by dates and reasons, not removed.
"""

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.utils.translation import gettext_lazy as _

SEE = ("view",)
KEEP = ("view", "add", "change")
POST = ("post_expense",)
DECIDE = ("approve_budget", "reverse_entry")
CLOSE = ("close_period",)
EVERY_MODEL = None

DIPLOMACY = (
    ("agreements", EVERY_MODEL, KEEP),
    ("budget", EVERY_MODEL, SEE),
    ("budget", "expense", KEEP),
    ("budget", "voucher", ("view", "add")),
)
BUDGET = (
    ("agreements", EVERY_MODEL, SEE),
    ("budget", EVERY_MODEL, SEE),
    ("budget", "fiscalyear", KEEP),
    ("budget", "budgetline", KEEP),
    ("budget", "expense", KEEP),
    ("budget", "entry", POST),
    ("budget", "membershipfee", KEEP),
    ("budget", "exchangerate", KEEP),
    ("budget", "voucher", KEEP),
)
OVERSIGHT = (
    ("auth", "user", SEE),
    ("auth", "group", SEE),
    ("admin", "logentry", SEE),
    ("kashan_diplomacy", "download", SEE),
    ("kashan_diplomacy", "signin", SEE),
    ("kashan_diplomacy", "signinfailure", SEE),
    ("kashan_diplomacy", "codereset", SEE),
    ("kashan_diplomacy", "import", SEE),
)

#: The stored name of each role → (app, model, permissions) it is granted.
GRANTS = {
    "diplomacy_officer": DIPLOMACY,
    "budget_officer": BUDGET,
    "head": (
        *DIPLOMACY,
        *BUDGET,
        ("budget", "entry", DECIDE),
        ("budget", "closing", CLOSE),
        *OVERSIGHT,
        ("kashan_diplomacy", "codereset", ("view", "add")),
    ),
    "auditor": (
        ("agreements", EVERY_MODEL, SEE),
        ("budget", EVERY_MODEL, SEE),
        *OVERSIGHT,
    ),
}
#: Who signs in with a code besides the password, as superusers do (REQUIRE_OTP).
SIGN_IN_WITH_CODE = ("budget_officer", "head")
LABELS = {
    "diplomacy_officer": _("diplomacy officer"),
    "budget_officer": _("budget officer"),
    "head": _("head of the centre"),
    "auditor": _("auditor"),
}
VERBS = {
    "view": _("see"),
    "add": _("add"),
    "change": _("change"),
    "delete": _("delete"),
    "post_expense": _("commit, release, pay and refund"),
    "approve_budget": _("approve, supplement, cut and transfer"),
    "reverse_entry": _("reverse"),
    "close_period": _("close"),
}
APPS = ("admin", "agreements", "auth", "budget", "kashan_diplomacy")


def label(name):
    """A group's name as staff read it."""
    return LABELS.get(name, name)


def apply_roles(using, apps=installed_apps, **kwargs):
    """Make the groups hold exactly what the table grants; a receiver of post_migrate.

    Not a data migration, because permissions do not exist yet while migrations run.
    And run after each of them, so that a model that comes later joins by itself.
    """
    try:
        groups = apps.get_model("auth", "Group").objects.using(using)
    except LookupError:  # migrated half-way: there are no groups yet
        return
    for name in APPS:  # Django does this too, but for some of these apps after us
        app = installed_apps.get_app_config(name)
        create_permissions(app, verbosity=0, using=using, apps=apps)
    held = apps.get_model("auth", "Permission").objects.using(using)
    for name, grants in GRANTS.items():
        group, _created = groups.get_or_create(name=name)
        group.permissions.set(_granted(held, grants))


def _granted(permissions, grants):
    found = permissions.filter(content_type__app_label__in=APPS)
    rows = found.values_list(
        "pk", "content_type__app_label", "content_type__model", "codename"
    )
    return [
        pk
        for pk, app_label, model, codename in rows
        if any(_covers(grant, app_label, model, codename) for grant in grants)
    ]


def _covers(grant, app_label, model, codename):
    granted_app, granted_model, names = grant
    return (
        granted_app == app_label
        and granted_model in (EVERY_MODEL, model)
        and _verb(codename, model) in names
    )


def _verb(codename, model):
    """view for view_city; a permission of the model's own making is its own verb."""
    return codename if codename in VERBS else codename.removesuffix(f"_{model}")


def described(group):
    """What a group may do, model by model, as staff read it."""
    held = {}
    for permission in group.permissions.select_related("content_type"):
        model = permission.content_type.model_class()
        verb = _verb(permission.codename, model._meta.model_name)
        held.setdefault(model, []).append(str(VERBS[verb]))
    return [
        f"{model._meta.verbose_name_plural}: {'، '.join(verbs)}"
        for model, verbs in held.items()
    ]
