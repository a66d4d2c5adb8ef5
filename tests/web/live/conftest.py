"""The shop's owner, at a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.running import Web

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Shop
    from tests.web.backoffice.desk import Desk


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """The shop's owner at a browser, in English."""
    from tests.web.backoffice.desk import sit_down

    return sit_down(shop)


@pytest.fixture(scope="package")
def web(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A web process on the database of the tests, under their key."""
    from django.conf import settings

    folder: Path = tmp_path_factory.mktemp("live") / "var"
    running = Web(folder, DATABASE_URL=database_url, DINGDAN_SECRET_KEY=settings.SECRET_KEY, DINGDAN_LIVE_PER_ADDRESS="12")
    try:
        running.start()
        yield running
    finally:
        running.kill()
