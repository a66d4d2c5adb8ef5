"""What a story is told with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Shop
    from tests.stories.telling import Story


@pytest.fixture
def story(shop: Shop, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Story:
    """A story that begins on a Monday morning; the clock of the house is its own."""
    from dingdan.kernel import clock
    from tests.stories.telling import Story

    told = Story(shop, module=request.node.path.stem)
    monkeypatch.setattr(clock, "now", lambda: told.now)
    return told
