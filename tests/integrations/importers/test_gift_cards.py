"""Gift cards of a former system, from a table: all that can be taken, once, and no code is ever told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dingdan.integrations.importers.findings import UnreadableFile
from dingdan.integrations.importers.gift_cards import bring_over
from dingdan.kernel import clock
from dingdan.ledgers.payments.models import GiftCard
from dingdan.ledgers.payments.queries import usable_card
from tests import kit
from tests.conftest import Shop

TABLE = """Code;Balance;Valid until
XMAS-2024-0001;12.50;2031-12-31
xmas 2024 0002;7.00;
SHORT;5.00;
XMAS-2024-0004;a lot;
XMAS-2024-0005;1.00;soon
XMAS-2024-0006;0.00;
"""


def table(folder: Path, text: str = TABLE) -> Path:
    """The table as a file."""
    file = folder / "cards.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_cards_come_over_once_and_the_rest_is_named_by_its_line(shop: Shop, tmp_path: Path) -> None:
    report = bring_over(table(tmp_path), shop.tenant)
    assert (report.taken, report.amount, report.complete) == (2, 19_50, False)
    assert [line for line, _why in report.refused] == [4, 5, 6, 7]
    assert "XMAS" not in str(report)
    assert "XMAS" not in json.dumps(report.as_dict())
    known = usable_card("XMAS20240001", at=clock.now())
    assert known is not None
    assert (known.left, known.expires_at) == (12_50, datetime(2032, 1, 1, tzinfo=UTC))
    assert bring_over(table(tmp_path), shop.tenant).taken == 2
    assert GiftCard.objects.count() == 2
    assert kit.breaches() == []


def test_a_dry_run_writes_nothing(shop: Shop, tmp_path: Path) -> None:
    report = bring_over(table(tmp_path), shop.tenant, dry_run=True)
    assert [line for line, _why in report.refused] == [5, 6]
    assert not GiftCard.objects.exists()


def test_a_table_without_balances_is_refused(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        bring_over(table(tmp_path, "code;name\nXMAS-2024-0001;Ann\n"), shop.tenant)
