from django.db import models
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.fields import CanonicalCharField, CanonicalTextField
from kashan_diplomacy.history import History
from kashan_diplomacy.names import called
from kashan_diplomacy.search_index import SearchedPart
from kashan_diplomacy.templatetags.persian import digits

from .agreements import Agreement


class Article(SearchedPart):
    """A clause of an agreement's text. In an amendment, it takes the place of the
    original agreement's article of the same number."""

    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.CASCADE,
        related_name="articles",
        verbose_name=_("agreement"),
    )
    number = CanonicalCharField(_("article"), max_length=40)
    heading_fa = CanonicalCharField(_("heading in Persian"), max_length=200)
    heading_en = CanonicalCharField(_("heading in English"), max_length=200, blank=True)
    text_fa = CanonicalTextField(_("wording in Persian"), blank=True)
    text_en = CanonicalTextField(_("wording in English"), blank=True)
    lays_obligation = models.BooleanField(
        _("lays down an obligation"),
        default=True,
        help_text=_("No for definitions, entry into force and the like."),
    )

    history = History()
    searched_in = ("heading_fa", "heading_en", "text_fa", "text_en")
    searched_with = "agreement"

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["agreement", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"],
                name="article_once_per_agreement",
                violation_error_message=_("This article is listed already."),
            ),
        ]

    def __str__(self):
        return digits(f"{self.number}. {called(self, 'heading')}")
