"""A sheet in the tests of counting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.ledgers.inventory.commands import save_location
from dingdan.trade.counting.commands import enter_counts, start_count
from dingdan.trade.counting.events import CountsEntered
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.counting.rules import CountWanted, SeenGoods
from tests.conftest import Shop
from tests.ledgers.inventory import book


def started(shop: Shop, **changes: Any) -> UUID:
    """A sheet of all that lies in the first node."""
    return start_count(shop.call(), wanted=CountWanted(**changes)).count_id


def line(sku: str) -> CountLine:
    """The only line of an article."""
    return CountLine.objects.select_related("location").get(variant__sku=sku)


def seen(shop: Shop, count_id: UUID, *, again: bool = False, **pieces: int) -> CountsEntered:
    """So many of each article were counted at the first place of the node."""
    lines = tuple(SeenGoods(sku, book.place_of(), counted) for sku, counted in pieces.items())
    return enter_counts(shop.call(), count_id=count_id, lines=lines, again=again)


def shelf(shop: Shop, code: str) -> UUID:
    """One more place of the first node."""
    return save_location(shop.call(), code=code).location_id


def written() -> dict[str, Any]:
    """Every row of the sheets and of the goods book."""
    sheets = {model.__name__: list(model.objects.order_by("id").values()) for model in (Count, CountLine)}
    return sheets | book.snapshot()


@contextmanager
def refused(kind: type[Refusal], *, field: str | None = None) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """The block is refused in that way, about that field, and changes nothing."""
    before = written()
    with pytest.raises(kind) as caught:
        yield caught
    assert written() == before
    if field is not None:
        assert caught.value.field == field
