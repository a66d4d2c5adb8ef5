"""Which stock answers which need, which pieces leave first, and who waits: without a database."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.rules import (
    Bin,
    Held,
    Incoming,
    Need,
    Pegged,
    Served,
    Shelves,
    Spot,
    Waiting,
    arrive,
    give_back,
    loosen,
    owe,
    pick,
    serve,
    source,
    take_over,
)
from tests.ledgers.inventory.book import NOON, later

OWN, TEA, POT = new_id(), new_id(), new_id()
NEAR, FAR = sorted((new_id(), new_id()), key=str)


def spot(variant: UUID, free: int, *, node: UUID = NEAR, priority: int = 1, kept: dict[UUID, int] | None = None) -> Spot:
    """Stock of the shop's own at a node."""
    return Spot(new_id(), variant, node, OWN, priority, free, kept or {})


def need(variant: UUID, quantity: int, owner: UUID = OWN) -> Need:
    """A need of the shop's own goods."""
    return Need(new_id(), variant, owner, quantity)


def test_the_node_that_can_give_everything_wins() -> None:
    near, far = [spot(TEA, 5)], [spot(TEA, 3, node=FAR, priority=9), spot(POT, 3, node=FAR, priority=9)]
    wanted = [need(TEA, 3), need(POT, 1)]
    found = source(wanted, {TEA: [*near, far[0]], POT: [far[1]]})
    assert {(share.spot.node_id, share.quantity) for share in found.shares} == {(FAR, 3), (FAR, 1)}
    assert [one.free for one in (*near, *far)] == [5, 0, 2]


def test_of_equal_nodes_the_first_by_priority_wins() -> None:
    near, far = spot(TEA, 5, priority=2), spot(TEA, 5, node=FAR, priority=1)
    (share,) = source([need(TEA, 5)], {TEA: [near, far]}).shares
    assert share.spot is far


def test_what_no_node_can_give_alone_comes_from_several() -> None:
    near, far = spot(TEA, 2), spot(TEA, 2, node=FAR, priority=2)
    wanted = need(TEA, 5)
    found = source([wanted], {TEA: [near, far]})
    assert [share.quantity for share in found.shares] == [2, 2]
    assert found.missing == {wanted.key: 1}
    give_back(found)
    assert (near.free, far.free) == (2, 2)


def test_two_needs_of_one_variant_share_what_is_there() -> None:
    first, second = need(TEA, 2), need(TEA, 2)
    assert source([first, second], {TEA: [spot(TEA, 3)]}).missing == {second.key: 1}


def test_the_goods_of_others_are_not_taken() -> None:
    wanted = need(TEA, 1, owner=new_id())
    assert source([wanted], {TEA: [spot(TEA, 9)]}).missing == {wanted.key: 1}


def test_what_is_kept_from_a_channel_is_not_taken_in_it() -> None:
    web = new_id()
    found = source([need(TEA, 5)], {TEA: [spot(TEA, 5, kept={web: 2})]}, channel_id=web)
    assert [(share.quantity, share.kept) for share in found.shares] == [(3, 2)]
    assert [share.kept for share in source([need(TEA, 5)], {TEA: [spot(TEA, 5, kept={web: 2})]}).shares] == [0]


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=6),
)
def test_nothing_is_given_twice_and_nothing_is_left_that_is_missing(wants: list[int], stock: list[tuple[int, bool]]) -> None:
    spots = [spot(TEA, free, node=NEAR if near else FAR) for free, near in stock]
    needs = [need(TEA, quantity) for quantity in wants]
    found = source(needs, {TEA: spots})
    given_out = sum(share.quantity for share in found.shares)
    assert given_out == min(sum(wants), sum(free for free, _near in stock))
    assert given_out + sum(found.missing.values()) == sum(wants)
    assert sum(one.free for one in spots) == sum(free for free, _near in stock) - given_out
    assert all(one.free >= 0 for one in spots)


def test_what_a_cart_holds_is_taken_over_first() -> None:
    there = spot(TEA, 0)
    held = [Held(new_id(), new_id(), "cart", new_id(), there, quantity) for quantity in (2, 2)]
    first, second = need(TEA, 3), need(POT, 1)
    shares, rest = take_over([first, second, need(TEA, 2)], held)
    assert [share.quantity for share in shares] == [2, 1, 1]
    assert [(one.variant_id, one.quantity) for one in rest] == [(POT, 1), (TEA, 1)]
    assert there.free == 0


def coming(quantity: int, days: float | None) -> Incoming:
    """Tea that comes in so many days."""
    return Incoming(new_id(), TEA, OWN, NEAR, None if days is None else later(days), quantity)


def test_what_is_missing_waits_for_what_comes_first() -> None:
    soon, late, some_day = coming(2, 1), coming(2, 5), coming(9, None)
    shelves = Shelves({}, {TEA: [soon, late, some_day]})
    first, second, third = need(TEA, 3), need(TEA, 1), need(TEA, 1)
    needs = [first, second, third]
    found = owe(needs, source(needs, {}), shelves)
    assert [(one.key, one.quantity) for one in found.later] == [
        (first.key, 2), (first.key, 1), (second.key, 1), (third.key, 1),
    ]  # fmt: skip
    assert found.ready(needs, NOON) == {first.key: later(5), second.key: later(5), third.key: None}
    assert (shelves.owed[TEA], some_day.free) == (5, 8)


def test_goods_that_are_late_already_promise_no_past() -> None:
    needs = [need(TEA, 1)]
    found = owe(needs, source(needs, {}), Shelves({}, {TEA: [coming(1, -3)]}))
    assert found.ready(needs, NOON) == {needs[0].key: NOON}


def test_first_expired_first_out() -> None:
    def lot(code: str, until: date | None, free: int) -> Bin:
        return Bin(new_id(), new_id(), new_id(), until, code, free)

    bins = [lot("c", None, 5), lot("b", date(2026, 12, 2), 2), lot("a", date(2026, 12, 1), 2), lot("z", date(2026, 11, 22), 9)]
    picked = pick(bins, 6, on=NOON.date())
    assert [(bin_.code, count) for bin_, count in picked] == [("a", 2), ("b", 2), ("c", 2)]
    assert sum(count for _bin, count in pick(bins, 9, on=NOON.date())) == 3
    assert [bin_.code for bin_, _count in pick(bins, 9, on=date(2026, 11, 22))] == ["z"]


def waiting(unanswered: int, *pegs: tuple[Incoming, int]) -> Waiting:
    """A demand of tea of which so many wait for nothing known, the rest for goods to come."""
    found = [Pegged(new_id(), goods.supply_id, goods.expected_at, quantity) for goods, quantity in pegs]
    return Waiting(new_id(), "order", new_id(), TEA, OWN, unanswered, found)


def test_stock_goes_to_the_oldest_and_frees_what_comes_last() -> None:
    soon, late = coming(0, 1), coming(0, 5)
    first, second = waiting(1, (soon, 2), (late, 2)), waiting(3)
    served = serve([first, second], Shelves({TEA: [spot(TEA, 4)]}, {TEA: [soon, late]}))
    assert [(one, quantity) for one, _spot, quantity in served.stock] == [(first, 4)]
    # One for what nothing answered, two from the late, one from the soon: the second demand gets those.
    assert sorted(quantity for _supply, quantity in served.loosened.values()) == [1, 2]
    assert [(one, goods, quantity) for one, goods, quantity in served.supply] == [(second, soon, 1), (second, late, 2)]
    assert (first.owed, second.unanswered) == (1, 0)


def test_what_arrives_goes_to_those_it_was_promised() -> None:
    goods, other = coming(0, 1), coming(0, 2)
    first, second = waiting(2, (other, 1)), waiting(0, (goods, 3))
    served = Served()
    assert arrive([first, second], served, supply_id=goods.supply_id, spot=spot(TEA, 9), quantity=2) == 2
    assert [(one, quantity) for one, _spot, quantity in served.stock] == [(second, 2)]
    assert (first.owed, second.owed) == (3, 1)


@pytest.mark.parametrize(("quantity", "left"), [(1, (2, 1)), (2, (2, 0)), (3, (1, 0)), (9, (0, 0))])
def test_the_newest_lose_their_promise_first(quantity: int, left: tuple[int, int]) -> None:
    goods = coming(0, 1)
    old, new = waiting(0, (goods, 2)), waiting(0, (goods, 2))
    taken = loosen(Served(), [old, new], supply_id=goods.supply_id, quantity=quantity)
    assert (sum(peg.quantity for peg in old.pegs), sum(peg.quantity for peg in new.pegs)) == left
    assert taken == 4 - sum(left)
    assert old.unanswered + new.unanswered == taken
