"""F11: any two commands on the same order, money and goods, one inside the other at each of its statements.

What comes of it is what one of the two orders would have given: the same answers, and the same books afterwards. The database
breaks no tie, nobody is told that the shop is busy.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from dingdan.automation.setup import create_tenant
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments.ports import gateways
from dingdan.trade.orders import queries as order_queries
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.laws.interleaving import Pair, Told, places, tell
from tests.laws.scene import ACTS, GATEWAY, Scene, SilentGateway, scenes
from tests.laws.size import sized

INNER_ACTS = sized(1, len(ACTS), len(ACTS))
PLACES = sized(1, 100, 100)  # behind how many statements: a hundred are all of them


class Came(NamedTuple):
    """What came of two acts: how each was answered, and how everything stands."""

    outer: str
    inner: str
    standing: dict[str, Any]


@pytest.fixture(scope="module")
def pair(database_url: str) -> Iterator[Pair]:
    """Two callers, and a gateway that holds money."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setitem(gateways, GATEWAY, SilentGateway())
        made = Pair(database_url)
        yield made
        made.close()


@pytest.fixture(scope=sized("module", "function", "function"))
def stage(pair: Pair) -> Iterator[Iterator[Scene]]:
    """Scenes in one shop, for all who meet where they are few: its books are whole at the end."""
    shop = Shop(create_tenant(f"stage-{secrets.token_hex(6)}", "A shop"), SYSTEM)
    with tenant_scope(shop.tenant_id):
        yield scenes(shop, at_once=20)
        assert kit.breaches() == []


def _in_turn(scene: Scene, first: str, second: str) -> tuple[Told, Told]:
    told = [tell(partial(ACTS[name], scene), scene.shop.tenant_id) for name in (first, second)]
    return told[0], told[1]


def _lawful(stage: Iterator[Scene], outer: str, inner: str) -> tuple[list[Came], list[int]]:
    """What may come of two acts: what comes of one after the other. And behind which statements of the outer they may meet."""
    scene, other = next(stage), next(stage)
    outer_first, inner_second = _in_turn(scene, outer, inner)
    inner_first, outer_second = _in_turn(other, inner, outer)
    lawful = [
        Came(outer_first.kind, inner_second.kind, scene.standing()),
        Came(outer_second.kind, inner_first.kind, other.standing()),
    ]
    return lawful, places(outer_first.statements, inner_first.statements)


def _meet(pair: Pair, stage: Iterator[Scene], names: tuple[str, str], chance: random.Random) -> tuple[int, list[str]]:
    """Let one act come inside the other at some of its places; how often they met, and what came of it unlawfully."""
    outer, inner = names
    lawful, where = _lawful(stage, outer, inner)
    chosen, unlawful = chance.sample(where, min(PLACES, len(where))), []
    for place in chosen:
        scene = next(stage)
        told = pair.meet(partial(ACTS[outer], scene), partial(ACTS[inner], scene), after=place)
        came = Came(told[0].kind, told[1].kind, scene.standing())
        if came not in lawful:
            unlawful.append(f"{inner} behind {told[0].statements[place - 1]}: {_differences(came, lawful)}")
    return len(chosen), unlawful


@pytest.mark.parametrize("outer", ACTS)
def test_whoever_comes_between_comes_before_or_after(
    pair: Pair, stage: Iterator[Scene], outer: str, *, chance: random.Random, retried: Counter[str], figure: Callable[[str], None]
) -> None:
    met, unlawful = 0, list[str]()
    for inner in chance.sample(list(ACTS), INNER_ACTS):
        count, wrong = _meet(pair, stage, (outer, inner), chance)
        met, unlawful = met + count, unlawful + wrong
    figure(
        f"F11 {outer}: met others {met} times, {len(unlawful)} times unlawfully; {retried.total()} ties broken by the database"
    )
    assert unlawful == [], "\n\n".join(unlawful)
    assert not retried


ABOUT_A_REFUND = ("undo the lowering", "ask the lowered for a part of it", "send the refund", "refund", "do not refund")


def test_a_refund_is_sent_or_withdrawn_and_never_both(
    pair: Pair, stage: Iterator[Scene], chance: random.Random, *, monkeypatch: pytest.MonkeyPatch, retried: Counter[str]
) -> None:
    monkeypatch.setattr("tests.laws.test_f11_interleavings.PLACES", sized(2, 100, 100))
    unlawful = list[str]()
    pairs = [(outer, inner) for outer in ABOUT_A_REFUND[:3] for inner in ABOUT_A_REFUND if inner != outer]
    rivals = [("undo the lowering", "send the refund"), ("send the refund", "undo the lowering")]
    for names in (*rivals, *chance.sample(pairs, sized(3, len(pairs), len(pairs)))):
        unlawful += _meet(pair, stage, names, chance)[1]
    assert unlawful == [], "\n\n".join(unlawful)
    assert not retried


def test_a_missing_lock_would_be_noticed(shop: Shop, pair: Pair, chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_locked(order_ids: Iterable[UUID]) -> dict[UUID, Order]:
        return {order.id: order for order in Order.objects.filter(id__in=list(order_ids))}

    monkeypatch.setattr(order_queries, "lock_orders", not_locked)
    monkeypatch.setattr("tests.laws.test_f11_interleavings.PLACES", 100)
    _met, unlawful = _meet(pair, scenes(shop, at_once=3), ("plan", "plan"), chance)
    assert unlawful != []


def _differences(came: Came, lawful: list[Came]) -> str:
    """What differs from either order."""
    told = []
    for one in lawful:
        books = [(name, came.standing[name], there) for name, there in one.standing.items() if came.standing[name] != there]
        told.append(f"{came[:2]} for {one[:2]}, {books}")
    return " and ".join(told)
