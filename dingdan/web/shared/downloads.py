"""Files handed over: what strangers sent, so that no browser takes it for anything but a file; and what is written while it is
read."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from dingdan.kernel.files import SHOWN
from dingdan.kernel.filing import StoredFile
from dingdan.kernel.tenancy import tenant_scope

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


def streamed(pieces: Iterator[bytes], *, name: str, media: str, tenant_id: UUID) -> StreamingHttpResponse:
    """A file that is sent while its pieces are still read from the database, each in the scope of the shop."""
    said = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    headers = {"Content-Disposition": said, "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(_in_scope(pieces, tenant_id), content_type=media, headers=headers)


def _in_scope(pieces: Iterator[bytes], tenant_id: UUID) -> Iterator[bytes]:
    """The pieces; whoever takes them is in no scope meanwhile."""
    while True:
        with tenant_scope(tenant_id):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def taken_along(content: bytes, *, name: str, media: str) -> HttpResponse:
    """A file that the program made for whoever asked: for them alone, kept by no cache."""
    said = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    headers = {**_SEALED, "Content-Disposition": said, "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=media, headers=headers)
