"""What the admin's own templates need beyond the filters of every page."""

from datetime import datetime
from typing import Any

from django import template
from django.db.models.options import Options
from django.utils import timezone
from django.utils.translation import get_language

from kashan_diplomacy.help_texts import HELP
from kashan_diplomacy.names import person

from .persian import digits, in_persian, jalali

register = template.Library()
register.filter(person)


@register.filter
def moment(value: datetime | None) -> str:
    """The day and the time of day in Tehran: ۳۱ تیر ۱۴۰۱، ۱۴:۰۵."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    comma = "،" if in_persian() else ","
    return f"{jalali(local)}{comma} {digits(f'{local:%H:%M}')}"


@register.filter
def counted(number: int, opts: Options) -> str:
    """۸ سررسید / 8 milestones: in Persian a number is followed by the singular."""
    is_singular = in_persian() or number == 1
    name = opts.verbose_name if is_singular else opts.verbose_name_plural
    return f"{digits(number)} {name}"


@register.simple_tag(takes_context=True)
def page_help(context):
    """The help of the model that the page is about: its name, what it is, its rule."""
    changelist = context.get("cl")
    meta = changelist.opts if changelist else context.get("opts")
    text = HELP.get(meta.label_lower) if meta else None
    return {"term": meta.verbose_name, "text": text} if text else None


@register.simple_tag(takes_context=True)
def menu(context, template: str) -> str:
    """The menu by `template`, as it looks from this page."""
    return context["available_apps"].rendered(template, context["request"].path)


class Lasting(template.Node):
    def __init__(self, nodelist: template.NodeList, varied_by: list[Any]) -> None:
        self.nodelist, self.varied_by = nodelist, varied_by
        self._rendered: dict[tuple[Any, ...], str] = {}

    def render(self, context: template.Context) -> str:
        varied = [expression.resolve(context) for expression in self.varied_by]
        key = (get_language(), *varied)
        if key not in self._rendered:
            self._rendered[key] = self.nodelist.render(context)
        return self._rendered[key]


@register.tag
def lasting(parser, token):
    """What is between it and `endlasting` is rendered once for each language, and for
    each of the values that follow the name of the tag, if any do.

    For what says the same on every page as long as the program runs: addresses of
    files and views, and translated words. The values must be few.
    """
    _name, *values = token.split_contents()
    nodelist = parser.parse(["endlasting"])
    parser.delete_first_token()
    return Lasting(nodelist, [parser.compile_filter(value) for value in values])
