"""Template tags of what stands around every public page: head, navigation and foot."""

from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.addresses import address

from .pages import query_of

register = template.Library()

#: Stands for the query of the day in what is rendered once.
QUERY = "\ue000"
#: What the main navigation leads to, and the pages that belong to each.
SECTIONS = {
    "city_list": (_("Partners"), {"city_list", "city_detail"}),
    "promise_list": (_("Promises"), {"promise_list"}),
    "agreement_list": (_("Agreements"), {"agreement_list", "agreement_detail"}),
    "engagement_list": (
        _("Engagements"),
        {"engagement_list", "engagement_detail", "outcome_list", "gift_list"},
    ),
    "theme_list": (_("Themes"), {"theme_list", "theme_detail"}),
    "membership_list": (_("Memberships"), {"membership_list"}),
    "budget": (_("Budget"), {"budget", "budget_year"}),
}
#: Every page of the site, for its foot.
GROUPS = [
    (
        _("Partnerships"),
        ["city_list", "agreement_list", "promise_list", "theme_list"],
    ),
    (
        _("What happens"),
        ["engagement_list", "outcome_list", "gift_list"],
    ),
    (_("What it costs"), ["budget", "membership_list"]),
    (_("Check it yourself"), ["figures", "gaps", "open_data"]),
]
LABELS = {name: label for name, (label, _pages) in SECTIONS.items()} | {
    "outcome_list": _("Outcomes"),
    "gift_list": _("Gift register"),
    "figures": _("About the figures"),
    "gaps": _("Known gaps"),
    "open_data": _("Open data"),
}


@register.simple_tag(takes_context=True)
def frame(context, template_name: str) -> str:
    """A part of the frame of every page, which is the same but for the language, the
    `section` the page belongs to and the `query` its links carry along."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.url_name if match else ""
    section = next((name for name in SECTIONS if here in SECTIONS[name][1]), "")
    render = _frame.__wrapped__ if settings.DEBUG else _frame
    part = render(template_name, get_language(), section)
    return mark_safe(part.replace(QUERY, query_of(context)))  # noqa: S308 - rendered


@cache
def _frame(template_name: str, _language: str | None, section: str) -> str:
    return render_to_string(template_name, {"section": section, "query": QUERY})


@register.simple_tag
def page_sections() -> list[tuple[str, str, str]]:
    """URL name, address and label of each section."""
    return [(name, address(name), label) for name, (label, _pages) in SECTIONS.items()]


@register.simple_tag
def page_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each heading with the address and the label of its pages."""
    return [
        (heading, [(address(name), LABELS[name]) for name in names])
        for heading, names in GROUPS
    ]


@register.simple_tag(takes_context=True)
def canonical_address(context) -> str:
    """Where this page is to be found, whatever day or part of it is asked for; "" for
    a page that says that there is none."""
    request = context.get("request")
    if request is None or getattr(request, "resolver_match", None) is None:
        return ""
    return request.build_absolute_uri(request.path)


@register.simple_tag(takes_context=True)
def absolute_static(context, path: str) -> str:
    """The whole address of a static file, for those who fetch it from elsewhere."""
    return context["request"].build_absolute_uri(static(path))
