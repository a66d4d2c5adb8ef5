"""Files that strangers sent, handed over so that no browser takes them for anything but a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from dingdan.kernel.files import SHOWN
from dingdan.kernel.filing import StoredFile

MEDIA_TYPE = "application/octet-stream"
_SEALED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def download(file: StoredFile) -> HttpResponse:
    """The bytes of an attachment as a download: of no type that is shown in place, in an empty sandbox, kept by no cache."""
    said = content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
    headers = {**_SEALED, "Content-Disposition": said, "Cache-Control": "private, no-store"}
    return HttpResponse(bytes(file.content or b""), content_type=MEDIA_TYPE, headers=headers)


def picture(file: StoredFile) -> HttpResponse | None:
    """The bytes of an attachment as the picture that they were found to be, and as nothing else; None for what is no picture.

    The type is the one that was read from the bytes, and no browser may look for another one.
    """
    if file.media_type not in SHOWN:
        return None
    headers = {**_SEALED, "Content-Disposition": "inline", "Cache-Control": "private, no-store"}
    return HttpResponse(bytes(file.content or b""), content_type=file.media_type, headers=headers)
