"""What the tests of the house share: the trees of all sources, which are made once and stay."""

from collections.abc import Iterator

import pytest

from dingdan.config.database import uncollected


@pytest.fixture(scope="package", autouse=True)
def _trees_stay() -> Iterator[None]:
    """A million nodes hang together and are all needed: to look through them for garbage takes longer than to make them."""
    with uncollected():
        yield
