from itertools import groupby

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.exports import EXPORTS
from agreements.models import Agreement, Article, Document, Obligation, Signatory
from agreements.models.signing import has_signature
from kashan_diplomacy.admin import (
    SOURCE,
    ModelAdmin,
    RecordForm,
    StackedInline,
    TabularInline,
)
from kashan_diplomacy.admin_filters import (
    JalaliDateFilter,
    PublishedFilter,
    QuerysetFilter,
)
from kashan_diplomacy.admin_history import Tracked
from kashan_diplomacy.admin_publication import Publishes
from kashan_diplomacy.admin_verbs import DoesVerbs
from kashan_diplomacy.templatetags.persian import jalali

from .agreement_verbs import AGREEMENT_VERBS
from .inlines import ClearanceInline, DocumentInline

CORRECTION = "change_reason"


class AgreementStateFilter(QuerysetFilter):
    title = _("state")
    parameter_name = "state"
    methods = {
        "signed": _("signed"),
        "in_force": _("in force"),
        "exempted": _("exempt from clearance"),
    }


class AgreementForm(RecordForm):
    change_reason = forms.CharField(
        label=_("reason for the correction"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text=_(
            "Needed to put right what was signed; it is told on the public page. What"
            " was agreed anew is an amendment: an agreement of its own."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Document.objects.filter(agreement=self.instance.pk or 0)
        for name in {"text", "termination_document"} & self.fields.keys():
            self.fields[name].queryset = own

    def clean(self):
        self.instance.change_reason = self.cleaned_data.get("change_reason", "")
        return super().clean()


class SignatoryInline(TabularInline):
    model = Signatory
    classes = ["collapse"]


class ArticleInline(StackedInline):
    model = Article
    fields = [
        ("number", "lays_obligation"),
        ("heading_fa", "heading_en"),
        ("text_fa", "text_en"),
    ]
    classes = ["collapse"]


class ObligationInline(TabularInline):
    """Obligations are added here in short and opened to plan their milestones."""

    model = Obligation
    fields = ["article", "title_fa", "title_en", "side", "category"]
    show_change_link = True
    can_delete = False
    classes = ["collapse"]

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Agreement)
class AgreementAdmin(Publishes, Tracked, DoesVerbs, ModelAdmin):
    verbs = AGREEMENT_VERBS
    form = AgreementForm
    history_children = ["signatories", "articles", "clearances", "documents"]
    export = EXPORTS["agreements"]
    date_hierarchy = "signed_on"
    list_display = [
        "title",
        "city",
        "kind",
        "current_state",
        "signed_on",
        "expires_on",
        "publication",
    ]
    list_filter = [
        AgreementStateFilter,
        "kind",
        ("signed_on", JalaliDateFilter),
        ("expires_on", JalaliDateFilter),
        PublishedFilter,
        "is_illustrative",
    ]
    list_only = (
        *("title_fa", "title_en", "kind", "is_illustrative", "published_on"),
        *("signed_on", "is_signing_date_unknown", "effective_on", "expires_on"),
        *("renews_for_months", "notice_days", "terminated_on"),
        *("city__name_fa", "city__name_en", "city__country", "text__sha256"),
        *("amends__expires_on", "amends__renews_for_months", "amends__notice_days"),
        "amends__terminated_on",
    )
    search_fields = ["search_text", "city__search_text"]
    autocomplete_fields = ["city", "amends"]
    readonly_fields = [
        "current_state",
        "current_term_end",
        "notice_by",
        "texts",
        "cleared_by",
        "coverage",
    ]
    inlines = [
        SignatoryInline,
        DocumentInline,
        ClearanceInline,
        ArticleInline,
        ObligationInline,
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "city",
                    "kind",
                    "title_fa",
                    "title_en",
                    "amends",
                    "current_state",
                ]
            },
        ),
        (
            _("Text and clearances"),
            {"fields": ["texts", "text", "cleared_by", "clearance_exemption"]},
        ),
        (
            _("Signing and term"),
            {
                "fields": [
                    "signed_on",
                    "is_signing_date_unknown",
                    "effective_on",
                    "expires_on",
                    "renews_for_months",
                    "notice_days",
                    "current_term_end",
                    "notice_by",
                    CORRECTION,
                ]
            },
        ),
        (
            _("Articles and obligations"),
            {"fields": ["coverage"], "classes": ["collapse"]},
        ),
        (
            _("Termination"),
            {
                "fields": [
                    "terminated_on",
                    "termination_reason",
                    "termination_document",
                ],
                "classes": ["collapse"],
            },
        ),
        (
            _("Publication"),
            {
                "fields": ["summary_fa", "summary_en", "published_on"],
                "classes": ["collapse"],
            },
        ),
        SOURCE,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_standing()

    def get_fieldsets(self, request, obj=None):
        """With a reason for the correction where there is something to correct."""
        fieldsets = super().get_fieldsets(request, obj)
        is_signed = obj and has_signature(obj)
        if is_signed and self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, shown | {"fields": [f for f in shown["fields"] if f != CORRECTION]})
            for name, shown in fieldsets
        ]

    @admin.display(description=_("state"))
    def current_state(self, agreement):
        return agreement.state().label if agreement.pk else ""

    @admin.display(description=_("end of the term"))
    def current_term_end(self, agreement):
        return jalali(agreement.term_end())

    @admin.display(description=_("notice due by"))
    def notice_by(self, agreement):
        term = agreement.pk and agreement.term()
        return jalali(term.notice_on) if term else ""

    @admin.display(description=_("texts, version by version"))
    def texts(self, agreement):
        """Each language beside the others."""
        documents = agreement.documents.texts() if agreement.pk else []
        rows = []
        for version, group in groupby(documents, key=lambda each: each.version):
            group = list(group)
            cells = [
                [each for each in group if each.language == language]
                for language in Document.Language
            ]
            rows.append((version, cells))
        return render_to_string(
            "admin/agreements/texts.html",
            {
                "agreement": agreement,
                "rows": rows,
                "languages": Document.Language.labels,
            },
        )

    @admin.display(description=_("clearances"))
    def cleared_by(self, agreement):
        """The last word of each authority that has to clear it."""
        if not agreement.pk:
            return ""
        last = {each.authority_id: each for each in agreement.parts("clearances")}
        rows = [(each, last.get(each.pk)) for each in agreement.authorities()]
        return render_to_string(
            "admin/agreements/authorities.html",
            {"rows": rows, "on": agreement.signed_on or timezone.localdate()},
        )

    @admin.display(description=_("clause coverage"))
    def coverage(self, agreement):
        if not agreement.pk:
            return ""
        if not (agreement.articles.exists() or agreement.obligations.exists()):
            return _("Nothing to compare yet.")
        return render_to_string(
            "admin/agreements/coverage.html", {"coverage": agreement.coverage()}
        )
