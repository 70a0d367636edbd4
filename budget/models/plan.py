import datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy import jalali
from kashan_diplomacy.addresses import address
from kashan_diplomacy.fields import (
    CanonicalCharField,
    RialField,
    SearchTextField,
)
from kashan_diplomacy.history import History
from kashan_diplomacy.names import called
from kashan_diplomacy.records import Published, PublishedQuerySet, Sourced
from kashan_diplomacy.search_index import Searched
from kashan_diplomacy.templatetags.persian import digits

#: After the twelve months, for payments: whoever closes it closes the year.
PAYMENT_PERIOD = 13


class FiscalYearQuerySet(PublishedQuerySet):
    def newest(self, on: datetime.date) -> "FiscalYear | None":
        """The last one begun by day `on`; before all of them, the first to come."""
        begun = self.filter(year__lte=jalali.from_gregorian(on).year)
        return begun.order_by("-year").first() or self.order_by("year").first()

    def with_books(self):
        """Loaded with what `closed_month` and `books_end_on()` look at."""
        closings, entries = (
            self.model._meta.get_field(name).related_model.objects.order_by()
            for name in ("closings", "entries")
        )
        of_year = {"fiscal_year": OuterRef("pk")}
        months = closings.filter(**of_year).order_by("-month").values("month")
        days = entries.filter(**of_year).order_by("-dated_on").values("dated_on")
        return self.annotate(
            last_closed_month=Coalesce(Subquery(months[:1]), 0),
            last_entry_on=Subquery(days[:1]),
        )


class FiscalYear(Sourced, Published):
    """A Jalali year as a budget period: 1 Farvardin to the last day of Esfand."""

    UNSHOWN = ("vouchers_above",)

    year = models.PositiveSmallIntegerField(
        _("fiscal year"),
        unique=True,
        validators=[MinValueValidator(1300), MaxValueValidator(1499)],
        help_text=_("A Jalali year, such as 1401."),
    )
    vouchers_above = RialField(
        _("voucher needed above"),
        null=True,
        blank=True,
        help_text=_("A larger expense is paid only with a voucher; empty: never."),
    )

    objects = FiscalYearQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("fiscal year")
        verbose_name_plural = _("fiscal years")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__range=(1300, 1499)),
                name="fiscal_year_is_jalali",
                violation_error_message=_("Enter a Jalali year, such as 1401."),
            ),
        ]

    def __str__(self):
        return digits(self.year)

    def get_absolute_url(self):
        return address("budget_year", self.year)

    @property
    def starts_on(self) -> datetime.date:
        return jalali.year_start(self.year)

    @property
    def ends_on(self) -> datetime.date:
        """Last day of Esfand, inclusive: nothing is committed after it."""
        return jalali.year_end(self.year)

    @property
    def payments_end_on(self) -> datetime.date:
        """15 Ordibehesht of the next year, inclusive: nothing is paid after it."""
        return jalali.to_gregorian(self.year + 1, 2, 15)

    @property
    def closed_month(self) -> int:
        """The last month closed, 0 for none; 13 when the whole year is closed."""
        if hasattr(self, "last_closed_month"):  # from with_books()
            return self.last_closed_month
        months = self.closings.order_by("-month").values_list("month", flat=True)
        return months.first() or 0

    @property
    def is_closed(self) -> bool:
        """Whether it takes nothing more, with its settlement stored."""
        return self.closed_month == PAYMENT_PERIOD

    def books_end_on(self, today: datetime.date | None = None) -> datetime.date:
        """The last day this year's books speak of.

        Its eve, before the year begins; today, while it runs; its end, once Esfand is
        closed; between the two, the end of its last entry's month, because nobody can
        tell how the rest went.
        """
        today = today or timezone.localdate()
        if today <= self.ends_on:
            return max(today, self.starts_on - datetime.timedelta(days=1))
        if self.closed_month >= 12:
            return self.ends_on
        if hasattr(self, "last_entry_on"):  # from with_books()
            last = self.last_entry_on
        else:
            last = self.entries.aggregate(last=models.Max("dated_on"))["last"]
        if last is None or last > self.ends_on:
            return self.ends_on
        return jalali.month_bounds(*jalali.from_gregorian(last)[:2])[1]


class LedgerHeld(models.Model):
    """A row whose running amounts, named in HELD, only `budget.ledger` writes."""

    HELD: tuple[str, ...] = ("committed", "spent")

    committed = RialField(_("committed"), default=0, editable=False)
    spent = RialField(_("spent"), default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write back everything but the held amounts: a form opened before a post
        and saved after it would undo the post's arithmetic."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            names = [field.name for field in self._meta.concrete_fields[1:]]
            kwargs["update_fields"] = [name for name in names if name not in self.HELD]
        super().save(*args, **kwargs)


class BudgetLine(LedgerHeld, Searched, Sourced):
    """A line of a year's budget, with its running places in rial.

    `approved` = `available` + `committed` + `spent`, each kept by `budget.ledger`
    alone and never below zero: the database itself refuses anything else.
    """

    HELD = ("approved", "available", "committed", "spent")

    class Heading(models.TextChoices):
        GENERAL = "general", _("not yet divided")
        MEETINGS = "meetings", _("diplomatic meetings")
        GUESTS = "guests", _("guests")
        MEMBERSHIPS = "memberships", _("membership fees")
        MISSIONS = "missions", _("missions")
        OTHER = "other", _("other")

    fiscal_year = models.ForeignKey(
        FiscalYear,
        on_delete=models.PROTECT,
        related_name="lines",
        verbose_name=_("fiscal year"),
    )
    code = CanonicalCharField(_("code"), max_length=20)
    title_fa = CanonicalCharField(_("title in Persian"), max_length=150)
    title_en = CanonicalCharField(_("title in English"), max_length=150)
    heading = models.CharField(_("heading"), max_length=20, choices=Heading.choices)
    approved = RialField(_("approved"), default=0, editable=False)
    available = RialField(_("available"), default=0, editable=False)
    search_text = SearchTextField(sources=("code", "title_fa", "title_en"))

    history = History(excluded_fields=HELD)

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["-fiscal_year__year", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "code"],
                name="budget_line_code_once_a_year",
                violation_error_message=_("This year already has a line of this code."),
            ),
            models.CheckConstraint(
                condition=Q(available__gte=0),
                name="budget_line_available_not_negative",
                violation_error_message=_("Not so much is available on this line."),
            ),
            models.CheckConstraint(
                condition=Q(committed__gte=0),
                name="budget_line_committed_not_negative",
                violation_error_message=_("Not so much is committed on this line."),
            ),
            models.CheckConstraint(
                condition=Q(spent__gte=0),
                name="budget_line_spent_not_negative",
                violation_error_message=_("Not so much is spent on this line."),
            ),
            models.CheckConstraint(
                condition=Q(approved=F("available") + F("committed") + F("spent")),
                name="budget_line_places_add_up",
                violation_error_message=_(
                    "Available, committed and spent must add up to what is approved."
                ),
            ),
        ]

    def __str__(self):
        return digits(f"{self.code} {called(self, 'title')}")
