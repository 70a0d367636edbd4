"""The figures we publish, each defined once.

The page about the figures, the links beside each published number and the recomputation
from the open data all read this list, so that a number and its definition cannot part.
A figure's `key` is its anchor on that page and stays what it is: others link to it.
"""

from typing import NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """What a figure is counted in."""

    NUMBER = "number", _("a number of rows")
    OF_DUE = "of_due", _("so many of so many")
    SHARE = "share", _("a share, in percent")
    RIAL = "rial", _("rial in the data, toman on the pages")
    WORD = "word", _("a word that follows from dates and figures")


class Figure(NamedTuple):
    """`rows` is the URL name of the page that lists the rows it is made of."""

    key: str
    title: str | Promise
    definition: str | Promise
    unit: Unit
    rows: str


FIGURES = (
    Figure(
        "partners",
        _("Partner cities"),
        _(
            "The cities published here that Kashan works with, whether or not an"
            " agreement with them is signed yet."
        ),
        Unit.NUMBER,
        "city_list",
    ),
    Figure(
        "vitality",
        _("Vitality of a partnership"),
        _(
            "A deed is a promise kept, an outcome realised, or an engagement held for"
            " more than protocol that is more than a letter. A partnership is new in"
            " the first 365 days after its first signing; later it is lively while its"
            " last deed is at most 365 days old, fading up to 730 days, and dormant"
            " beyond that or without any deed. Editing a record revives nothing."
        ),
        Unit.WORD,
        "city_list",
    ),
    Figure(
        "agreements-in-force",
        _("Agreements in force"),
        _(
            "Agreements signed and in effect on the day, not terminated and not lapsed."
            " One that renews itself does not lapse; an amendment lives as long as the"
            " agreement it amends."
        ),
        Unit.NUMBER,
        "agreement_list",
    ),
    Figure(
        "promises-kept",
        _("Promises kept, of those due"),
        _(
            "Of the promises of signed agreements whose due day has come, those met"
            " with evidence; one of high priority only when a second person has"
            " confirmed it. A waived promise is not due, nor is one whose agreement was"
            " terminated before its day. One due on the very day and still open is not"
            " counted yet. A promise of both sides counts once for each side."
        ),
        Unit.OF_DUE,
        "promise_list",
    ),
    Figure(
        "promises-overdue",
        _("Promises overdue"),
        _(
            "Promises of signed agreements whose due day is past and on which no"
            " verdict had been reached by the day asked about. One whose agreement was"
            " terminated before its day is not due."
        ),
        Unit.NUMBER,
        "promise_list",
    ),
    Figure(
        "engagements-held",
        _("Engagements held"),
        _(
            "Visits, meetings and events begun by the day and not cancelled, including"
            " those whose date our records do not give."
        ),
        Unit.NUMBER,
        "engagement_list",
    ),
    Figure(
        "ceremony-share-of-engagements",
        _("Ceremony share of engagements"),
        _(
            "Of the engagements held in the year on a known day, the part that served"
            " protocol alone."
        ),
        Unit.SHARE,
        "engagement_list",
    ),
    Figure(
        "outcomes",
        _("Outcomes realised"),
        _(
            "What partnerships brought Kashan by the day, each with evidence. Verified"
            " means that somebody other than who claims it has checked the evidence."
        ),
        Unit.NUMBER,
        "outcome_list",
    ),
    Figure(
        "people-to-people",
        _("From people to people"),
        _(
            "How often people of the two cities met: engagements held, by their kind."
            " And how many people the outcomes count as trained or as visitors."
        ),
        Unit.NUMBER,
        "engagement_list",
    ),
    Figure(
        "rights-used",
        _("Membership rights used"),
        _(
            "How often a right of a membership (a vote, a listing, a call, a training"
            " or an event) was used by the day, with evidence."
        ),
        Unit.NUMBER,
        "membership_list",
    ),
    Figure(
        "fees-paid",
        _("Membership fees paid"),
        _(
            "What the published years' books spent on the fees of a membership up to"
            " the day, reversals and refunds taken off."
        ),
        Unit.RIAL,
        "membership_list",
    ),
    Figure(
        "cost-per-used-right",
        _("Cost per right used"),
        _("The fees paid for a membership, for each right of it that was used."),
        Unit.RIAL,
        "membership_list",
    ),
    Figure(
        "planned",
        _("Planned"),
        _("The original budget of the year, before any change."),
        Unit.RIAL,
        "budget",
    ),
    Figure(
        "updated",
        _("Updated"),
        _(
            "The original budget plus supplements, minus cuts, plus or minus transfers"
            " between lines."
        ),
        Unit.RIAL,
        "budget",
    ),
    Figure(
        "committed",
        _("Committed"),
        _("Set aside for an approved expense and not yet paid or released."),
        Unit.RIAL,
        "budget",
    ),
    Figure(
        "spent",
        _("Paid"),
        _("Payments, refunds and reversed payments taken off."),
        Unit.RIAL,
        "budget",
    ),
    Figure(
        "available",
        _("Available"),
        _("What is left of the updated budget: neither committed nor paid."),
        Unit.RIAL,
        "budget",
    ),
    Figure(
        "elapsed-share",
        _("Share of the year elapsed"),
        _(
            "Days from 1 Farvardin to the day, both counted, of the days of the Jalali"
            " year."
        ),
        Unit.SHARE,
        "budget",
    ),
    Figure(
        "spent-share",
        _("Share of the budget paid"),
        _("Paid, as a share of the updated budget."),
        Unit.SHARE,
        "budget",
    ),
    Figure(
        "used-share",
        _("Share of the budget used"),
        _("Committed and paid together, as a share of the updated budget."),
        Unit.SHARE,
        "budget",
    ),
    Figure(
        "kept-share-of-year",
        _("Share of the year's promises kept"),
        _(
            "Of the promises of both sides due within the year and up to the day, the"
            " part that was kept."
        ),
        Unit.SHARE,
        "promise_list",
    ),
    Figure(
        "reading",
        _("Reading of the pace"),
        _(
            "Money keeps up when the share of the budget used is at least three"
            " quarters of the share of the year elapsed; promises keep up when at least"
            " three quarters of those due are kept. Both: on track. Promises alone:"
            " thrift. Money alone: ceremony. Neither: stalled."
        ),
        Unit.WORD,
        "budget",
    ),
    Figure(
        "forecast",
        _("Forecast"),
        _(
            "What will be paid by the year's end if it goes on as up to the day: paid,"
            " times the days of the year, by the days elapsed. Shown to two digits."
        ),
        Unit.RIAL,
        "budget",
    ),
    Figure(
        "spent-by-month",
        _("Paid by month"),
        _(
            "Paid in each month of the Jalali year; payments in the weeks after the"
            " year, which still belong to it, come last."
        ),
        Unit.RIAL,
        "budget",
    ),
    Figure(
        "spent-by-purpose",
        _("Paid by purpose"),
        _(
            "Paid for expenses that serve an obligation, a membership right,"
            " exploration, or protocol."
        ),
        Unit.RIAL,
        "budget",
    ),
    Figure(
        "ceremony-share",
        _("Ceremony share of the money"),
        _("Of what was paid in the year, the part that served protocol alone."),
        Unit.SHARE,
        "budget",
    ),
    Figure(
        "spent-by-partner",
        _("Paid by partner"),
        _(
            "Paid for expenses that lead to one partner city, by the agreement, the"
            " promise or the engagement they were made for. What leads to none, or to"
            " several at once, stands apart; so does what leads to a city that is not"
            " published."
        ),
        Unit.RIAL,
        "budget",
    ),
    Figure(
        "cost-per-kept-promise",
        _("Cost per promise kept"),
        _(
            "What the year paid for a partner city, for each promise of either side"
            " with that city that was due in the year and kept."
        ),
        Unit.RIAL,
        "budget",
    ),
)
BY_KEY = {figure.key: figure for figure in FIGURES}
