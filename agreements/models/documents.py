"""Files: the texts of agreements, letters, minutes, evidence and photographs.

They lie under names of our own outside the static files, and reach people only through
the view `document_file`, which asks who wants them.
"""

import datetime
import uuid
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kashan_diplomacy.addresses import address
from kashan_diplomacy.fields import CanonicalCharField
from kashan_diplomacy.history import History, current_user
from kashan_diplomacy.search_index import Searched
from kashan_diplomacy.uploads import (
    CONTENT_TYPES,
    IMAGES,
    download_name,
    sha256_of,
    validate_document,
)

from .agreements import Agreement, public_by
from .engagements import Engagement
from .memberships import Membership
from .milestones import Milestone
from .outcomes import Outcome

#: A document belongs to exactly one of these.
OWNERS = ("agreement", "milestone", "engagement", "membership", "outcome")


def document_path(document: "Document", name: str) -> str:
    """A name of our own: the uploader's may hold anything."""
    return f"documents/{uuid.uuid4()}{PurePath(name).suffix.lower()}"


def _exactly_one_owner() -> Q:
    """In plain IS NULLs, which are never unknown: a CHECK lets the unknown pass."""
    condition = Q()
    for owner in OWNERS:
        condition |= Q(**{f"{other}__isnull": other != owner for other in OWNERS})
    return condition


class DocumentQuerySet(models.QuerySet):
    def published(self, on: datetime.date | None = None):
        """Public ones of what the public may see on day `on`."""
        on = on or timezone.localdate()
        shown = Q()
        for path in ("engagement", "membership", "outcome"):
            shown |= Q(**{f"{path}__published_on__lte": on})
        for path in ("agreement", "milestone__obligation__agreement"):
            shown |= public_by(on, f"{path}__")
        return self.filter(shown, is_public=True)

    def visible_to(self, user):
        """All, to staff who may view documents; to others what is published."""
        is_staff = user.is_active and user.is_staff
        may_view = is_staff and user.has_perm("agreements.view_document")
        return self.all() if may_view else self.published()

    def texts(self):
        """The versions of agreements' texts, the newest first."""
        kinds = (Document.Kind.TEXT, Document.Kind.DRAFT)
        return self.filter(kind__in=kinds).order_by("-version", "language", "pk")


class Document(Searched):
    """A file that belongs to exactly one of `OWNERS`.

    The same bytes are one document of their owner. Neither the file nor its owner ever
    changes: another text is another document.
    """

    searched_in = ("name",)

    class Kind(models.TextChoices):
        TEXT = "text", _("text of an agreement")
        DRAFT = "draft", _("draft")
        MINUTES = "minutes", _("minutes")
        LETTER = "letter", _("letter")
        EVIDENCE = "evidence", _("evidence")
        PHOTO = "photo", _("photograph")

    class Language(models.TextChoices):
        PERSIAN = "fa", _("Persian")
        ENGLISH = "en", _("English")
        PARTNERS = "partner", _("the partner's")

    agreement = models.ForeignKey(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("agreement"),
    )
    milestone = models.ForeignKey(
        Milestone,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("milestone"),
    )
    engagement = models.ForeignKey(
        Engagement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("engagement"),
    )
    membership = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("membership"),
    )
    outcome = models.ForeignKey(
        Outcome,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("outcome"),
    )
    file = models.FileField(
        _("file"),
        upload_to=document_path,
        validators=[validate_document],
        help_text=_("PDF, JPEG, PNG, DOCX, ODT or XLSX."),
    )
    name = CanonicalCharField(
        _("name"),
        max_length=150,
        blank=True,
        help_text=_("What people see; empty: the name of the file."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    language = models.CharField(
        _("language"), max_length=10, choices=Language.choices, default=Language.PERSIAN
    )
    version = models.PositiveSmallIntegerField(
        _("version"),
        null=True,
        blank=True,
        help_text=_(
            "Of a text or draft; the same for each of its languages. Empty: the next."
        ),
    )
    is_public = models.BooleanField(
        _("public"),
        default=False,
        help_text=_("Anybody may download it once what it belongs to is published."),
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    size = models.PositiveIntegerField(_("size, bytes"), editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("uploaded by"),
        editable=False,
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    objects = DocumentQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=_exactly_one_owner(),
                name="document_has_one_owner",
                violation_error_message=_(
                    "A document belongs to exactly one agreement, milestone,"
                    " engagement, membership or outcome."
                ),
            ),
            *(
                models.UniqueConstraint(
                    fields=[owner, "sha256"],
                    name=f"document_once_per_{owner}",
                    violation_error_message=_("This file is already there."),
                )
                for owner in OWNERS
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self._refuse_another_file()
        if self._state.adding:
            self.sha256, self.size = sha256_of(self.file), self.file.size
            self.name = self.name or PurePath(self.file.name).name[:150]
            self.uploaded_by = self.uploaded_by or current_user()
        if self.version is None and self.kind in (self.Kind.TEXT, self.Kind.DRAFT):
            self.version = self._next_version()
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return address("document_file", self.pk)

    def clean(self):
        """Refuses bytes that the owner has already; nothing is stored then."""
        self._refuse_another_file()
        if self._state.adding and self.file:
            twin = self._owners_documents().filter(sha256=sha256_of(self.file)).first()
            if twin:
                message = _("This file is already there: %(name)s.") % {"name": twin}
                raise ValidationError({"file": message})

    @property
    def owner(self) -> models.Model | None:
        owners = (getattr(self, owner) for owner in OWNERS)
        return next(filter(None, owners), None)

    @property
    def ending(self) -> str:
        return PurePath(self.file.name).suffix.lower()

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.ending]

    @property
    def is_image(self) -> bool:
        return self.ending in IMAGES

    @property
    def download_name(self) -> str:
        return download_name(self.name, self.ending)

    def is_intact(self) -> bool:
        """Whether the stored file still is the one that arrived."""
        try:
            with self.file.open("rb") as file:
                return sha256_of(file) == self.sha256
        except FileNotFoundError:
            return False

    def _owners_documents(self):
        key = {f"{owner}_id": getattr(self, f"{owner}_id") for owner in OWNERS}
        return Document.objects.filter(**key)

    def _next_version(self) -> int:
        """The newest version while it lacks this language, else the one after it."""
        texts = self._owners_documents().exclude(pk=self.pk).texts()
        newest = next((text.version for text in texts if text.version), 0)
        has_it = texts.filter(version=newest, language=self.language).exists()
        return newest + 1 if has_it or not newest else newest

    def _refuse_another_file(self):
        if self._state.adding:
            return
        stored = Document.objects.get(pk=self.pk)
        kept = ("file", "sha256", *(f"{owner}_id" for owner in OWNERS))
        if any(getattr(stored, name) != getattr(self, name) for name in kept):
            raise ValidationError(
                _("A document keeps its file and its owner. Upload another document.")
            )
