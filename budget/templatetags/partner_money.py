"""What a partner and a membership cost, for pages of `agreements`, which itself knows
nothing of money. Only the books of published years are told: of a fee that is due or
booked in another year, what has become of it is not."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django import template
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext

from agreements.models import City, Membership, Milestone, Promises, promises_of
from budget.models import Entry, Expense, FiscalYear, MembershipFee
from budget.reports import of_city
from budget.reports import spending as spending_of
from budget.value import Worth, rights_used
from kashan_diplomacy import jalali
from kashan_diplomacy.templatetags.persian import digits

register = template.Library()


class YearOfPartner(NamedTuple):
    year: FiscalYear
    worth: Worth
    due: int

    @property
    def kept_of_due(self) -> str:
        told = {"kept": digits(self.worth.count), "due": digits(self.due)}
        return gettext("%(kept)s of %(due)s") % told


@register.simple_tag
def years_of_partner(
    city: City, milestones: Iterable[Milestone], on: datetime.date
) -> list[YearOfPartner]:
    """What each published year paid for the partner by day `on`, for which of its
    `milestones` kept, the newest first; years with neither are left out."""
    years = FiscalYear.objects.published()
    entries = of_city(Entry.objects.filter(fiscal_year__in=years).up_to(on), city)
    spent = dict(spending_of(entries.annotate(grouped_by=F("fiscal_year"))))
    promises = _promises_by_year(milestones, on)
    found = []
    for year in years:
        both = promises.get(year.year, Promises())
        if spent.get(year.pk) or both.due:
            worth = Worth(spent.get(year.pk, 0), both.kept)
            found.append(YearOfPartner(year, worth, both.due))
    return found


def _promises_by_year(milestones, on):
    """Those of both sides due in each Jalali year; one of both counts for each."""
    by_year = defaultdict(list)
    for milestone in milestones:
        by_year[jalali.from_gregorian(milestone.due_on).year].append(milestone)
    return {
        year: sum(promises_of(due, on).values(), Promises())
        for year, due in by_year.items()
    }


class MembershipMoney(NamedTuple):
    membership: Membership
    fees: list[MembershipFee]
    worth: Worth


@register.simple_tag
def with_money(memberships, on: datetime.date) -> list[MembershipMoney]:
    """Each with its fees due by day `on`, as they stood then, and what was paid for
    each right used by it; four queries, however many memberships."""
    years = FiscalYear.objects.published()
    fees = _fees_told(memberships, on, years)
    for_fees = Expense.objects.filter(membership_fee__membership__in=memberships)
    paid = Entry.objects.filter(fiscal_year__in=years, expense__in=for_fees)
    grouped = paid.up_to(on).annotate(
        grouped_by=F("expense__membership_fee__membership")
    )
    spent = dict(spending_of(grouped))
    used: dict[int, int] = defaultdict(int)
    for pk in rights_used(on).values_list("membership", flat=True):
        used[pk] += 1
    return [
        MembershipMoney(
            each, fees[each.pk], Worth(spent.get(each.pk, 0), used[each.pk])
        )
        for each in memberships
    ]


def _fees_told(memberships, on, years):
    """By membership; without a state where other years than these tell of it."""
    unseen = dict(FiscalYear.objects.exclude(pk__in=years).values_list("year", "pk"))
    booked = Expense.objects.filter(
        membership_fee=OuterRef("pk"), line__fiscal_year__in=unseen.values()
    )
    due = MembershipFee.objects.filter(membership__in=memberships, due_on__lte=on)
    fees = defaultdict(list)
    for fee in due.with_state(on).annotate(is_booked_unseen=Exists(booked)):
        if fee.is_booked_unseen or jalali.from_gregorian(fee.due_on).year in unseen:
            fee.state = None
        fees[fee.membership_id].append(fee)
    return fees
