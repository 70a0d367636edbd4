"""What the public pages tell of promises: the obligations, and what came of them."""

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import QueryDict

from kashan_diplomacy import jalali
from kashan_diplomacy.addresses import address
from kashan_diplomacy.as_of import AsOf
from kashan_diplomacy.presence import read_present

from .models import (
    Agreement,
    Document,
    Engagement,
    Milestone,
    Obligation,
    Side,
    promises_of,
)

#: By what a milestone was met, as far as the public may see it.
MET_BY = {
    "engagement": Engagement.objects.published,
    "evidence_document": Document.objects.published,
}


def promises_kept(milestones: QuerySet, as_of: AsOf, **of: object) -> dict:
    """What came of the published among them, by side, and whether some are examples.

    `rows` is where those due are listed; `of` is what narrows that list down to them.
    """
    published = milestones.published()
    examples = Q(is_illustrative=True) | Q(obligation__is_illustrative=True)
    return {
        **published.promises(as_of.on),
        "has_examples": published.due(as_of.on).filter(examples).exists(),
        "rows": _promise_rows(as_of, of),
    }


def promises_told(milestones: list[Milestone], as_of: AsOf, **of: object) -> dict:
    """As `promises_kept`, of milestones that the page has read anyway."""
    return {
        **promises_of(milestones, as_of.on),
        "has_examples": any(
            each.is_illustrative or each.obligation.is_illustrative
            for each in milestones
            if each.is_due(as_of.on)
        ),
        "rows": _promise_rows(as_of, of),
    }


def _promise_rows(as_of, of):
    query = QueryDict(mutable=True)
    query.update({**of, "due": "so_far"})
    if as_of.chosen:
        query["on"] = jalali.iso(as_of.chosen)
    return f"{address('promise_list')}?{query.urlencode()}"


def obligations_of(agreements: list[Agreement]) -> dict[Side, list[Obligation]]:
    """The obligations of these agreements by side, each with `milestones_read`."""
    obligations = (
        Obligation.objects.select_related("responsible_organisation")
        .prefetch_related(Prefetch("milestones", to_attr="milestones_read"))
        .order_by("article", "pk")
    )
    prefetch_related_objects(
        agreements, Prefetch("obligations", obligations, to_attr="obligations_read")
    )
    by_side: dict[Side, list[Obligation]] = {side: [] for side in Side}
    for agreement in agreements:
        for obligation in agreement.obligations_read:
            by_side[Side(obligation.side)].append(obligation)
    milestones = milestones_of(by_side)
    read_present(milestones, MET_BY)
    prefetch_related_objects([each for each in milestones if each.is_moved], "moves")
    return by_side


def milestones_of(obligations: dict[Side, list[Obligation]]) -> list[Milestone]:
    """All of `obligations_of`."""
    return [
        milestone
        for side in obligations.values()
        for obligation in side
        for milestone in obligation.milestones_read
    ]
