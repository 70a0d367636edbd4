"""Short ways to point at a line or an entry in lists."""

from django.urls import reverse
from django.utils.html import format_html

from kashan_diplomacy.templatetags.persian import digits, local


def line_code(line):
    """The line's code; its title shows when pointed at."""
    return format_html(
        '<bdi title="{}">{}</bdi>', local(line, "title"), digits(line.code)
    )


def state_mark(state):
    """A state, a member of its TextChoices, as it looks in lists and on pages."""
    return format_html(
        '<span class="state state-{}">{}</span>', state.value, state.label
    )


def entry_link(entry):
    url = reverse("admin:budget_entry_change", args=[entry.pk])
    return format_html('<a href="{}">{}</a>', url, digits(entry))
