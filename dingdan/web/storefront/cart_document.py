"""The OpenAPI document of a shop's carts, made of what answers: `DOORS`, the bodies it reads and the cart it tells."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from dingdan.web.shared.answers import json_answer
from dingdan.web.shared.problems import MEDIA_TYPE, Problem
from dingdan.web.storefront.addresses import whole
from dingdan.web.storefront.cart_api import DOORS, Door, Operation, Sent
from dingdan.web.storefront.cart_told import CartTold
from dingdan.web.storefront.reader import Reader

REF: Final = "#/components/schemas/{model}"
_ABOUT: Final = (
    "Fill a cart and hand it over to the checkout, without a secret: send the shopper to `checkout_url`. Amounts are whole "
    "numbers of the currency's minor unit, errors are problem documents (RFC 9457). How a page uses it: /docs/embedding.md."
)
_ALWAYS: Final = {
    400: "The request cannot be read: broken text, JSON or address.",
    403: "Pages of this origin may not use the carts of this shop.",
    404: "There is no such cart (any more), or no such shop.",
    422: "Parts of the request cannot be used; `errors` lists them.",
    500: "A fault of the program; nothing was written.",
    503: "Busy: repeat the request after `Retry-After` seconds.",
}
_WRITING: Final = {413: "The body is too large.", 415: "The body is not said to be application/json."}
_ALSO: Final = {
    409: "The cart was changed by others at the same time, again and again.",
    429: "Too often from one address, for one cart, or too many wrong coupons: again after `Retry-After` seconds.",
}
_NAMED: Final = {"cart": "The `cart` of an answer.", "sku": "An article.", "coupon": "A coupon on the cart."}
_ASKED: Final = {
    "country": "Where it is shipped to (ISO 3166); without it, the country of the shop.",
    "postcode": "And the postcode there.",
}


def _document(_request: HttpRequest, reader: Reader) -> HttpResponse:
    """The document for one shop and language: its addresses begin there."""
    server = {"url": whole(f"{reader.to.home}api")}
    return json_answer({**document(), "info": {**document()["info"], "title": reader.front.title}, "servers": [server]})


@cache
def document() -> dict[str, Any]:
    """The document, of no shop yet: its addresses begin with `/carts`. Made once; not to be changed."""
    paths = {
        f"/{path}": {method: _operation(path, one) for method, one in door.operations.items()} for path, door in DOORS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Carts", "version": "1", "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


def _schemas() -> dict[str, Any]:
    taken = [one.takes for door in DOORS.values() for one in door.operations.values() if one.takes]
    _by_kind, sent = models_json_schema([(kind, "validation") for kind in taken], ref_template=REF)
    found: dict[str, Any] = dict(sent["$defs"])
    for kind in (CartTold, Problem):
        schema = TypeAdapter(kind).json_schema(ref_template=REF, mode="serialization")
        found |= schema.pop("$defs", {}) | {kind.__name__: schema}
    return found


def _operation(path: str, one: Operation) -> dict[str, Any]:
    named = [_parameter("path", name, _NAMED[name], is_needed=True) for name in re.findall(r"{(\w+)}", path)]
    asked = [_parameter("query", name, text) for name, text in _ASKED.items()]
    fails = _ALWAYS | (_WRITING if one.takes else {}) | {code: _ALSO[code] for code in one.fails if code in _ALSO}
    answers = {one.status: _content("The cart as it is now.", "application/json", CartTold.__name__)}
    answers |= {code: _problem(code, text) for code, text in fails.items()}
    found: dict[str, Any] = {"operationId": one.name, "summary": one.summary, "parameters": named + asked}
    if one.takes:
        found["requestBody"] = _body(one.takes)
    return found | {"responses": {str(code): answers[code] for code in sorted(answers)}}


def _parameter(place: str, name: str, text: str, *, is_needed: bool = False) -> dict[str, Any]:
    return {"in": place, "name": name, "required": is_needed, "schema": {"type": "string"}, "description": text}


def _body(kind: type[Sent]) -> dict[str, Any]:
    is_needed = any(one.is_required() for one in kind.model_fields.values())
    schema = {"$ref": REF.format(model=kind.__name__)}
    return {"required": is_needed, "content": {"application/json": {"schema": schema}}}


def _content(text: str, media: str, model: str) -> dict[str, Any]:
    return {"description": text, "content": {media: {"schema": {"$ref": REF.format(model=model)}}}}


def _problem(code: int, text: str) -> dict[str, Any]:
    found = _content(text, MEDIA_TYPE, "Problem")
    if code in (429, 503):
        found["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
    return found


described: Final = Door({"get": Operation(_document, "describe", "This document.")})
