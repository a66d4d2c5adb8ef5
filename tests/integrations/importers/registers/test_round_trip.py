"""What is written out is read in again as the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from dingdan.integrations.importers.registers import REGISTERS, looked_at
from dingdan.integrations.importers.registers.files import read_file
from tests.conftest import Shop
from tests.integrations.importers.registers.goods import furnish, written_out


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_works(shop: Shop, tmp_path: Path, form: str) -> None:
    furnish(shop)
    told = {}
    for slug, kind in REGISTERS.items():
        path = tmp_path / f"{slug}.{form}"
        path.write_bytes(written_out(slug, form))
        read = read_file(kind(), path)
        assert (read.unreadable, read.unknown) == ([], []), slug
        looks = looked_at(kind(), read.rows)
        told[slug] = [(look.outcome, look.changes, str(look.trouble or "")) for look in looks]
    assert {slug: [one for one in found if one != ("same", [], "")] for slug, found in told.items()} == {s: [] for s in told}
    assert {slug: len(found) for slug, found in told.items()} == {
        "products": 2, "categories": 2, "storefronts": 1, "promotions": 1,
        "price-lists": 1, "prices": 2, "tax-rates": 1, "shipping-methods": 1, "customers": 1, "channels": 1,
        "sellers": 1, "nodes": 1, "locations": 5, "thresholds": 1, "wordings": 3,
    }  # fmt: skip
