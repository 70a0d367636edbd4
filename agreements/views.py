"""The public pages. Every row they show is published; that is asked as of today, while
the state of what is shown is that of the day in `?on=` (see `kashan_diplomacy.as_of`).
"""

from django.db.models import Count, F, Prefetch, Q, prefetch_related_objects
from django.db.models.functions import Lower
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kashan_diplomacy.as_of import AsOf
from kashan_diplomacy.list_filters import page_of
from kashan_diplomacy.presence import read_present, with_presence
from kashan_diplomacy.templatetags.persian import in_persian

from .filters import AgreementFilter, PartnerFilter
from .models import (
    Agreement,
    Article,
    City,
    Document,
    Engagement,
    Gift,
    Membership,
    MembershipRight,
    Milestone,
    Outcome,
    RightUsed,
    Signatory,
    Theme,
)
from .partner_map import PartnerMap
from .promised import milestones_of, obligations_of, promises_told
from .steps import steps
from .story import LATEST, people_to_people, timeline
from .vitality import ids_of_city, last_deeds, numbers_by_city, with_deeds

#: Beside an agreement itself, what the public may see of its parts.
AGREEMENT_PARTS = {
    "signatories": Signatory.objects.all,
    "articles": Article.objects.all,
    "documents": Document.objects.published,
}


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
    obligations = obligations_of(signed)
    milestones = milestones_of(obligations)
    context = {
        "as_of": as_of,
        "city": city,
        "map": PartnerMap([city], as_of.on) if city.latitude is not None else None,
        "deed": last_deeds([city], as_of.on, is_public=True).get(city.pk),
        "outcomes": published_outcomes(as_of.on, pk__in=outcomes),
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
    rows = with_presence(Agreement, *AGREEMENT_PARTS).published()
    agreement = get_object_or_404(rows.with_standing(is_public=True), pk=pk)
    read_present([agreement], AGREEMENT_PARTS)
    articles = Prefetch("articles", to_attr="articles_read")
    prefetch_related_objects(agreement.amendments_read, articles)
    obligations = obligations_of([agreement])
    context = {
        "as_of": as_of,
        "agreement": agreement,
        "amended": agreement.amends_id
        and published.filter(pk=agreement.amends_id).first(),
        "steps": steps(agreement, as_of.on),
        "articles": agreement.consolidated_articles(as_of.on),
        "obligations": obligations,
        "promises": promises_told(
            milestones_of(obligations), as_of, agreement=agreement.pk
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
SHOWN_OF_OUTCOMES = {
    "themes": Theme.objects.all,
    "city": City.objects.published,
    "agreement": Agreement.objects.published,
    "engagement": Engagement.objects.published,
    "documents": Document.objects.published,
}


def published_outcomes(on, **of):
    """Those realised by day `on`, with what the public may know of their origins."""
    rows = with_presence(Outcome, *SHOWN_OF_OUTCOMES).published().realised(on)
    outcomes = list(rows.filter(**of))
    read_present(outcomes, SHOWN_OF_OUTCOMES)
    return outcomes


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


def _by_name(path=""):
    """In the alphabetical order of the page's language."""
    return (
        f"{path}name_sort" if in_persian() else Lower(f"{path}name_en"),
        "pk",
    )
