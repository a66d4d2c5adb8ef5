"""Laws that are asked together tell what they tell one by one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dingdan.kernel.laws import Law, breaches, told
from tests.conftest import Shop

_SHARE = "SELECT code, priority FROM inventory_node WHERE tenant_id = %(tenant)s::uuid AND priority %% 10 >= %(limit)s::int"


def _law(limit: int) -> Law:
    return lambda: breaches(_SHARE, f"{{0}} has {{1}}, at least {limit}", limit=limit)


def _said() -> Iterator[str]:
    yield "looked at by itself"


@pytest.mark.parametrize(
    ("laws", "sentences"),
    [
        ([], []),
        ([_law(1), _law(5)], []),
        ([_law(5), _law(0), _law(3)], ["main has 100, at least 0"]),
        ([_law(0), _law(5), _law(-1)], ["main has 100, at least 0", "main has 100, at least -1"]),
        ([_law(5), _said], ["looked at by itself"]),
    ],
    ids=["no law", "all hold", "one of them", "two of them", "one that asks otherwise"],
)
def test_each_with_its_own_values(shop: Shop, laws: list[Law], sentences: list[str]) -> None:
    assert told(laws) == [sentence for law in laws for sentence in law()] == sentences
