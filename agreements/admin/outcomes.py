from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agreements.exports import EXPORTS
from agreements.models import Outcome
from kashan_diplomacy.admin import SOURCE, ModelAdmin, marked
from kashan_diplomacy.admin_filters import (
    JalaliDateFilter,
    PublishedFilter,
    QuerysetFilter,
    WaitingFilter,
)
from kashan_diplomacy.admin_publication import Publishes
from kashan_diplomacy.ordering import in_persian_order
from kashan_diplomacy.templatetags.persian import digits, local

from .inlines import DocumentInline


class VerificationFilter(QuerysetFilter):
    title = _("verification")
    parameter_name = "verification"
    methods = {"claimed": _("claimed"), "verified": _("verified")}


@admin.register(Outcome)
class OutcomeAdmin(Publishes, ModelAdmin):
    export = EXPORTS["outcomes"]
    date_hierarchy = "realised_on"
    actions = [*Publishes.actions, "verify"]
    list_display = [
        "what",
        "kind",
        "realised_on",
        "measure",
        "whose",
        "verified_on",
        "publication",
    ]
    list_filter = [
        WaitingFilter,
        VerificationFilter,
        "kind",
        ("realised_on", JalaliDateFilter),
        "themes",
        PublishedFilter,
        "is_illustrative",
    ]
    list_select_related = ["city", "agreement__city", "engagement"]
    search_fields = ["search_text", "city__search_text", "agreement__search_text"]
    autocomplete_fields = ["city", "agreement", "engagement", "themes"]
    inlines = [DocumentInline]
    readonly_fields = ["claimed_by", "verified_by", "verified_on"]
    fieldsets = [
        (None, {"fields": ["kind", "description_fa", "description_en", "realised_on"]}),
        (_("How much"), {"fields": [("amount", "currency"), "people"]}),
        (
            _("Where it came from"),
            {"fields": ["city", "agreement", "engagement", "themes"]},
        ),
        (
            _("What shows it"),
            {
                "fields": ["evidence", "claimed_by", "verified_by", "verified_on"],
                "description": _(
                    "Another person than claims it verifies it, from the list. Who"
                    " changes what is claimed makes the claim their own, and it has to"
                    " be verified anew."
                ),
            },
        ),
        SOURCE,
        (_("Publication"), {"fields": ["published_on"]}),
    ]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.claimed_by = request.user
        super().save_model(request, obj, form, change)

    @admin.action(
        description=_("Verify: I have checked the evidence"), permissions=["change"]
    )
    def verify(self, request, queryset):
        verified = 0
        for outcome in queryset.filter(verified_by=None):
            try:
                outcome.verify(by=request.user)
            except ValidationError as error:
                text = f"{Truncator(local(outcome, 'description')).words(8)}: "
                self.message_user(
                    request, text + " ".join(error.messages), messages.ERROR
                )
            else:
                self.log_change(request, outcome, _now("Verified."))
                verified += 1
        if verified:
            said = ngettext(
                "%(number)s outcome verified.",
                "%(number)s outcomes verified.",
                verified,
            )
            self.message_user(request, said % {"number": digits(verified)})

    @admin.display(
        description=_("description"), ordering=in_persian_order("description_fa")
    )
    def what(self, outcome):
        return marked(Truncator(local(outcome, "description")).words(14), outcome)

    @admin.display(description=_("how much"))
    def measure(self, outcome):
        return outcome.measure

    @admin.display(description=_("from"))
    def whose(self, outcome):
        if city := outcome.city or (outcome.agreement and outcome.agreement.city):
            return local(city, "name")
        return local(outcome.engagement, "title")
