"""Sending a file and keeping in the log who got what, with its SHA-256."""

from collections.abc import Iterator
from hashlib import sha256

from django.utils import timezone

from .events import event
from .exports import csv_response
from .models import Download


def send(request, export, queryset, asked=""):
    """`queryset` as CSV; `asked` says what of the list it is, empty for all of it."""
    return recorded(request, csv_response(export, queryset), export.name, asked)


def recorded(request, response, name, asked=""):
    """The streaming `response`, entered in the log of downloads as it is read."""
    download = Download.objects.create(user=request.user, name=name, asked=asked)
    event("export", user=request.user.get_username(), list=name, download=download.pk)
    response.streaming_content = _hashed(response.streaming_content, download)
    return response


def _hashed(chunks: Iterator[bytes], download: Download) -> Iterator[bytes]:
    digest, size = sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        yield chunk
    download.finished_at, download.size = timezone.now(), size
    download.sha256 = digest.hexdigest()
    download.save(update_fields=["finished_at", "size", "sha256"])
