"""What may be uploaded: by extension *and* signature, and not too large."""

from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

LARGEST = 10 * 1024 * 1024  # bytes

SIGNATURES = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
}


def validate_upload(file: File) -> None:
    """Refuse what is not a PDF, PNG or JPEG by name and by its first bytes."""
    signature = SIGNATURES.get(PurePath(file.name or "").suffix.lower())
    if signature is None:
        raise ValidationError(_("Upload a PDF, PNG or JPEG file."), code="extension")
    if file.size > LARGEST:
        raise ValidationError(
            _("The file is larger than %(largest)s."),
            code="size",
            params={"largest": filesizeformat(LARGEST)},
        )
    file.seek(0)
    head = file.read(len(signature))
    file.seek(0)
    if head != signature:
        raise ValidationError(
            _("The file is not what its name says."), code="signature"
        )
