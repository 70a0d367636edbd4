"""To follow what is new: a feed, and a calendar, of what is published in both apps."""

import datetime
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agreements.models import Engagement, Milestone
from agreements.templatetags.standing import standing
from budget.models import Closing, FiscalYear
from budget.templatetags.books import period_name

from .icalendar_file import CONTENT_TYPE, Event, calendar_file
from .templatetags.persian import digits, in_persian, jalali, local

NAME = gettext_lazy("Kashan city diplomacy")
LATEST = 50


@dataclass(frozen=True)
class News:
    """`key` names it for good; `at` is when it became known."""

    key: str
    title: str
    text: str
    link: str
    at: datetime.datetime


def latest_news(on: datetime.date) -> list[News]:
    news = [*_engagements(), *_promises(on), *_closings()]
    return sorted(news, key=attrgetter("at", "key"), reverse=True)[:LATEST]


class LatestNews(Feed):
    """Engagements, promises kept and missed, and closed months."""

    feed_type = Atom1Feed
    title = NAME
    subtitle = gettext_lazy("Engagements, promises on both sides and the budget")

    def link(self) -> str:
        return reverse("home")

    def items(self) -> list[News]:
        return latest_news(timezone.localdate())

    def item_title(self, item: News) -> str:
        return item.title

    def item_description(self, item: News) -> str:
        return item.text

    def item_link(self, item: News) -> str:
        return item.link

    def item_guid(self, item: News) -> str:
        return f"urn:kashan-diplomacy:{item.key}"

    def item_updateddate(self, item: News) -> datetime.datetime:
        return item.at

    def item_pubdate(self, item: News) -> datetime.datetime:
        return item.at


@require_safe
def public_calendar(request):
    """Events, and promises that are to be kept, each on its day."""
    today = timezone.localdate()
    events = [
        Event(
            uid=f"{key}@kashan-diplomacy",
            day=first,
            last_day=last,
            summary=title,
            description=text,
            url=request.build_absolute_uri(link),
        )
        for key, first, last, title, text, link in (*_events(), *_due(today))
    ]
    return HttpResponse(
        calendar_file(str(NAME), events, _midnight(today)),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": 'inline; filename="kashan-events.ics"'},
    )


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _engagements():
    rows = Engagement.objects.published().order_by("-published_on", "-pk")[:LATEST]
    for row in rows:
        kind = capfirst(row.get_kind_display())
        if row.cancelled_on:
            kind = _("Cancelled: %(kind)s") % {"kind": kind}
        yield News(
            f"engagement:{row.pk}",
            _marked(f"{kind}: {local(row, 'title')}", row.is_illustrative),
            local(row, "summary") or jalali(row.starts_on),
            row.get_absolute_url(),
            _midnight(row.published_on),
        )


def _promises(on: datetime.date):
    """Those decided, on that day; those overdue, on the day after they were due."""
    rows = Milestone.objects.published().with_standing()
    rows = rows.select_related("obligation__agreement__city")
    decided_on = Coalesce("met_on", "reviewed_on")
    for row in rows.due(on).decided(on).order_by(decided_on.desc(), "-pk")[:LATEST]:
        yield _came_of(row, row.verdict, row.met_on or row.reviewed_on, on)
    for row in rows.overdue(on).order_by("-due_on", "-pk")[:LATEST]:
        yield _came_of(row, "overdue", row.due_on + datetime.timedelta(days=1), on)


def _came_of(row: Milestone, result: str, known_on: datetime.date, on: datetime.date):
    return News(
        f"milestone:{row.pk}:{result}",
        f"{capfirst(standing(row, on).label)}: {_promise(row)}",
        _("Due on %(day)s.") % {"day": jalali(row.due_on)},
        row.obligation.agreement.get_absolute_url(),
        _midnight(known_on),
    )


def _promise(milestone: Milestone) -> str:
    obligation = milestone.obligation
    city = local(obligation.agreement.city, "name")
    side = obligation.get_side_display()
    comma = "،" if in_persian() else ","
    title = f"{local(obligation, 'title')} ({city}{comma} {side})"
    return _marked(title, milestone.is_illustrative or obligation.is_illustrative)


def _marked(title: str, is_illustrative: bool) -> str:
    """An example is called one wherever it is shown."""
    return f"{title} [{_('example')}]" if is_illustrative else title


def _closings():
    published = FiscalYear.objects.published()
    rows = Closing.objects.filter(fiscal_year__in=published).defer(
        "entries_csv", "settlement_csv"
    )
    for row in rows.select_related("fiscal_year").order_by("-closed_at")[:LATEST]:
        period = f"{period_name(row.month)} {row.fiscal_year}"
        yield News(
            f"closing:{row.pk}",
            _("Books closed: %(period)s") % {"period": period},
            _("%(number)s entries; the last has the digest %(digest)s.")
            % {"number": digits(row.last_seq), "digest": row.digest},
            row.fiscal_year.get_absolute_url(),
            row.closed_at,
        )


def _events():
    rows = Engagement.objects.published().filter(
        starts_on__isnull=False, cancelled_on=None
    )
    for row in rows:
        yield (
            f"engagement-{row.pk}",
            row.starts_on,
            row.ends_on,
            _marked(local(row, "title"), row.is_illustrative),
            local(row, "summary"),
            row.get_absolute_url(),
        )


def _due(on: datetime.date) -> Any:
    rows = Milestone.objects.published().binding(on).undecided(on)
    for row in rows.select_related("obligation__agreement__city"):
        yield (
            f"milestone-{row.pk}",
            row.due_on,
            None,
            _("Due: %(promise)s") % {"promise": _promise(row)},
            "",
            row.obligation.agreement.get_absolute_url(),
        )
