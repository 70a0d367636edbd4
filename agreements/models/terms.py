"""The term of an agreement: when it ends, by when notice has to be given."""

import datetime
from typing import NamedTuple

from kashan_diplomacy.jalali import add_months

#: An agreement is called expiring this many days before its last day for a decision.
WARNED_DAYS = 90


class Term(NamedTuple):
    """The term that runs on a day. `ends_on` is its last day, `months` how long it
    renews itself for; None where it does not."""

    ends_on: datetime.date
    notice_on: datetime.date | None
    months: int | None
    renewals: int
    is_extension: bool = False

    @property
    def renews(self) -> bool:
        return bool(self.months)

    @property
    def is_renewed(self) -> bool:
        """Whether it is not the first term: it renewed itself or was agreed anew."""
        return self.is_extension or self.renewals > 0

    def is_ending(self, on: datetime.date) -> bool:
        """Whether somebody has to decide about it now.

        What renews itself can be stopped until the notice date and no longer; what
        does not renew goes on ending until its last day.
        """
        warned_on = (self.notice_on or self.ends_on) - datetime.timedelta(WARNED_DAYS)
        last_on = (self.notice_on or self.ends_on) if self.renews else self.ends_on
        return warned_on <= on <= last_on


def running_term(
    first_end: datetime.date,
    months: int | None,
    notice_days: int | None,
    on: datetime.date,
) -> Term:
    """The term running on `on` of what first ends on `first_end`.

    It renews itself every `months` months, if given. Every renewal counts from the
    first term's end, so that a day clamped to a short month does not drift.
    """
    end, renewals = first_end, 0
    while months and end < on:
        renewals += 1
        end = add_months(first_end, renewals * months)
    notice_on = end - datetime.timedelta(notice_days) if notice_days else None
    return Term(end, notice_on, months, renewals)
