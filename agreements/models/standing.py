"""How an agreement stands on a day: cleared, in force, ending, and what it says."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.jalali import add_months

from .organisations import Organisation
from .terms import Term, running_term

if TYPE_CHECKING:
    from .agreements import Agreement
    from .articles import Article


class State(models.TextChoices):
    """Derived from the dates by `Agreement.state()`; stored nowhere."""

    IN_PREPARATION = "in_preparation", _("in preparation")
    AWAITING_CLEARANCE = "awaiting_clearance", _("awaiting clearance")
    CLEARED = "cleared", _("cleared, not yet signed")
    SIGNED = "signed", _("signed, not yet in effect")
    IN_FORCE = "in_force", _("in force")
    EXPIRING = "expiring", _("in force, expiring")
    RENEWED = "renewed", _("in force, renewed")
    LAPSED = "lapsed", _("lapsed")
    TERMINATED = "terminated", _("terminated")

    @property
    def is_draft(self) -> bool:
        """Not signed yet, so that it binds nobody."""
        return self in (self.IN_PREPARATION, self.AWAITING_CLEARANCE, self.CLEARED)

    @property
    def is_in_force(self) -> bool:
        return self in (self.IN_FORCE, self.EXPIRING, self.RENEWED)


class Coverage(NamedTuple):
    articles_without_obligation: list
    obligations_without_article: list


class Standing:
    """What follows from an agreement's dates, clearances and amendments.

    A list of agreements is loaded `with_standing()`, so that this asks nothing more.
    """

    def parts(self, name: str):
        """Its "clearances", "amendments" or "articles": as they were read, into a list
        because a manager for each of many agreements costs more than the rows."""
        read = getattr(self, f"{name}_read", None)
        return getattr(self, name).all() if read is None else read

    def is_signed(self, on: datetime.date) -> bool:
        return self.is_signing_date_unknown or bool(
            self.signed_on and self.signed_on <= on
        )

    def is_over_before(self, day: datetime.date, on: datetime.date) -> bool:
        """Whether it was terminated before `day`, as known on day `on`; the row's twin
        of what `not_ended_before` leaves out."""
        return any(end and end <= on and end < day for end in self._terminations())

    @property
    def starts_on(self) -> datetime.date | None:
        """The first day in effect, where it is known: by default that of signing."""
        return self.effective_on or self.signed_on

    # --- Clearances ---------------------------------------------------------------

    def authorities(self):
        """Who must clear it; which ones follows from the partner."""
        return Organisation.objects.clearing(self.city)

    def missing_clearances(
        self, on: datetime.date, authorities: Iterable[Organisation] | None = None
    ) -> list[Organisation]:
        """Authorities that do not allow the text to be signed on day `on`.

        A caller with many agreements passes their `authorities()`, read once.
        """
        asked = self.authorities() if authorities is None else authorities
        covered = self._covered(on)
        return [each for each in asked if each.pk not in covered]

    def is_cleared(self, on: datetime.date) -> bool:
        """By all authorities, for the very text named. No authority, no clearance."""
        count = getattr(self, "authorities_count", None)  # from with_standing()
        if count is None:
            count = self.authorities().count()
        return 0 < count == len(self._covered(on))

    def _covered(self, on) -> set[int]:
        """The required authorities whose last word on the text by `on` was yes."""
        last = {}
        for clearance in sorted(
            (each for each in self.parts("clearances") if each.is_decided(on)),
            key=lambda each: (each.decided_on, each.pk),
        ):
            if clearance.is_about(self.text):
                last[clearance.authority_id] = clearance
        return {
            pk
            for pk, clearance in last.items()
            if clearance.covers(self.text, on) and clearance.authority.clears(self.city)
        }

    # --- State and term -----------------------------------------------------------

    def state(self, on: datetime.date | None = None) -> State:
        """The state on day `on` (today when not given).

        Of a draft, what was cleared by then is judged on the text named today.
        """
        on = on or timezone.localdate()
        if not self.is_signed(on):
            return self._draft_state(on)
        if any(end and end <= on for end in self._terminations()):
            return State.TERMINATED
        if self.effective_on and self.effective_on > on:
            return State.SIGNED
        term = self.term(on)
        if term is None:
            return State.IN_FORCE
        if term.ends_on < on:
            return State.LAPSED
        if term.is_ending(on):
            return State.EXPIRING
        return State.RENEWED if term.is_renewed else State.IN_FORCE

    def _draft_state(self, on) -> State:
        if all(each.requested_on > on for each in self.parts("clearances")):
            return State.IN_PREPARATION
        is_cleared = self.is_cleared(on)
        return State.CLEARED if is_cleared else State.AWAITING_CLEARANCE

    def _terminations(self):
        """An amendment ends with the agreement it amends."""
        return (self.terminated_on, self.amends and self.amends.terminated_on)

    def term(self, on: datetime.date | None = None) -> Term | None:
        """The term running on `on`, or the last one; None for one without end.

        The last amendment signed by then that names an expiry gives a new term. An
        amendment's own term is that of the agreement it amends.
        """
        on = on or timezone.localdate()
        original = self.amends or self
        extensions = [each for each in original.steps(on) if each.expires_on]
        given_by = extensions[-1] if extensions else original
        if not given_by.expires_on:
            return None
        notice_days = given_by.notice_days or original.notice_days
        term = running_term(
            given_by.expires_on, given_by.renews_for_months, notice_days, on
        )
        return term._replace(is_extension=bool(extensions))

    def term_end(self, on: datetime.date | None = None) -> datetime.date | None:
        """Last day of the term running on `on`; None for one without end."""
        term = self.term(on)
        return term.ends_on if term else None

    def planning_end(self, on: datetime.date) -> datetime.date:
        """How far promises that repeat are planned: to the end of the current term;
        where there is none, a year ahead; never past a termination."""
        ends = [self.term_end(on) or add_months(on, 12), *self._terminations()]
        return min(filter(None, ends))

    def steps(self, on: datetime.date) -> list["Agreement"]:
        """Its amendments and renewals signed by day `on`, the first one first."""
        signed = [each for each in self.parts("amendments") if each.is_signed(on)]
        return sorted(
            signed, key=lambda each: (each.signed_on or datetime.date.min, each.pk)
        )

    def consolidated_articles(self, on: datetime.date) -> list["Article"]:
        """The articles as they read on day `on`, those of amendments in their place."""
        articles = {}
        for part in [self, *self.steps(on)]:
            for article in part.parts("articles"):
                articles[article.number] = article
        return list(articles.values())

    def coverage(self) -> "Coverage":
        """Which articles have no obligation, and which obligations no article."""
        articles, obligations = list(self.articles.all()), list(self.obligations.all())
        cited = {obligation.article for obligation in obligations}
        listed = {article.number for article in articles}
        return Coverage(
            [a for a in articles if a.lays_obligation and a.number not in cited],
            [o for o in obligations if o.article not in listed],
        )
