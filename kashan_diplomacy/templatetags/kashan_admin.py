"""What the admin's own templates need beyond the filters of every page."""

from datetime import datetime

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils import timezone
from django.utils.translation import get_language, get_language_info

from .persian import digits, jalali

register = template.Library()


@register.filter
def moment(value: datetime | None) -> str:
    """The day and the time of day in Tehran: ۳۱ تیر ۱۴۰۱، ۱۴:۰۵."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    comma = "،" if get_language() == "fa" else ","
    return f"{jalali(local)}{comma} {digits(f'{local:%H:%M}')}"


@register.simple_tag(takes_context=True)
def other_languages(context):
    """This page in the other languages: (code, own name, address) of each."""
    address = context["request"].get_full_path()
    return [
        (code, get_language_info(code)["name_local"], translate_url(address, code))
        for code, _name in settings.LANGUAGES
        if code != get_language()
    ]
