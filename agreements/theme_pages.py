"""The public pages by theme: who works with Kashan on it, and what came of it."""

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.shortcuts import get_object_or_404, render

from kashan_diplomacy.as_of import AsOf
from kashan_diplomacy.templatetags.persian import in_persian

from .filters import cities_on
from .models import (
    Agreement,
    City,
    Engagement,
    Milestone,
    Obligation,
    Organisation,
    Outcome,
    Theme,
)
from .promised import promises_kept
from .views import by_time, published_engagements, published_outcomes
from .vitality import with_deeds


def theme_list(request):
    as_of = AsOf(request)
    obligations = Obligation.objects.filter(agreement__in=Agreement.objects.published())
    themes = Theme.objects.annotate(
        promises=_count("themes", obligations),
        engagements_held=_count(
            "themes", Engagement.objects.published().held(as_of.on)
        ),
        outcomes_realised=_count(
            "themes", Outcome.objects.published().realised(as_of.on)
        ),
    ).order_by("name_sort" if in_persian() else Lower("name_en"), "pk")
    return render(
        request, "agreements/theme_list.html", {"as_of": as_of, "themes": themes}
    )


def _count(path, rows):
    """How many of `rows` name the theme; a subquery each, so that none multiplies."""
    named = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Coalesce(Subquery(named.annotate(n=Count("pk")).values("n")), 0)


def theme_detail(request, slug):
    as_of = AsOf(request)
    theme = get_object_or_404(Theme, slug=slug)
    engagements = published_engagements().filter(themes=theme)
    milestones = Milestone.objects.filter(obligation__themes=theme)
    with_us = Q(engagements__in=engagements.filter(cancelled_on=None))
    dated = Milestone.objects.with_standing()
    obligations = (
        Obligation.objects.filter(
            themes=theme, agreement__in=Agreement.objects.published()
        )
        .select_related("agreement__city", "responsible_organisation")
        .prefetch_related(Prefetch("milestones", dated))
    )
    context = {
        "as_of": as_of,
        "theme": theme,
        "cities": with_deeds(
            City.objects.published().filter(cities_on(theme)), as_of.on, is_public=True
        ),
        "organisations": Organisation.objects.filter(with_us).distinct(),
        "obligations": obligations,
        "promises": promises_kept(milestones, as_of, theme=slug),
        "engagements": by_time(engagements, as_of.on),
        "outcomes": published_outcomes(as_of.on, themes=theme),
    }
    return render(request, "agreements/theme_detail.html", context)
