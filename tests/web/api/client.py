"""A program that speaks to the API: every answer it gets is held against the OpenAPI document."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs
from django.test import Client
from pydantic import TypeAdapter

from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.tokens import new_token
from dingdan.masterdata.staff.commands import create_api_key
from dingdan.masterdata.staff.rules import ApiKeyDraft
from dingdan.web.api import api
from dingdan.web.shared.problems import Problem
from tests.conftest import Shop

PREFIX = "/api/v1"
PROBLEM = TypeAdapter(Problem)


def token_for(shop: Shop, *scopes: str, **draft: Any) -> str:
    """The token of a new key of the shop, with everything allowed unless said."""
    token = new_token()
    key = ApiKeyDraft(name="test", prefix=token.prefix, digest=token.digest, scopes=scopes or ("*",), **draft)
    create_api_key(Call(tenant_id=shop.tenant_id, actor=SYSTEM), key=key)
    return token.text


class Answer:
    """A response: its status, headers and JSON."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers = response.headers
        self.body: bytes = b"".join(response.streaming_content) if response.streaming else response.content
        self.media_type = str(response.headers.get("Content-Type", ""))

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> Problem:
        """The problem document that the answer is; anything else fails."""
        assert self.media_type == "application/problem+json", (self.status, self.body[:500])
        problem = PROBLEM.validate_json(self.body)
        assert problem.status == self.status
        assert problem.detail
        assert problem.remedy
        return problem

    def __getitem__(self, name: str) -> Any:
        return self.json[name]


class Caller:
    """Speaks for one API key. `get("/orders")` and so on; anything off the OpenAPI document fails."""

    def __init__(self, shop: Shop, *scopes: str, token: str | None = None) -> None:
        self.token = token_for(shop, *scopes) if token is None else token
        self.client = Client(raise_request_exception=False, SERVER_NAME="localhost")

    def get(self, path: str, **query: Any) -> Answer:
        asked = f"?{urlencode(query)}" if query else ""
        return self.send("GET", path, query=asked)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Answer:
        return self.send("POST", path, body, key=key)

    def put(self, path: str, body: Any = None, *, key: str | None = None) -> Answer:
        return self.send("PUT", path, body, key=key)

    def send(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, query: str = "", **headers: str
    ) -> Answer:
        """One request. A body that is bytes is sent as it is, anything else as JSON."""
        if self.token:
            headers.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.token}")
        if key is not None:
            headers["HTTP_IDEMPOTENCY_KEY"] = key
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = headers.pop("CONTENT_TYPE", "application/json")
        found = Answer(self.client.generic(method, PREFIX + path + query, raw, content_type=kind, **headers))  # type: ignore[arg-type]
        held_to_schema(method, PREFIX + path, found)
        return found


def held_to_schema(method: str, path: str, answer: Answer) -> None:
    """Fail when an answer is not what the OpenAPI document says of this operation."""
    found = _found(method, path)
    if found is None:
        return
    template, operation = found
    declared = operation["responses"].get(str(answer.status))
    assert declared is not None, f"{method} {path} answered {answer.status}, which is not declared: {answer.body[:300]!r}"
    media = answer.media_type.partition(";")[0]
    assert media in declared.get("content", {}), f"{method} {path} answered {media}"
    if media.endswith("json"):
        _validator("paths", template, method.lower(), "responses", str(answer.status), "content", media, "schema").validate(
            answer.json
        )


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    return found


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([("urn:document", document())])


@cache
def _validator(*place: str) -> Any:
    """Tells whether something is as a schema of the document says, which stands there under these names."""
    pointer = "/".join(quote(name.replace("~", "~0").replace("/", "~1")) for name in place)
    return jsonschema_rs.validator_for({"$ref": f"urn:document#/{pointer}"}, registry=_registry(), validate_formats=True)


@cache
def _addresses() -> list[tuple[re.Pattern[str], str, Any]]:
    # A fixed word before a name: /orders/counts is no order whose number is "counts".
    paths = sorted(document()["paths"].items(), key=lambda found: found[0].count("{"))
    return [(re.compile(re.sub(r"{\w+}", "[^/]+", template)), template, operations) for template, operations in paths]


@cache
def _found(method: str, path: str) -> tuple[str, Any] | None:
    """The address in the document of what answers there, and what it says of it."""
    for address, template, operations in _addresses():
        if template.count("/") == path.count("/") and method.lower() in operations and address.fullmatch(path):
            return template, operations[method.lower()]
    return None


def operation_of(method: str, path: str) -> Any:
    """What the document says of the operation that answers there, or None."""
    found = _found(method, path)
    return found[1] if found else None
