"""What is done to an agreement from its page: signed, terminated, amended, renewed."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, Document, Milestone
from agreements.models.signing import has_signature
from kashan_diplomacy.admin_verbs import Verb, VerbForm
from kashan_diplomacy.names import listed
from kashan_diplomacy.templatetags.persian import digits, jalali, local


class SignForm(VerbForm):
    class Meta:
        model = Agreement
        fields = [
            "text",
            "signed_on",
            "effective_on",
            "expires_on",
            "renews_for_months",
            "notice_days",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].queryset = Document.objects.filter(agreement=self.row)
        self.fields["signed_on"].required = True


class TerminateForm(VerbForm):
    class Meta:
        model = Agreement
        fields = ["terminated_on", "termination_reason", "termination_document"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Document.objects.filter(agreement=self.row)
        self.fields["termination_document"].queryset = own
        for field in self.fields.values():
            field.required = True


class AmendForm(VerbForm):
    class Meta:
        model = Agreement
        fields = ["title_fa", "title_en"]


class RenewForm(AmendForm):
    class Meta(AmendForm.Meta):
        fields = [*AmendForm.Meta.fields, "expires_on", "renews_for_months"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].required = True


class AgreementVerb(Verb):
    permission = "agreements.change_agreement"


class Sign(AgreementVerb):
    name, form = "sign", SignForm
    label = gettext_lazy("Sign")
    explanation = gettext_lazy("Records the signing of the text that was cleared.")
    done = gettext_lazy("Signed")

    def suits(self, row):
        return not has_signature(row)

    def initial(self, row):
        return {"signed_on": timezone.localdate()}

    def refusal(self, row, user):
        if row.terminated_on:
            return _("It was given up.")
        if row.clearance_exemption:
            return ""
        if not row.text_id:
            return _("No text is named yet: upload it and name the one to sign.")
        on = timezone.localdate()
        if missing := row.missing_clearances(on):
            names = listed(*(local(each, "name") for each in missing))
            return _("Not cleared for this text yet: %(names)s.") % {"names": names}
        if not row.is_cleared(on):
            return _("No authority is marked as clearing such agreements.")
        return ""

    def consequences(self, row, user):
        found = [
            _(
                "Both sides are then bound: what was signed changes by an amendment"
                " only, a slip by a correction that says why."
            )
        ]
        if repeating := row.obligations.repeating().count():
            text = _(
                "Repeating obligations whose milestones are then planned: %(number)s."
            )
            found.append(text % {"number": digits(repeating)})
        if row.clearance_exemption:
            text = _("It is exempt from clearance, which counts as a gap: %(reason)s")
            found.append(text % {"reason": row.clearance_exemption})
        return found

    def save(self, form):
        agreement = super().save(form)
        agreement.obligations.plan()
        return agreement


class Terminate(AgreementVerb):
    name, form = "terminate", TerminateForm
    label = gettext_lazy("Terminate")
    explanation = gettext_lazy("Ends it before its term, with the reason and letter.")
    done = gettext_lazy("Terminated")

    def initial(self, row):
        return {"terminated_on": timezone.localdate()}

    def refusal(self, row, user):
        if row.terminated_on:
            text = _("It is terminated as of %(day)s.")
            return text % {"day": jalali(row.terminated_on)}
        if not row.documents.exists():
            return _("Upload the letter or decision that ends it first.")
        return ""

    def consequences(self, row, user):
        undecided = Milestone.objects.undecided().filter(obligation__agreement=row)
        text = _("Open milestones that bind nobody after that day: %(number)s.")
        found = [text % {"number": digits(undecided.count())}]
        if amendments := row.amendments.count():
            text = _("Amendments that end with it: %(number)s.")
            found.append(text % {"number": digits(amendments)})
        return found


class Amend(Verb):
    """A new agreement beside the old one, to be cleared and signed itself."""

    name, form = "amend", AmendForm
    permission = "agreements.add_agreement"
    label = gettext_lazy("Amend")
    explanation = gettext_lazy("Prepares an amendment of what was agreed.")
    done = gettext_lazy("Amendment prepared")

    def suits(self, row):
        return row.amends_id is None

    def instance(self, row):
        return Agreement(city=row.city, kind=row.kind, amends=row)

    def refusal(self, row, user):
        if not has_signature(row):
            return _("It is not signed yet: change it in the form below.")
        if row.terminated_on:
            return _("It is terminated: what comes next is a new agreement.")
        return ""

    def initial(self, row):
        return {
            "title_fa": f"الحاقیه {row.title_fa}",
            "title_en": f"Amendment to {row.title_en}",
        }

    def consequences(self, row, user):
        return [
            _(
                "A draft is made that amends this agreement. Nothing changes until its"
                " own text is cleared and signed."
            )
        ]


class Renew(Amend):
    name, form = "renew", RenewForm
    label = gettext_lazy("Renew")
    explanation = gettext_lazy("Prepares an amendment that gives it a new term.")
    done = gettext_lazy("Renewal prepared")

    def refusal(self, row, user):
        reason = super().refusal(row, user)
        if not reason and row.term() is None:
            reason = _("It has no end, so that there is nothing to renew.")
        return reason

    def initial(self, row):
        return {
            "title_fa": f"تمدید {row.title_fa}",
            "title_en": f"Renewal of {row.title_en}",
            "renews_for_months": row.renews_for_months,
        }

    def consequences(self, row, user):
        text = _("The running term ends on %(day)s; the new one follows when signed.")
        return [
            text % {"day": jalali(row.term_end())},
            *super().consequences(row, user),
        ]


AGREEMENT_VERBS = (Sign(), Amend(), Renew(), Terminate())
