"""One way to write any argument as bytes, so that the same request always has the same fingerprint."""

import hashlib
from decimal import Decimal
from enum import Enum
from typing import Any

import orjson


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def json_bytes(value: Any) -> bytes:
    """The value as JSON with sorted keys; dataclasses, UUIDs, times and decimals included."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def json_text(value: Any) -> str:
    """`json_bytes` as text, for a JSON column."""
    return json_bytes(value).decode()


def plain(value: Any) -> Any:
    """The value as what JSON knows: dicts, lists, texts, numbers."""
    return orjson.loads(json_bytes(value))


def fingerprint(*values: Any) -> str:
    """64 hex digits that differ when the values differ (SHA-256 of their canonical JSON)."""
    try:
        written = json_bytes(values)
    except TypeError:  # a lone surrogate, or a number beyond 64 bits: the command will refuse it, and then the key stays free
        written = repr(values).encode("utf-8", "surrogatepass")
    return hashlib.sha256(written).hexdigest()
