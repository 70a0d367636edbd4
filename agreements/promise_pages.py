"""The public list of promises: every milestone of both sides, kept or not."""

from django.shortcuts import render

from kashan_diplomacy.as_of import AsOf
from kashan_diplomacy.list_filters import page_of
from kashan_diplomacy.presence import prefetches

from .filters import PromiseFilter
from .models import Milestone
from .promised import MET_BY, promises_kept


def promise_list(request):
    """The tallies above the list count what the list, so narrowed, is made of."""
    as_of = AsOf(request)
    narrow = PromiseFilter(request)
    found = narrow.apply(Milestone.objects.published(), as_of.on)
    rows = (
        found.with_standing()
        .select_related(
            "obligation__agreement__city", "obligation__responsible_organisation"
        )
        .prefetch_related(
            "moves",
            "obligation__themes",
            *prefetches(Milestone, MET_BY),
        )
        .order_by("-due_on", "-pk")
    )
    counted = Milestone.objects.filter(pk__in=found.values("pk"))
    context = {
        "as_of": as_of,
        "filter": narrow,
        "page": page_of(request, rows),
        "promises": promises_kept(counted, as_of),
        "side": narrow.chosen.get("side"),
    }
    return render(request, "agreements/promise_list.html", context)
