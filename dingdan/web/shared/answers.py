"""What the doors answer with: JSON in one form."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpResponse


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def json_bytes(value: Any) -> bytes:
    """The value as JSON: times in UTC as RFC 3339, decimals as text; dataclasses, UUIDs and dates as they are."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS)


def json_answer(value: Any, *, status: int = 200) -> HttpResponse:
    """A response of JSON, which nobody on the way may keep."""
    response = HttpResponse(json_bytes(value), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
