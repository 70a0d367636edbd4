"""The calendar that stands beside every Jalali date of the admin, and what it knows."""

import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy import jalali

from .persian import in_persian

register = template.Library()

#: A week, as it is written above the days and as it is read out: Saturday first.
WEEKDAYS = (
    (_("Sa"), _("Saturday")),
    (_("Su"), _("Sunday")),
    (_("Mo"), _("Monday")),
    (_("Tu"), _("Tuesday")),
    (_("We"), _("Wednesday")),
    (_("Th"), _("Thursday")),
    (_("Fr"), _("Friday")),
)
YEARS = range(jalali.FIRST_YEAR, jalali.LAST_YEAR + 1)
EPOCH = datetime.date(1970, 1, 1)
LEAP_YEARS = " ".join(str(year) for year in YEARS if jalali.is_leap(year))


@register.inclusion_tag("admin/_calendar.html")
def calendar_dialog() -> dict[str, Any]:
    """Closed until js/calendar.js opens it. The leap years come from here, so that the
    script needs no rule of its own for them."""
    return {
        "first_year": YEARS[0],
        "last_year": YEARS[-1],
        "start": (jalali.FIRST_DAY - EPOCH).days,
        "leap_years": LEAP_YEARS,
        "today": jalali.numeric_en(timezone.localdate()),
        "months": " ".join(jalali.MONTHS_FA if in_persian() else jalali.MONTHS_EN),
        "weekdays": WEEKDAYS,
    }
