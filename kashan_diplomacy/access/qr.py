"""The key of a code, to be photographed or typed into the telephone's app."""

from base64 import b32encode
from dataclasses import dataclass
from io import BytesIO
from textwrap import wrap

import segno
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class SetupKey:
    """As a picture, in letters, and as a link for an app on the same telephone."""

    picture: SafeString
    letters: str
    link: str


def setup_key(device) -> SetupKey:
    """The key of `device`, whose picture is part of the page.

    It has no address of its own, which would lie in logs and caches with the secret.
    """
    link = device.config_url
    image = BytesIO()
    segno.make(link, micro=False).save(
        image, kind="svg", scale=5, border=3, dark="#000", light="#fff", svgns=False,
        xmldecl=False, nl=False, omitsize=True, svgclass="qr", lineclass=None,
    )  # fmt: skip
    letters = " ".join(wrap(b32encode(device.bin_key).decode(), 4))
    return SetupKey(mark_safe(image.getvalue().decode()), letters, link)  # noqa: S308
