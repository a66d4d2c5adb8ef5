"""Files for importers: small ones made by the test, and the large ones where they lie beside the project."""

from collections.abc import Callable
from pathlib import Path

import pytest

RETAIL_HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"

WriteRetail = Callable[..., Path]


@pytest.fixture
def retail(tmp_path: Path) -> WriteRetail:
    """Writes an Online Retail file of the given lines."""

    def write(*lines: str, encoding: str = "utf-8", header: str = RETAIL_HEADER) -> Path:
        path = tmp_path / "retail.csv"
        path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
        return path

    return write


@pytest.fixture(scope="session")
def datasets() -> Callable[[str], Path]:
    """The path of a data set that is too large, or not ours, to ship; skips the test where there is none."""
    from django.conf import settings

    def find(name: str) -> Path:
        path: Path = settings.DATASETS / name
        if not path.exists():
            pytest.skip(f"NOT TESTED: {name} is not in {settings.DATASETS}")
        return path

    return find
