"""Bodies that an operation's schema allows, made from the schema: the least that is needed, with plausible values."""

from __future__ import annotations

from typing import Any

from tests.web.api.client import document

VALUES: dict[str, Any] = {
    "key": "row-1",
    "currency": "GBP",
    "country": "GB",
    "country_code": "GB",
    "language": "en",
    "time_zone": "Europe/London",
    "sku": "MUG",
    "code": "some-code",
    "slug": "some-slug",
    "name": "Some name",
    "reason": "other",
    "method": "cash",
    "gateway": "sandbox",
    "kind": "order",
    "gives": "free_shipping",
    "purpose": "newsletter",
    "text": "Some text",
    "amount": 100,
    "quantity": 1,
    "rate": "0.2",
    "unit_price": "250",
    "scopes": ["orders.read"],
    "permissions": ["orders.read"],
    "url": "https://shop.example/hooks",
    "types": ["orders.*"],
    "states": ["delivered"],
    "topic": "damaged",
    "content": "JVBERi0xLjQKJSVFT0Y=",
    "add": ["vip"],
    "rating": 5,
    "monday": [["09:00", "18:00"]],
}


def sample(operation: dict[str, Any], **known: Any) -> Any:
    """A body for the operation, or None where it takes none. `known` gives the values of ids by their names."""
    sent = operation.get("requestBody")
    if sent is None:
        return None
    return _value("", sent["content"]["application/json"]["schema"], known)


def _value(name: str, schema: dict[str, Any], known: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _value(name, document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], known)
    known = known | {name: schema["const"]} if "const" in schema else known
    if name in known:
        return known[name]
    if name in VALUES:
        return VALUES[name]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return _value(name, schema[choice][0], known)
    kind = schema.get("type")
    if kind == "object":
        needed = schema.get("required", ())
        return {key: _value(key, inner, known) for key, inner in schema.get("properties", {}).items() if key in needed}
    if kind == "array":
        return [_value(name, schema["items"], known)]
    if "format" in schema:
        return {"uuid": known["some_id"], "date": "2030-01-01", "date-time": "2030-01-01T00:00:00Z"}[schema["format"]]
    return {"integer": 1, "number": 1, "boolean": True}.get(str(kind), "some text")
