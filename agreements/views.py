"""The public pages. Every row they show is published; that is asked as of today, while
the state of what is shown is that of the day in `?on=` (see `kashan_diplomacy.as_of`).
"""

from django.db.models import Count, F, Prefetch, Q, prefetch_related_objects
from django.db.models.functions import Lower
from django.http import FileResponse, Http404, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kashan_diplomacy import jalali
from kashan_diplomacy.as_of import AsOf
from kashan_diplomacy.list_filters import page_of
from kashan_diplomacy.presence import prefetches
from kashan_diplomacy.templatetags.persian import in_persian

from .filters import AgreementFilter, PartnerFilter
from .models import (
    Agreement,
    City,
    Document,
    Engagement,
    Gift,
    Membership,
    MembershipRight,
    Milestone,
    Obligation,
    Outcome,
    RightUsed,
    Side,
    Theme,
    promises_of,
)
from .partner_map import PartnerMap
from .steps import steps
from .story import LATEST, people_to_people, timeline
from .vitality import ids_of_city, last_deeds, numbers_by_city, with_deeds


def city_list(request):
    as_of = AsOf(request)
    narrow = PartnerFilter(request)
    cities = narrow.apply(City.objects.published()).order_by(*_by_name())
    page = page_of(request, narrow.by_vitality(cities, as_of.on))
    page.object_list = with_deeds(page.object_list, as_of.on, is_public=True)
    agreements = Agreement.objects.published().with_standing(is_public=True)
    # Not with its city: that is the one it is read for.
    agreements = agreements.select_related(None).select_related("amends", "text")
    prefetch_related_objects(
        page.object_list,
        Prefetch("agreements", agreements, to_attr="agreements_read"),
    )
    promises = (
        Milestone.objects.published()
        .filter(obligation__agreement__city__in=page.object_list)
        .promises_by_city(as_of.on)
    )
    numbers = numbers_by_city(
        Engagement.objects.published().held(as_of.on), [city.pk for city in page]
    )
    context = {
        "as_of": as_of,
        "filter": narrow,
        "page": page,
        "cities": [(city, promises.get(city.pk), numbers[city.pk]) for city in page],
        "map": PartnerMap(page.object_list, as_of.on),
    }
    return render(request, "agreements/city_list.html", context)


def city_detail(request, slug):
    as_of = AsOf(request)
    found = City.objects.published().filter(slug=slug)
    city = next(iter(with_deeds(found, as_of.on, is_public=True)), None)
    if city is None:
        raise Http404
    agreements = list(city.agreements.published().with_standing(is_public=True))
    signed = [each for each in agreements if each.is_signed(as_of.on)]
    met, outcomes = (
        [row["pk"] for row in ids_of_city(rows.published(), city, is_public=True)]
        for rows in (Engagement.objects, Outcome.objects)
    )
    engagements = published_engagements().filter(pk__in=met)
    obligations = _obligations(signed)
    milestones = _milestones(obligations)
    context = {
        "as_of": as_of,
        "city": city,
        "map": PartnerMap([city], as_of.on) if city.latitude is not None else None,
        "deed": last_deeds([city], as_of.on, is_public=True).get(city.pk),
        "outcomes": list(published_outcomes(as_of.on).filter(pk__in=outcomes)),
        "agreements": agreements,
        "documents": Document.objects.published().filter(agreement__in=agreements),
        "obligations": obligations,
        "milestones": milestones,
        "themes": Theme.objects.filter(obligations__agreement__in=signed).distinct(),
        "promises": promises_told(milestones, as_of, partner=city.slug),
        "engagements": {
            "coming": coming_first(engagements.filter(to_come(as_of.on))),
            "past": list(engagements.exclude(to_come(as_of.on))[:LATEST]),
        },
        "latest": LATEST,
    }
    held = engagements.held(as_of.on).order_by().values_list("kind")
    numbers = dict(held.annotate(Count("pk")))
    context["people"] = people_to_people(context["outcomes"], numbers)
    context["timeline"] = timeline(context)
    return render(request, "agreements/city_detail.html", context)


def agreement_list(request):
    as_of = AsOf(request)
    narrow = AgreementFilter(request)
    published = Agreement.objects.published()
    agreements = narrow.apply(published.with_standing(is_public=True))
    return render(
        request,
        "agreements/agreement_list.html",
        {"as_of": as_of, "filter": narrow, "page": page_of(request, agreements)},
    )


def agreement_detail(request, pk):
    as_of = AsOf(request)
    published = Agreement.objects.published()
    agreement = get_object_or_404(
        published.with_standing(is_public=True).prefetch_related(
            "signatories",
            "articles",
            "amendments_read__articles",
            Prefetch(
                "documents",
                Document.objects.published(),
                to_attr="published_documents",
            ),
        ),
        pk=pk,
    )
    obligations = _obligations([agreement])
    context = {
        "as_of": as_of,
        "agreement": agreement,
        "amended": agreement.amends_id
        and published.filter(pk=agreement.amends_id).first(),
        "steps": steps(agreement, as_of.on),
        "articles": agreement.consolidated_articles(as_of.on),
        "obligations": obligations,
        "promises": promises_told(
            _milestones(obligations), as_of, agreement=agreement.pk
        ),
        "engagements": by_time(
            published_engagements().filter(agreement=agreement), as_of.on
        ),
    }
    return render(request, "agreements/agreement_detail.html", context)


def membership_list(request):
    as_of = AsOf(request)
    memberships = (
        Membership.objects.published()
        .select_related("organisation")
        .prefetch_related(
            Prefetch("rights", MembershipRight.objects.all()),
            Prefetch("rights_used", RightUsed.objects.by_day(as_of.on)),
            Prefetch("documents", Document.objects.published()),
        )
        .order_by(*_by_name("organisation__"))
    )
    return render(
        request,
        "agreements/membership_list.html",
        {"as_of": as_of, "memberships": memberships},
    )


@require_safe
def document_file(request, pk):
    """The file of a document that the asker may see; to others there is none.

    Only pictures are shown in place: whatever else a file may turn out to be, the
    browser saves it and opens nothing.
    """
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    try:
        file = document.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file,
        as_attachment=not document.is_image,
        filename=document.download_name,
        content_type=document.content_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def gift_list(request):
    as_of = AsOf(request)
    gifts = (
        Gift.objects.published()
        .filter(Q(given_on=None) | Q(given_on__lte=as_of.on))
        .prefetch_related(Prefetch("engagement", Engagement.objects.published()))
    )
    return render(
        request, "agreements/gift_list.html", {"as_of": as_of, "gifts": gifts}
    )


def outcome_list(request):
    as_of = AsOf(request)
    return render(
        request,
        "agreements/outcome_list.html",
        {"as_of": as_of, "outcomes": published_outcomes(as_of.on)},
    )


#: What the public may know of where an outcome came from.
ORIGINS = {
    "themes": Theme.objects.all,
    "city": City.objects.published,
    "agreement": Agreement.objects.published,
    "engagement": Engagement.objects.published,
    "documents": Document.objects.published,
}


def published_outcomes(on):
    """Realised by day `on`, with what the public may know of where they came from."""
    outcomes = Outcome.objects.published().realised(on)
    return outcomes.prefetch_related(*prefetches(Outcome, ORIGINS))


def published_engagements():
    """With what the public may know of who took part."""
    return Engagement.objects.published().prefetch_related(
        Prefetch("cities", City.objects.published()), "organisations"
    )


def to_come(on):
    """Of an engagement: that it has not begun by day `on`."""
    return Q(starts_on__gt=on) | Q(starts_on=None, is_date_unknown=False)


def coming_first(engagements):
    return engagements.order_by(F("starts_on").asc(nulls_last=True), "pk")


def by_time(engagements, on):
    """Those still to come on day `on`, the nearest first, and the others."""
    coming, past = [], []
    for engagement in engagements:
        has_begun = engagement.is_date_unknown or (
            engagement.starts_on and engagement.starts_on <= on
        )
        (past if has_begun else coming).append(engagement)
    coming.sort(key=lambda each: (each.starts_on is None, each.starts_on))
    return {"coming": coming, "past": past}


def promises_kept(milestones, as_of, **of):
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


def promises_told(milestones, as_of, **of):
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
    return f"{reverse('promise_list')}?{query.urlencode()}"


def _obligations(agreements):
    """The obligations of these agreements by side, with their milestones.

    An unpublished engagement that a milestone was met by is left out, and so is a
    document that is not public.
    """
    milestones = Milestone.objects.prefetch_related(
        Prefetch("engagement", Engagement.objects.published()),
        Prefetch("evidence_document", Document.objects.published()),
        "moves",
    )
    obligations = (
        Obligation.objects.select_related("responsible_organisation")
        .prefetch_related(Prefetch("milestones", milestones, to_attr="milestones_read"))
        .order_by("article", "pk")
    )
    prefetch_related_objects(
        agreements, Prefetch("obligations", obligations, to_attr="obligations_read")
    )
    by_side = {side: [] for side in Side}
    for agreement in agreements:
        for obligation in agreement.obligations_read:
            by_side[Side(obligation.side)].append(obligation)
    return by_side


def _milestones(obligations):
    return [
        milestone
        for side in obligations.values()
        for obligation in side
        for milestone in obligation.milestones_read
    ]


def _by_name(path=""):
    """In the alphabetical order of the page's language."""
    return (
        f"{path}name_sort" if in_persian() else Lower(f"{path}name_en"),
        "pk",
    )
