"""Help on the pages of the admin: for each model what it is, and the rule behind it.

The term itself is the model's name. One table, so that a rule that changes is told anew
in one place.
"""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Help(NamedTuple):
    what: str
    rule: str


HELP = {
    "agreements.city": Help(
        _("A city that Kashan has, or seeks, a partnership with."),
        _(
            "A city in Iran is a domestic partner: its agreements need no clearance but"
            " that of the City Council. How lively a partnership is follows from its"
            " last evidenced deed, never from an edit."
        ),
    ),
    "agreements.agreement": Help(
        _("What Kashan and a partner city bind themselves to."),
        _(
            "It may be signed once every authority has cleared the very text named, or"
            " with a written exemption. What is signed changes by an amendment; its"
            " state follows from its dates."
        ),
    ),
    "agreements.obligation": Help(
        _("What one side, or both, took upon itself in an article of an agreement."),
        _(
            "An obligation that repeats plans its milestones by itself, to the end of"
            " the current term."
        ),
    ),
    "agreements.milestone": Help(
        _("The day by which a promise, or a part of it, is to be kept."),
        _(
            "Met needs evidence; of high priority, also a second person's word. The day"
            " first promised never changes, and each move says why."
        ),
    ),
    "agreements.document": Help(
        _("A file: the text of an agreement, minutes, a letter, evidence, a photo."),
        _("A file never changes: another text is another document, known by its hash."),
    ),
    "agreements.clearance": Help(
        _("What an authority was asked, and said, about one text."),
        _(
            "Silence never clears. It holds for the very text it was given for: change"
            " the text and it no longer counts."
        ),
    ),
    "agreements.engagement": Help(
        _("A visit, a meeting, an event or a letter."),
        _(
            "From the day after it, a report is owed: what happened, what came of it,"
            " what comes next. Protocol alone keeps no partnership alive."
        ),
    ),
    "agreements.followup": Help(
        _("What was promised in person: who does it, and by when."),
        _("One without a day stays on the list until a day is set for it."),
    ),
    "agreements.gift": Help(
        _("What was given or received, from whom, and where it is now."),
        _("Every gift is registered with an estimated value, whoever received it."),
    ),
    "agreements.outcome": Help(
        _("What came of a partnership: money, knowledge, people, trade."),
        _("It counts as claimed until another person verifies it by its evidence."),
    ),
    "agreements.membership": Help(
        _("Kashan's membership in an international body."),
        _(
            "Before each notice date somebody decides to keep or to leave; without a"
            " decision it goes on, and costs."
        ),
    ),
    "agreements.rightused": Help(
        _("A right of a membership that was used: a vote, a listing, a training."),
        _("What a membership costs is compared with the rights that were used."),
    ),
    "agreements.organisation": Help(
        _("A ministry, a council, an embassy, an international body."),
        _("Those marked as clearing have to clear each agreement of their kind."),
    ),
    "agreements.theme": Help(
        _("A field of cooperation, such as waste management or tourism."),
        _("Obligations and engagements name theirs, so that pages can be read by it."),
    ),
    "budget.fiscalyear": Help(
        _("The Jalali year, from 1 Farvardin to the last day of Esfand."),
        _(
            "What was committed in the year may be paid until 15 Ordibehesht of the"
            " next. A closed month takes no entry."
        ),
    ),
    "budget.budgetline": Help(
        _("A line of the year's budget, and what became of its money."),
        _(
            "Approved is always the sum of available, committed and paid; none of them"
            " can fall below zero."
        ),
    ),
    "budget.expense": Help(
        _("A request to spend from a budget line."),
        _(
            "Four eyes: who requests an expense neither commits nor pays it. Books are"
            " kept in rial and shown in toman; 1 toman is 10 rial."
        ),
    ),
    "budget.membershipfee": Help(
        _("What a membership costs for a period, in the currency of the invoice."),
        _(
            "Its cost in rial is known only when it is paid. A transfer that is blocked"
            " is recorded with the reason."
        ),
    ),
    "budget.exchangerate": Help(
        _("The rial that one unit of a currency costs from a day on."),
        _("A rate that was used stays as it was: a newer one is a rate of its own."),
    ),
    "budget.entry": Help(
        _("A movement of rial between two places of a budget line."),
        _(
            "An entry is never changed or deleted: what was wrong is put right by a"
            " reversal, and each entry is sealed with the one before it."
        ),
    ),
    "budget.closing": Help(
        _("A month, or a year, closed for good, with the entries it held."),
        _("A correction after that is an entry of a later day."),
    ),
}
