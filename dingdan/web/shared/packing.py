"""Answers go out compressed to whoever takes them so, where no proxy does it: pages, JSON, style sheets, scripts.

What is short, streamed, a picture, a PDF or compressed already goes out as it is. Pages that may hold a secret get a few bytes
more or less each time, so that their length tells nothing of it (BREACH). Files of ours are compressed once for each process.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseFileResponse

LEAST: Final = 1_000
"""Shorter bodies fit into one packet as they are."""
_MEDIA: Final = re.compile(r"text/(?!event-stream)|application/(?:[\w.+-]+\+)?(?:json|javascript|xml|yaml)\b|image/svg\+xml")
_REFUSED: Final = re.compile(r"\bgzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")
_HEAD: Final = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"


def takes_gzip(accepted: str) -> bool:
    """Whether somebody who sends this as `Accept-Encoding` takes gzip."""
    return "gzip" in accepted and not _REFUSED.search(accepted)


class Packing:
    """Compresses what is worth it; the tag of a compressed answer is weak, and tags that come back are compared as such."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._gzip = GZipMiddleware(get_response)
        self._files = dict[tuple[str, str], bytes]()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        tags = request.META.get("HTTP_IF_NONE_MATCH", "")
        if tags:
            request.META["HTTP_IF_NONE_MATCH"] = tags.replace('W/"', '"')
        return self._packed(request, self.get_response(request))

    def _packed(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code in (204, 206) or not _MEDIA.match(response.get("Content-Type", "text/")):
            return response
        if response.streaming and not isinstance(response, WhiteNoiseFileResponse):
            return response
        if response.status_code == 304 or not takes_gzip(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        if isinstance(response, WhiteNoiseFileResponse):
            return self._file(request, response)
        if isinstance(response, HttpResponse) and len(response.content) < LEAST:
            return response
        return self._gzip.process_response(request, response)

    def _file(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        length = int(response.get("Content-Length", "0"))
        if request.method != "GET" or response.status_code != 200 or response.has_header("Content-Encoding") or length < LEAST:
            return response
        key = (request.path_info, str(response.get("ETag", "")))
        if key not in self._files:
            self._files[key] = gzip.compress(b"".join(response), 9, mtime=0)
        response.close()
        packed = HttpResponse(self._files[key], headers=dict(response.items()))
        packed["Content-Encoding"], packed["Content-Length"] = "gzip", str(len(packed.content))
        if packed.get("ETag", "").startswith('"'):
            packed["ETag"] = f"W/{packed['ETag']}"
        patch_vary_headers(packed, ("Accept-Encoding",))
        return packed


class Packed:
    """A text around a gap, compressed once; whatever is put into the gap is copied in.

    It is one gzip stream: what stands before the gap ends at a whole byte, and what stands behind it looks back at nothing, so
    that a block of any bytes fits between them.
    """

    def __init__(self, before: bytes, behind: bytes) -> None:
        self._around, self._whole = (before, behind), len(before) + len(behind)
        self._before, self._behind = _deflated(before, zlib.Z_FULL_FLUSH), _deflated(behind, zlib.Z_FINISH)
        self._ends = dict[bytes, bytes]()

    def around(self, gap: bytes) -> bytes:
        """The compressed text around these bytes, at most 65,535 of them."""
        end = self._ends.get(gap)
        if end is None:
            before, behind = self._around
            check = zlib.crc32(behind, zlib.crc32(gap, zlib.crc32(before)))
            end = check.to_bytes(4, "little") + (self._whole + len(gap)).to_bytes(4, "little")
            self._ends[gap] = end
        length = len(gap)
        block = b"\0%b%b%b" % (length.to_bytes(2, "little"), (length ^ 0xFFFF).to_bytes(2, "little"), gap) if gap else b""
        return b"".join((_HEAD, self._before, block, self._behind, end))


def _deflated(text: bytes, flush: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(text) + packer.flush(flush)
