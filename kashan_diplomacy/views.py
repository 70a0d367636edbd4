"""The pages that show both apps together: home, the figures, the gaps."""

from django.db.models import Count, Q
from django.shortcuts import render

from agreements.models import Agreement, City, Engagement, Milestone, Outcome
from agreements.partner_map import PartnerMap
from agreements.promised import promises_kept
from agreements.views import published_engagements
from agreements.vitality import with_deeds
from budget.models import FiscalYear
from budget.views import year_at_a_glance

from .as_of import AsOf
from .dictionary import tables
from .figures import FIGURES
from .gaps import known_gaps

COMING, LATEST = 3, 5


def home(request):
    as_of = AsOf(request)
    engagements = published_engagements()
    fiscal_year = FiscalYear.objects.published().newest(as_of.on)
    cities = with_deeds(City.objects.published(), as_of.on, is_public=True)
    context = {
        "as_of": as_of,
        "map": PartnerMap(cities, as_of.on),
        "partners": _counted(City.objects.published()),
        "in_force": _counted(
            Agreement.objects.published().in_force(as_of.on, is_public=True)
        ),
        "held": _counted(Engagement.objects.published().held(as_of.on)),
        "realised": _counted(Outcome.objects.published().realised(as_of.on)),
        "promises": promises_kept(Milestone.objects.all(), as_of),
        "coming": engagements.filter(
            starts_on__gt=as_of.on, cancelled_on=None
        ).order_by("starts_on", "pk")[:COMING],
        "latest": engagements.begun(as_of.on)[:LATEST],
    }
    if fiscal_year:
        context |= year_at_a_glance(fiscal_year, as_of.chosen)
    return render(request, "home.html", context)


def figures(request):
    """What each published figure means, and what each column of the data holds."""
    context = {"figures": FIGURES, "tables": tables()}
    return render(request, "figures.html", context)


def gaps(request):
    as_of = AsOf(request)
    return render(request, "gaps.html", {"as_of": as_of, "gaps": known_gaps(as_of)})


def _counted(rows):
    """How many, and how many of them are examples."""
    return rows.aggregate(
        count=Count("pk"), examples=Count("pk", filter=Q(is_illustrative=True))
    )
