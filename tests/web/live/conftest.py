"""The shop's owner, at a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Shop
    from tests.web.backoffice.desk import Desk


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """The shop's owner at a browser, in English."""
    from tests.web.backoffice.desk import sit_down

    return sit_down(shop)
