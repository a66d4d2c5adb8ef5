"""What the doors answer with: JSON in one form."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from dingdan.kernel.wire import wire_bytes


def json_answer(value: Any, *, status: int = 200) -> HttpResponse:
    """A response of JSON, which nobody on the way may keep."""
    response = HttpResponse(wire_bytes(value), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
