"""What the public lists can be narrowed down to. Only published rows offer choices."""

import datetime

from django import forms
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from kashan_diplomacy import jalali
from kashan_diplomacy.list_filters import ListFilter, choices
from kashan_diplomacy.persian import search_key, sort_key
from kashan_diplomacy.templatetags.pages import country_name
from kashan_diplomacy.templatetags.persian import in_persian, local

from .models import (
    Agreement,
    City,
    Engagement,
    Milestone,
    Obligation,
    Purpose,
    Side,
    Theme,
)
from .templatetags.standing import Undecided
from .vitality import Vitality, ids_of_city, vitality, with_deeds

SOON = datetime.timedelta(days=90)


class ThemeField(forms.ModelChoiceField):
    """A theme by its slug, which stays readable in the address."""

    def __init__(self):
        super().__init__(
            Theme.objects.all(),
            label=_("Theme"),
            required=False,
            to_field_name="slug",
            empty_label=_("all themes"),
        )

    def label_from_instance(self, theme):
        return local(theme, "name")


class PartnerField(forms.ModelChoiceField):
    """A partner by its slug, for links alone: a choice of them all would be long."""

    def __init__(self):
        super().__init__(
            City.objects.none(),
            required=False,
            to_field_name="slug",
            widget=forms.HiddenInput,
        )


class PartnerFilter(ListFilter):
    country = forms.ChoiceField(label=_("Country"), required=False)
    kind = forms.ChoiceField(label=_("Agreement"), required=False)
    theme = ThemeField()
    vitality = forms.ChoiceField(
        label=_("Partnership"),
        choices=choices(Vitality, _("all states")),
        required=False,
    )

    field_order = ["q", "country", "kind", "theme", "vitality"]

    def __init__(self, request):
        super().__init__(request)
        self.fields["country"].choices = choices(_countries(), _("all countries"))
        self.fields["kind"].choices = choices(_kinds(), _("all kinds"))

    def apply(self, cities):
        """`cities` narrowed down, but for their vitality: that is computed."""
        chosen = self.chosen
        cities = cities.filter(self.search(City, also=_in_country))
        if country := chosen.get("country"):
            cities = cities.filter(country=country)
        agreements = Agreement.objects.published()
        if kind := chosen.get("kind"):
            pacts = agreements.filter(kind=kind)
            cities = cities.filter(pk__in=pacts.values("city"))
        if theme := chosen.get("theme"):
            cities = cities.filter(cities_on(theme))
        return cities

    def by_vitality(self, cities, on):
        """Those of `cities` whose partnership is as alive as asked: this weighs the
        deeds of all of them, unless nothing is asked."""
        wanted = self.chosen.get("vitality")
        if not wanted:
            return cities
        weighed = with_deeds(cities, on, is_public=True)
        alive = [city.pk for city in weighed if vitality(city, on) == wanted]
        return cities.filter(pk__in=alive)


def cities_on(theme: Theme) -> Q:
    """Cities that promised something, or met with Kashan, on this theme in public."""
    published = Agreement.objects.published()
    promised = published.filter(obligations__themes=theme).values("city")
    met = Engagement.objects.published().filter(themes=theme, cancelled_on=None)
    return Q(pk__in=promised) | Q(pk__in=met.values("cities"))


def _countries():
    codes = City.objects.published().order_by().values_list("country").distinct()
    named = [(code, country_name(code)) for (code,) in codes]
    return sorted(
        named, key=lambda each: sort_key(each[1]) if in_persian() else each[1]
    )


def _kinds():
    kinds = Agreement.objects.published().order_by().values_list("kind", flat=True)
    there = set(kinds.distinct())
    return [choice for choice in Agreement.Kind.choices if choice[0] in there]


def _in_country(key: str) -> Q:
    named = [code for code, name in countries if key in search_key(str(name))]
    return Q(country__in=named)


class Due(models.TextChoices):
    SO_FAR = "so_far", _("due so far")
    SOON = "soon", _("within 90 days")
    LATER = "later", _("later than 90 days")


class PromiseFilter(ListFilter):
    """By side a promise of both counts for each."""

    SIDES = [
        (Side.KASHAN.value, _("promised by Kashan")),
        (Side.PARTNER.value, _("promised by the partner")),
    ]
    COUNTED = "counted"
    VERDICTS = [
        (COUNTED, _("counted as due")),
        *Milestone.Verdict.choices,
        *(
            (each.value, each.label)
            for each in (Undecided.UNCONFIRMED, Undecided.OVERDUE, Undecided.PENDING)
        ),
    ]

    side = forms.ChoiceField(
        label=_("Side"), choices=choices(SIDES, _("both sides")), required=False
    )
    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=choices(VERDICTS, _("any verdict")), required=False
    )
    theme = ThemeField()
    due = forms.ChoiceField(
        label=_("Due"), choices=choices(Due, _("any day")), required=False
    )
    partner = PartnerField()
    agreement = forms.ModelChoiceField(
        Agreement.objects.none(), required=False, widget=forms.HiddenInput
    )
    year = forms.IntegerField(
        min_value=1300, max_value=1500, required=False, widget=forms.HiddenInput
    )

    field_order = ["q", "side", "verdict", "theme", "due"]

    def __init__(self, request):
        super().__init__(request)
        self.fields["partner"].queryset = City.objects.published()
        self.fields["agreement"].queryset = Agreement.objects.published()

    def apply(self, milestones, on: datetime.date | None = None):
        on = on or timezone.localdate()
        chosen = self.chosen
        if partner := chosen.get("partner"):
            milestones = milestones.filter(obligation__agreement__city=partner)
        if agreement := chosen.get("agreement"):
            milestones = milestones.filter(obligation__agreement=agreement)
        milestones = milestones.filter(self.search(Obligation, "obligation"))
        if side := chosen.get("side"):
            milestones = milestones.filter(obligation__side__in=[side, Side.BOTH])
        if theme := chosen.get("theme"):
            milestones = milestones.filter(obligation__themes=theme)
        if year := chosen.get("year"):
            days = jalali.year_start(year), jalali.year_end(year)
            milestones = milestones.filter(due_on__range=days)
        if due := chosen.get("due"):
            milestones = _DUE[due](milestones, on)
        if verdict := chosen.get("verdict"):
            milestones = self._with_verdict(milestones.with_result(on), verdict, on)
        return milestones

    def _with_verdict(self, milestones, verdict, on):
        """Of rows of `with_result`; what is counted or overdue, somebody signed."""
        if verdict == self.COUNTED:
            return milestones.counted(on)
        if verdict == Undecided.PENDING:
            return milestones.binding(on).filter(result=None)
        if verdict == Undecided.OVERDUE:
            return milestones.overdue(on)
        return milestones.filter(result=verdict)


_DUE = {
    Due.SO_FAR: lambda rows, on: rows.due(on),
    Due.SOON: lambda rows, on: rows.filter(due_on__gt=on, due_on__lte=on + SOON),
    Due.LATER: lambda rows, on: rows.filter(due_on__gt=on + SOON),
}


class EngagementFilter(ListFilter):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=choices(Engagement.Kind, _("all kinds")),
        required=False,
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=choices(Purpose, _("any purpose")),
        required=False,
    )
    theme = ThemeField()
    partner = PartnerField()

    field_order = ["q", "kind", "purpose", "theme"]

    def __init__(self, request):
        super().__init__(request)
        self.fields["partner"].queryset = City.objects.published()

    def apply(self, engagements):
        chosen = self.chosen
        rows = engagements.filter(self.search(Engagement))
        if partner := chosen.get("partner"):
            ids = ids_of_city(Engagement.objects.published(), partner, is_public=True)
            rows = rows.filter(pk__in=ids)
        for name in "kind", "purpose":
            if name in chosen:
                rows = rows.filter(**{name: chosen[name]})
        if theme := chosen.get("theme"):
            rows = rows.filter(themes=theme)
        return rows


class AgreementFilter(ListFilter):
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, request):
        super().__init__(request)
        self.fields["kind"].choices = choices(_kinds(), _("all kinds"))

    def apply(self, agreements):
        rows = agreements.filter(self.search(Agreement))
        if kind := self.chosen.get("kind"):
            rows = rows.filter(kind=kind)
        return rows
