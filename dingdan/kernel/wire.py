"""JSON as the outside is told it, by answers of the API and by webhooks alike."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def wire_bytes(value: Any) -> bytes:
    """The value as JSON: times in UTC as RFC 3339, decimals as text; dataclasses, UUIDs and dates as they are."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS)
