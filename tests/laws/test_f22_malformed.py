"""F22: malformed requests to every operation: no answer of 500 and above, none that the OpenAPI document does not describe."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
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
from dingdan.web.api import api
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized
from tests.laws.test_f27_access import BY_LINK, Asked
from tests.web.api.client import document

EXAMPLES = sized(2, 100, 1000)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


# Their names alone: the document is made by the one process that attacks, not by every one that collects.
NAMES = [
    operation.operation_id or api.get_openapi_operation_id(operation)
    for router in api._get_bound_routers()
    for view in router.path_operations.values()
    for operation in view.operations
    if operation.include_in_schema
]


@cache
def _operations() -> dict[str, Any]:
    schema = schemathesis.openapi.from_dict(document())
    schema.app = application
    found = [one.ok() for one in schema.get_all_operations()]  # type: ignore[union-attr]
    return {operation.definition.raw["operationId"]: operation for operation in found}


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    """One shop for all operations: what one of them breaks, the next ones must bear. At the end its books are whole."""
    from dingdan.automation.setup import create_tenant
    from dingdan.kernel.journal import SYSTEM
    from dingdan.kernel.tenancy import tenant_scope

    tenant = create_tenant(f"shop-{secrets.token_hex(6)}", "A shop")
    with tenant_scope(tenant.id):
        yield Asked(Shop(tenant, SYSTEM))
        assert kit.breaches() == []


def _about_what_is_there(value: Any, known: dict[str, Any]) -> Any:
    """The body with the names and ids of things that exist, so that it gets further than the first look."""
    if isinstance(value, dict):
        return {key: known.get(key, _about_what_is_there(inner, known)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_about_what_is_there(inner, known) for inner in value]
    return value


def test_every_operation_of_the_document_is_attacked() -> None:
    assert sorted(NAMES) == sorted(_operations())


@pytest.mark.parametrize("name", NAMES)
def test_no_request_makes_an_operation_fail_or_answer_off_its_schema(name: str, asked: Asked) -> None:
    operation = _operations()[name]
    known = asked.ids | {"sku": "MUG", "currency": "GBP", "topic": "damaged"}
    bearer = asked.links[BY_LINK[name]] if name in BY_LINK else asked.owner.token
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])

    @given(case=cases, is_aimed=st.booleans(), has_aimed_body=st.booleans())
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def attack(case: Any, is_aimed: bool, has_aimed_body: bool) -> None:
        if is_aimed and case.path_parameters:
            case.path_parameters = {key: str(known.get(key, value)) for key, value in case.path_parameters.items()}
        if has_aimed_body:
            case.body = _about_what_is_there(case.body, known)
        case.call_and_validate(headers={"Authorization": f"Bearer {bearer}", "Accept-Encoding": "identity"}, checks=CHECKS)

    attack()
