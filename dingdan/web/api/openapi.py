"""What the OpenAPI document says beside what the operations say themselves: how every one of them can fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic import TypeAdapter

from dingdan.web.api.names import KNOWN_BY
from dingdan.web.shared.problems import MEDIA_TYPE, Problem

REF: Final = "#/components/schemas/{model}"

ALWAYS: Final = {
    400: "The request cannot be read: broken text, JSON or address.",
    401: "No valid API key.",
    403: "The key's scopes do not cover this.",
    404: "There is no such thing in this shop.",
    422: "Parts of the request cannot be used; `errors` lists them.",
    500: "A fault of the program; nothing was written.",
    503: "Busy: repeat the same request after `Retry-After` seconds.",
}
WRITING: Final = {
    409: "What is to be changed is in no state for it, or the first request with this key still runs.",
    413: "The body is too large.",
    415: "The body is not said to be application/json.",
}
GUESSING: Final = {429: "Too many wrong codes: the next one is looked at after `Retry-After` seconds."}
GUESSED_AT: Final = frozenset(
    {
        *("ask_gift_card_balance", "ask_my_gift_card_balance", "redeem_gift_card", "redeem_my_gift_card"),
        *("place_order", "place_cart", "preview_order"),
    }
)
"""Operations that take a secret which people type, so that it could be guessed at."""
PREVIEWING: Final = {409: "What would be changed is in no state for it."}
TELLS_WHEN: Final = (409, 429, 503)


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the problems, the headers and the security of every operation."""
    schemas = document["components"]["schemas"]
    problem = TypeAdapter(Problem).json_schema(ref_template=REF, mode="serialization")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    for method, operation in _operations(document):
        codes = ALWAYS | (WRITING if method != "get" else PREVIEWING if "x-previews" in operation else {})
        codes |= GUESSING if operation["operationId"] in GUESSED_AT else {}
        responses = operation["responses"]
        if 201 in responses:
            responses[201]["headers"] = {"Location": {"schema": {"type": "string"}, "description": "Where it can be looked at."}}
        responses.update({code: _problem(code, text) for code, text in sorted(codes.items()) if code not in responses})
        operation["responses"] = {str(code): responses[code] for code in sorted(responses)}
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                parameter["description"] = _named(parameter["name"])
    document["servers"] = [{"url": "/"}]
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in document["paths"].values():
        yield from path.items()


def _named(name: str) -> str:
    """What may stand in an address in this place."""
    if name in KNOWN_BY:
        return f"Its id, or its {KNOWN_BY[name][1]}."
    return "Its id." if name.endswith("_id") else f"The {name}."


def _problem(code: int, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}},
    }
    if code in TELLS_WHEN:
        found["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
    return found
