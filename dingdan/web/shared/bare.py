"""Answers that go out past Django: as the loop sends them, with the headers that Django would have set."""

from __future__ import annotations

from typing import Final

from django.conf import settings

Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes]


def answered(status: int, body: bytes, **headers: str) -> Answer:
    """An answer with such headers, whose names are written with underscores."""
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return status, [*told, (b"content-length", str(len(body)).encode()), *_SECURE], body


_SECURE: Final = [
    (b"x-frame-options", settings.X_FRAME_OPTIONS.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
