from collections.abc import Iterator

import pytest

from dingdan.masterdata.methods.ports import Firm
from tests.masterdata.methods.firm import open_for_business


@pytest.fixture(autouse=True)
def pennypay() -> Iterator[Firm]:
    with open_for_business() as firm:
        yield firm
