"""What is done to a milestone from its page: met, moved, waived, confirmed."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Engagement, Milestone, Obligation
from kashan_diplomacy.admin_verbs import Verb, VerbForm
from kashan_diplomacy.templatetags.persian import digits, jalali

Verdict = Milestone.Verdict


class MetForm(VerbForm):
    class Meta:
        model = Milestone
        fields = ["met_on", "evidence", "evidence_document", "engagement"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.verdict = Verdict.MET
        self.instance.verdict_reason = ""
        self.fields["met_on"].required = True
        city = self.row.obligation.agreement.city_id
        engagements = Engagement.objects.filter(cities=city)
        engagements |= Engagement.objects.filter(
            agreement=self.row.obligation.agreement_id
        )
        self.fields["engagement"].queryset = engagements.distinct()
        documents = self.fields["evidence_document"].queryset
        self.fields["evidence_document"].queryset = documents.filter(milestone=self.row)


class MoveForm(VerbForm):
    class Meta:
        model = Milestone
        fields = ["due_on", "moved_reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["moved_reason"].required = True

    def clean_due_on(self):
        if "due_on" not in self.changed_data:
            raise ValidationError(_("This is the day as it stands: give another."))
        return self.cleaned_data["due_on"]


class WaiveForm(VerbForm):
    class Meta:
        model = Milestone
        fields = ["verdict_reason", "reviewed_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.verdict = Verdict.WAIVED
        for field in self.fields.values():
            field.required = True


class ConfirmForm(VerbForm):
    class Meta:
        model = Milestone
        fields: list[str] = []

    def clean(self):
        if self.instance.verdict_by_id == self.user.pk:
            raise forms.ValidationError(_("You recorded it: another confirms it."))
        return super().clean()


class MilestoneVerb(Verb):
    permission = "agreements.change_milestone"

    def refusal(self, row, user):
        if row.verdict:
            text = _("Already decided: %(verdict)s. Change it in the form below.")
            return text % {"verdict": row.get_verdict_display()}
        return ""


class Meet(MilestoneVerb):
    name, form = "met", MetForm
    label = gettext_lazy("Met")
    explanation = gettext_lazy("Records that it was done, with what shows it.")
    done = gettext_lazy("Recorded as met")

    def initial(self, row):
        return {"met_on": timezone.localdate()}

    def consequences(self, row, user):
        if row.obligation.priority == Obligation.Priority.HIGH:
            return [
                _(
                    "It is of high priority: it counts as kept once a second person"
                    " confirms it."
                )
            ]
        side = row.obligation.get_side_display()
        text = _("It then counts, in public too, as a promise kept (%(side)s).")
        return [text % {"side": side}]


class Move(MilestoneVerb):
    name, form = "move", MoveForm
    label = gettext_lazy("Move the date")
    explanation = gettext_lazy("Sets another day; the day first promised stays.")
    done = gettext_lazy("Date moved")

    def initial(self, row):
        return {"moved_reason": ""}

    def consequences(self, row, user):
        text = _(
            "First promised for %(first)s; moved so far: %(times)s. The public page"
            " shows each move with its reason."
        )
        times = digits(row.moves.count())
        return [text % {"first": jalali(row.original_due_on), "times": times}]


class Waive(MilestoneVerb):
    name, form = "waive", WaiveForm
    label = gettext_lazy("Waive")
    explanation = gettext_lazy("Says that nobody insists on it any more, and why.")
    done = gettext_lazy("Waived")

    def initial(self, row):
        return {"reviewed_on": timezone.localdate()}

    def consequences(self, row, user):
        return [_("It counts neither as kept nor as missed, and the reason is shown.")]


class Confirm(MilestoneVerb):
    name, form = "confirm", ConfirmForm
    label = gettext_lazy("Confirm")
    explanation = gettext_lazy("Says, as a second person, that it was met.")
    done = gettext_lazy("Confirmed")

    def suits(self, row):
        return row.obligation.priority == Obligation.Priority.HIGH

    def refusal(self, row, user):
        if row.verdict != Verdict.MET:
            return _("It is not recorded as met yet.")
        if row.confirmed_by_id:
            text = _("%(person)s has confirmed it.")
            return text % {"person": row.confirmed_by}
        if row.verdict_by_id is None:
            return _("Nobody is known to have recorded it: record the verdict anew.")
        if row.verdict_by_id == user.pk:
            return _("You recorded it yourself: a second person confirms it.")
        return ""

    def consequences(self, row, user):
        text = _(
            "%(person)s recorded it as met on %(day)s, on this evidence: %(evidence)s."
            " From now on it counts as kept."
        )
        return [
            text
            % {
                "person": row.verdict_by,
                "day": jalali(row.met_on),
                "evidence": row.evidence or row.evidence_document,
            }
        ]

    def save(self, form):
        form.instance.confirm(by=form.user)
        return form.instance


MILESTONE_VERBS = (Meet(), Move(), Waive(), Confirm())
