"""The tests of the goods book live at noon of one day, whenever they run: lots expire, supplies are due."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dingdan.kernel import clock


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    from tests.ledgers.inventory.book import NOON

    with clock.moved_by(NOON - clock.now()):
        yield
