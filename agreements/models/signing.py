"""What may be signed, and what may still change once it is.

A typo in what was signed is a correction and says why. A change of what was agreed is
an amendment: an agreement of its own, with a text, clearances and signatures.
"""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.names import listed
from kashan_diplomacy.persian import canonical

if TYPE_CHECKING:
    from .agreements import Agreement

#: What both sides have signed: it changes by a correction with a reason, or not at all.
FROZEN = (
    "city",
    "kind",
    "title_fa",
    "title_en",
    "amends",
    "text",
    "signed_on",
    "is_signing_date_unknown",
    "effective_on",
    "expires_on",
    "notice_days",
    "renews_for_months",
    "clearance_exemption",
)
#: What decides whether the signing was allowed.
GROUNDS = (
    "city",
    "text",
    "signed_on",
    "is_signing_date_unknown",
    "clearance_exemption",
)


def check(agreement: "Agreement") -> None:
    """ValidationError if the agreement must not be saved as it stands."""
    stored = None
    if agreement.pk:
        stored = type(agreement).objects.filter(pk=agreement.pk).first()
    if stored and has_signature(stored):
        _check_frozen(agreement, stored)
    if agreement.text_id and agreement.text.agreement_id != agreement.pk:
        raise ValidationError({"text": _("This is not a text of the agreement.")})
    _check_amended(agreement)
    if has_signature(agreement) and (
        not stored or _changed(agreement, stored, GROUNDS)
    ):
        _check_clearances(agreement)


def has_signature(agreement) -> bool:
    return bool(agreement.signed_on or agreement.is_signing_date_unknown)


def is_correction(before, after) -> bool:
    """Whether the later of two versions changes what the earlier one had signed."""
    return has_signature(before) and bool(_changed(after, before, FROZEN))


def _changed(agreement, stored, names) -> list[str]:
    fields = (agreement._meta.get_field(name) for name in names)
    return [
        field.name
        for field in fields
        if getattr(agreement, field.attname) != getattr(stored, field.attname)
    ]


def _check_frozen(agreement, stored) -> None:
    changed = _changed(agreement, stored, FROZEN)
    if changed and not canonical(agreement.change_reason):
        message = _(
            "This was signed. Correct a slip and give the reason for the correction; a"
            " change of what was agreed is an amendment."
        )
        raise ValidationError(dict.fromkeys(changed, message))


def _check_amended(agreement) -> None:
    original = agreement.amends if agreement.amends_id else None
    if not original:
        return
    if (
        original.pk == agreement.pk
        or original.amends_id
        or original.city_id != (agreement.city_id)
    ):
        raise ValidationError(
            {"amends": _("Name the original agreement with the same partner.")}
        )
    is_too_early = agreement.signed_on and not original.is_signed(agreement.signed_on)
    if is_too_early:
        raise ValidationError(
            {"signed_on": _("The agreement that it amends was not signed by then.")}
        )


def _check_clearances(agreement) -> None:
    """All authorities on or before the day of signing, or a written exemption."""
    if not agreement.clearance_exemption and (refusal := _refusal(agreement)):
        field = "signed_on" if agreement.signed_on else "is_signing_date_unknown"
        raise ValidationError({field: refusal})


def _refusal(agreement):
    """Why it was not allowed to be signed on its day; None if it was."""
    if not (agreement.pk and agreement.text_id):
        return _("Name the text to sign first, or say why it is exempt.")
    if not agreement.signed_on:
        return _(
            "Without the date nobody can tell whether it was cleared by then: say why"
            " it is exempt."
        )
    if not agreement.text.is_intact():
        return _("The stored file is not the text that was cleared.")
    if missing := agreement.missing_clearances(agreement.signed_on):
        names = listed(*map(str, missing))
        message = _("Not cleared for this text by that day: %(names)s.")
        return message % {"names": names}
    if not agreement.is_cleared(agreement.signed_on):
        return _("No authority is marked as clearing such agreements.")
    return None
