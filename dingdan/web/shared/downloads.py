"""Files that strangers sent, handed over so that no browser takes them for anything but a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from dingdan.trade.tickets.models import Attachment

MEDIA_TYPE = "application/octet-stream"


def download(file: Attachment) -> HttpResponse:
    """The bytes of an attachment as a download: of no type that is shown in place, in an empty sandbox, kept by no cache."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(bytes(file.content or b""), content_type=MEDIA_TYPE, headers=headers)
