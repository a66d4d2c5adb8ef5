"""Takes the pictures of every desk that the documentation shows: `make screenshots`. Without that it looks at nothing."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from PIL import Image

from dingdan.kernel import clock
from tests.browser.lively import furnished, until_afternoon
from tests.browser.visiting import DESK, PHONE, sit_at, visit
from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES: Final = ROOT / "docs" / "pictures"
MOST: Final = 1_500_000
"""Bytes that all pictures together may have."""
QUALITY: Final = 60
DESKS: Final = {
    "first-page": "",
    "orders": "board/boardrow/",
    "order": "board/boardrow/{order}/",
    "change": "board/boardrow/{order}/changes/",
    "review": "review/review/",
    "shipments": "fulfillment/shipment/",
    "picking": "fulfillment/shipment/round/{wave}/",
    "return": "aftersales/return/{return}/",
    "ticket": "tickets/ticket/{ticket}/",
    "stock": "inventory/balance/",
    "product": "catalog/product/{product}/",
    "customer": "customers/customer/{customer}/",
    "bank": "reconciliation/statementline/",
    "report": "rollups/saleshour/sales-by-day/",
}
"""What is shown of each desk."""
LOOKS: Final = (
    ("desk-light", DESK, "en", False),
    ("desk-dark", DESK, "zh-TW", True),
    ("phone-light", PHONE, "zh-TW", False),
    ("phone-dark", PHONE, "en", True),
)


def _kept(file: Path, content: bytes) -> int:
    """Write a picture down small; how large it is."""
    with Image.open(BytesIO(content)) as taken:
        taken.save(file, "WEBP", quality=QUALITY, method=6)
    return file.stat().st_size


@pytest.mark.skipif(not os.environ.get("DINGDAN_WRITE_PICTURES"), reason="pictures are taken by `make screenshots`")
def test_pictures_are_taken_of_every_desk(browser: Browser, address: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    size = 0
    with clock.moved_by(until_afternoon()):
        amy, ids = furnished()
        for look, screen, language, dark in LOOKS:
            with visit(browser, address, size=screen, language=language, dark=dark) as one:
                sit_at(one, amy)
                for name, path in DESKS.items():
                    one.go(f"/backoffice/{path.format(**ids)}")
                    one.page.wait_for_timeout(400)
                    size += _kept(PICTURES / f"{name}-{look}.webp", one.page.screenshot())
    assert size <= MOST, size
