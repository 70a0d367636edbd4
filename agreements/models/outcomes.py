import datetime
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kashan_diplomacy.addresses import address
from kashan_diplomacy.fields import (
    CanonicalTextField,
    DateField,
    SearchTextField,
)
from kashan_diplomacy.history import History, current_user
from kashan_diplomacy.names import called, listed
from kashan_diplomacy.records import (
    Published,
    PublishedQuerySet,
    Sourced,
    hold_as_read,
    is_changed,
)
from kashan_diplomacy.search_index import Searched
from kashan_diplomacy.templatetags.persian import digits, local_decimal, toman

from .agreements import Agreement
from .cities import City
from .engagements import Engagement
from .themes import Theme

IN_MONEY = ("investment", "cost_saved", "trade")
IN_PEOPLE = ("trained", "visitors")


class OutcomeQuerySet(PublishedQuerySet):
    def realised(self, on: datetime.date | None = None):
        return self.filter(realised_on__lte=on or timezone.localdate())

    def verified(self, on: datetime.date | None = None):
        """Checked, by day `on`, by somebody else than who claims it."""
        return self.filter(verified_on__lte=on or timezone.localdate())

    def claimed(self, on: datetime.date | None = None):
        """Claimed, but verified by nobody yet on day `on`."""
        on = on or timezone.localdate()
        return self.filter(Q(verified_on=None) | Q(verified_on__gt=on))

    def waiting_for(self, user):
        """Those `user` may verify as another person than claims them."""
        return self.claimed().exclude(claimed_by=user)


class Outcome(Searched, Sourced, Published):
    """What a partnership has brought Kashan: claimed by one, verified by another.

    What is told in money has an `amount` in its own currency, never added up across
    currencies; what is told in people has a number of them.
    """

    class Kind(models.TextChoices):
        INVESTMENT = "investment", _("investment attracted")
        COST_SAVED = "cost_saved", _("cost saved by the experience of others")
        KNOW_HOW = "know_how", _("know-how adopted")
        TRAINED = "trained", _("people trained")
        VISITORS = "visitors", _("visitors")
        TRADE = "trade", _("trade")

    class Currency(models.TextChoices):
        """By ISO 4217 code; rial as everywhere, not toman."""

        IRR = "IRR", _("rial (not toman)")
        USD = "USD", _("US dollar")
        EUR = "EUR", _("euro")
        JPY = "JPY", _("yen")
        CNY = "CNY", _("yuan")

    #: What was verified: whoever changes any of it claims it anew.
    CLAIM = (
        "kind",
        "description_fa",
        "description_en",
        "realised_on",
        "amount",
        "currency",
        "people",
        "evidence",
        "city_id",
        "agreement_id",
        "engagement_id",
    )

    UNSHOWN = ("claimed_by", "verified_by")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    description_fa = CanonicalTextField(_("description in Persian"))
    description_en = CanonicalTextField(_("description in English"), blank=True)
    realised_on = DateField(_("realised on"), db_index=True)
    amount = models.DecimalField(
        _("amount"),
        max_digits=15,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("In the currency beside it; for Iranian money in rial."),
    )
    currency = models.CharField(
        _("currency"), max_length=3, choices=Currency.choices, blank=True
    )
    people = models.PositiveIntegerField(
        _("people"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("partner city"),
    )
    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("agreement"),
    )
    engagement = models.ForeignKey(
        Engagement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("engagement"),
    )
    themes = models.ManyToManyField(
        Theme, related_name="outcomes", blank=True, verbose_name=_("themes")
    )
    evidence = CanonicalTextField(
        _("evidence"),
        help_text=_("What shows it: a contract, a report, a link, a letter number."),
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("claimed by"),
        editable=False,
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verified by"),
        editable=False,
    )
    verified_on = DateField(_("verified on"), null=True, blank=True, editable=False)
    search_text = SearchTextField(sources=("description_fa", "description_en"))

    objects = OutcomeQuerySet.as_manager()
    history = History(m2m_fields=("themes",))

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["-realised_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True, currency="")
                | (Q(amount__isnull=False, amount__gt=0) & ~Q(currency="")),
                name="outcome_amount_has_currency",
                violation_error_code="amount",
                violation_error_message=_(
                    "An amount is more than zero and has a currency; a currency has an"
                    " amount."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=IN_MONEY, amount=None),
                name="outcome_in_money_has_amount",
                violation_error_code="amount",
                violation_error_message=_("This kind of outcome is told in money."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=IN_PEOPLE, people=None),
                name="outcome_in_people_has_number",
                violation_error_code="people",
                violation_error_message=_("Say how many people it was."),
            ),
            models.CheckConstraint(
                condition=Q(people__isnull=True) | Q(people__gt=0),
                name="outcome_people_more_than_none",
                violation_error_code="people",
                violation_error_message=_("Nobody is no number of people."),
            ),
            models.CheckConstraint(
                condition=Q(city__isnull=False)
                | Q(agreement__isnull=False)
                | Q(engagement__isnull=False),
                name="outcome_belongs_somewhere",
                violation_error_message=_(
                    "Name the city, the agreement or the engagement it came from."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(evidence=""),
                name="outcome_has_evidence",
                violation_error_code="evidence",
                violation_error_message=_("An outcome needs evidence."),
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_on__isnull=True)
                | (
                    Q(verified_by__isnull=False, verified_on__isnull=False)
                    & ~Q(verified_by=F("claimed_by"))
                    & Q(verified_on__gte=F("realised_on"))
                ),
                name="outcome_verified_by_another",
                violation_error_message=_(
                    "An outcome is verified after it came about, by another person"
                    " than claims it."
                ),
            ),
        ]

    def __str__(self):
        return called(self, "description")

    def get_absolute_url(self):
        return f"{address('outcome_list')}#outcome-{self.pk}"

    @property
    def measure(self) -> str:
        """How much it is, as people read it: Iranian money in toman."""
        parts = []
        if self.amount is not None and self.currency == self.Currency.IRR:
            parts.append(toman(round(self.amount)))
        elif self.amount is not None:
            amount = local_decimal(self.amount)
            parts.append(f"{amount} {self.get_currency_display()}")
        if self.people is not None:
            people = ngettext("%(number)s person", "%(number)s people", self.people)
            parts.append(people % {"number": digits(self.people)})
        return listed(*parts)

    def is_verified(self, on: datetime.date | None = None) -> bool:
        on = on or timezone.localdate()
        return self.verified_on is not None and self.verified_on <= on

    def verify(self, *, by, on: datetime.date | None = None) -> None:
        """Say that `by` has checked the evidence; ValidationError if it is theirs, or
        if the claim is no longer the one that was read."""
        with transaction.atomic():
            hold_as_read(self, self.CLAIM)
            self.verified_by, self.verified_on = by, on or timezone.localdate()
            try:
                self.validate_constraints()
            except ValidationError:
                self.verified_by = self.verified_on = None
                raise
            self.save()

    def save(self, *args, **kwargs):
        """Who changes a claim makes it their own: it is verified by nobody any more,
        and never by them."""
        if is_changed(self, self.CLAIM):
            self.claimed_by = current_user() or self.claimed_by
            self.verified_by = self.verified_on = None
        super().save(*args, **kwargs)
