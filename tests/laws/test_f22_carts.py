"""F22, the carts for other people's pages: whatever is sent, each answer and each refusal is as the shop's document says."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dingdan.config.wsgi import application
from dingdan.masterdata.promotions.commands import save_promotion
from dingdan.masterdata.promotions.rules import PromotionDraft
from dingdan.web.storefront.cart_api import DOORS
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized
from tests.web.storefront.front import Visitor, open_front, put_on_offer

EXAMPLES = sized(3, 100, 1000)
BLOG = "https://blog.example"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
NAMES = [one.name for door in DOORS.values() for one in door.operations.values()]


@pytest.fixture(scope="module")
def visitor() -> Iterator[Visitor]:
    """One shop for all operations. At the end its books are whole."""
    from dingdan.automation.setup import create_tenant
    from dingdan.kernel.journal import SYSTEM
    from dingdan.kernel.tenancy import tenant_scope

    tenant = create_tenant(f"shop-{secrets.token_hex(6)}", "A shop")
    with tenant_scope(tenant.id):
        shop = Shop(tenant, SYSTEM)
        open_front(shop, origins=(BLOG,))
        put_on_offer(shop, "mug", pieces=9)
        draft = PromotionDraft(code="five", name="Five", gives="amount", amount=500, currencies=("GBP",), coupons=("FIVE",))
        save_promotion(shop.call(), promotion=draft)
        yield Visitor(shop)
        assert kit.breaches() == []


@cache
def _operations(path: str) -> dict[str, Any]:
    schema = schemathesis.openapi.from_dict(json.loads(Client(SERVER_NAME="localhost").get(path).content))
    schema.app = application
    found = [one.ok() for one in schema.get_all_operations()]  # type: ignore[union-attr]
    return {operation.definition.raw["operationId"]: operation for operation in found}


def _there(value: Any, known: dict[str, Any]) -> Any:
    """The body with names of things that exist."""
    if isinstance(value, dict):
        return {key: known.get(key, _there(inner, known)) for key, inner in value.items()}
    return [_there(inner, known) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_as_the_document_says(name: str, visitor: Visitor) -> None:
    operation = _operations(visitor.path("api/openapi.json"))[name]
    made = visitor.client.post(visitor.path("api/carts"), {"lines": [{"sku": "MUG"}]}, content_type="application/json")
    known = {"sku": "MUG", "coupon": "FIVE", "cart": made.json()["cart"]}
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])
    origins = st.sampled_from(["", BLOG, "https://evil.example"])

    @given(case=cases, is_aimed=st.booleans(), has_aimed_body=st.booleans(), origin=origins)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def attack(case: Any, is_aimed: bool, has_aimed_body: bool, origin: str) -> None:
        if is_aimed and case.path_parameters:
            case.path_parameters = {key: known.get(key, value) for key, value in case.path_parameters.items()}
        if has_aimed_body:
            case.body = _there(case.body, known)
        case.call_and_validate(headers={"Accept-Encoding": "identity"} | ({"Origin": origin} if origin else {}), checks=CHECKS)

    attack()


def test_every_operation_is_attacked(visitor: Visitor) -> None:
    assert sorted(NAMES) == sorted(_operations(visitor.path("api/openapi.json")))
