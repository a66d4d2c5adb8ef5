"""A program with a key that may do everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Shop
    from tests.web.api.client import Caller


@pytest.fixture
def caller(shop: Shop) -> Caller:
    """Speaks to the API of the test's own shop; its key was used before."""
    from tests.web.api.client import Caller

    made = Caller(shop)
    assert made.get("/orders").status == 200
    return made
