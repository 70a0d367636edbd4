"""The public pages of engagements: their list, and each with all that hangs on it."""

from django.shortcuts import get_object_or_404, render

from kashan_diplomacy.as_of import AsOf
from kashan_diplomacy.list_filters import page_of
from kashan_diplomacy.presence import read_present, with_presence

from .filters import EngagementFilter
from .models import (
    Agreement,
    City,
    Document,
    Engagement,
    FollowUp,
    Gift,
    Milestone,
    Organisation,
    Outcome,
    Participant,
    Theme,
)
from .views import SHOWN_OF_OUTCOMES, coming_first, published_engagements, to_come


def engagement_list(request):
    """Those still to come stand above the first page of the others."""
    as_of = AsOf(request)
    narrow = EngagementFilter(request)
    found = narrow.apply(published_engagements())
    page = page_of(request, found.exclude(to_come(as_of.on)))
    held = narrow.apply(Engagement.objects.published().held(as_of.on))
    coming = coming_first(found.filter(to_come(as_of.on)))
    context = {
        "as_of": as_of,
        "filter": narrow,
        "page": page,
        "coming": coming if page.number == 1 else [],
        "ceremony": held.ceremony(),
    }
    return render(request, "agreements/engagement_list.html", context)


def engagement_detail(request, pk):
    as_of = AsOf(request)
    shown = _shown(as_of.on)
    rows = with_presence(Engagement, *shown).published()
    engagement = get_object_or_404(rows, pk=pk)
    read_present([engagement], shown)
    read_present(engagement.outcomes_read, SHOWN_OF_OUTCOMES)
    return render(
        request,
        "agreements/engagement_detail.html",
        {"as_of": as_of, "engagement": engagement},
    )


def _shown(on):
    """Of what hangs on an engagement, what the public may see by day `on`."""
    return {
        "cities": City.objects.published,
        "organisations": Organisation.objects.all,
        "agreement": Agreement.objects.published,
        "themes": Theme.objects.all,
        "participants": lambda: Participant.objects.order_by("side", "pk"),
        "documents": Document.objects.published,
        # By no index: SQLite would walk along that of the due day.
        "milestones": lambda: (
            Milestone.objects.published()
            .with_standing()
            .order_by("original_due_on", "pk")
        ),
        "follow_ups": lambda: FollowUp.objects.select_related(
            "responsible_organisation"
        ),
        "outcomes": lambda: (
            with_presence(Outcome, *SHOWN_OF_OUTCOMES).published().realised(on)
        ),
        "gifts": Gift.objects.published,
    }
