"""Nobody looks at lists and sums here."""

import pytest


@pytest.fixture(autouse=True)
def _neither_board_nor_rollups(monkeypatch: pytest.MonkeyPatch) -> None:
    """They follow the same feed and know nothing of webhooks: handing it to them as well is half of the work."""
    from dingdan.automation.consumers import CONSUMERS
    from dingdan.insight.board import upkeep as board
    from dingdan.insight.rollups import upkeep as rollups

    for name in (board.CONSUMER, rollups.CONSUMER):
        monkeypatch.delitem(CONSUMERS, name)
