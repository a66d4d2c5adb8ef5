"""The live door of a real web process: who is let in, what they hear, and what becomes of them."""

from __future__ import annotations

import signal
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from dingdan.automation.consumers import drain
from dingdan.kernel import clock, feed
from dingdan.kernel.links import link_to
from dingdan.kernel.models import EntrySubject
from dingdan.trade.orders.commands import hold_order, resume_order
from tests.conftest import Shop
from tests.kit import pay, place, stock
from tests.running import Web
from tests.web.api.client import token_for
from tests.web.backoffice.desk import Desk, member, sit_down
from tests.web.live.listening import Heard, Listener, at_desk, cookies, told


def heard_of(shop: Shop, position: int, *kinds: str) -> Heard:
    """What somebody hears of an entry who may hear of these kinds of things (of everything: none named)."""
    entry = feed.read_at([position])[position]
    about = EntrySubject.objects.filter(entry_id=entry.id).order_by("id").values_list("kind", "subject_id")
    seen = [[kind, str(id_)] for kind, id_ in about if not kinds or kind in kinds]
    return Heard("news", {"event": type(entry.event).__name__, "about": seen}, position)


def test_it_works(shop: Shop, desk: Desk, web: Web) -> None:
    stock(shop, "MUG", 5)
    before = told(shop)
    with at_desk(web, desk) as one:
        assert one.status == 200
        assert one.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert one.headers["x-accel-buffering"] == "no"
        assert one.headers["cache-control"] == "no-store, no-transform"
        order = place(shop, ("MUG", 1))
        after = told(shop)
        heard = one.until(after)
        assert heard == [heard_of(shop, position) for position in range(before + 1, after + 1)]
        assert heard[0].data["event"] == "OrderPlaced"
        assert ["order", str(order.order_id)] in heard[0].data["about"]
        assert one.retry == 3000


def test_it_resumes_where_it_was(shop: Shop, desk: Desk, web: Web) -> None:
    stock(shop, "MUG", 5)
    order = place(shop, ("MUG", 1))
    known = told(shop)
    hold_order(shop.call(), order_id=order.order_id, reason="Asks")
    end = told(shop)
    with Listener(web.port, "desk", headers=cookies(desk) | {"Last-Event-ID": str(known)}) as one:
        assert one.until(end) == [heard_of(shop, position) for position in range(known + 1, end + 1)]
        resume_order(shop.call(), order_id=order.order_id)
        last = told(shop)
        assert one.until(last) == [heard_of(shop, position) for position in range(end + 1, last + 1)]


def test_too_much_is_not_told_one_by_one(shop: Shop, desk: Desk, web: Web) -> None:
    stock(shop, "MUG", 60)
    known = told(shop)
    for _ in range(51):
        stock(shop, "MUG", 1)
    end = told(shop)
    with at_desk(web, desk, after=known) as one:
        assert one.next() == Heard("many", {"behind": known, "until": end}, end)


def test_nothing_is_told_before_the_board_knows_of_it(shop: Shop, desk: Desk, web: Web) -> None:
    stock(shop, "MUG", 5)
    known = told(shop)
    place(shop, ("MUG", 1))
    feed.sequence(shop.tenant_id)
    with at_desk(web, desk, after=known) as one, pytest.raises(TimeoutError):
        one.next(within=0.7)


PACKED = {"order", "variant", "product", "node", "shipment"}
"""What the warehouse hears of in that story."""


def test_each_hears_what_it_may_read(shop: Shop, desk: Desk, web: Web) -> None:
    stock(shop, "MUG", 5)
    warehouse = sit_down(shop, as_user=lambda here: member(here, "warehouse"))
    catalog = sit_down(shop, as_user=lambda here: member(here, "catalog"))
    known = told(shop)
    with at_desk(web, warehouse) as packs, at_desk(web, catalog) as writes, at_desk(web, desk) as owns:
        order = place(shop, ("MUG", 1))
        pay(shop, order)
        stock(shop, "MUG", 1)
        end = told(shop)
        everything = owns.until(end)
        assert [one.position for one in everything] == list(range(known + 1, end + 1))
        kinds = {kind for one in packs.until(last_about(*PACKED)) for kind, _id in one.data["about"]}
        assert kinds == PACKED
        kinds = {kind for one in writes.until(last_about("variant", "product", "node")) for kind, _id in one.data["about"]}
        assert kinds == {"variant", "product", "node"}


def test_nobody_hears_of_another_shop(shop: Shop, web: Web) -> None:
    from dingdan.automation.setup import create_tenant
    from dingdan.kernel.journal import SYSTEM
    from dingdan.kernel.tenancy import tenant_scope

    other = Shop(create_tenant(f"other-{shop.tenant.slug}", "Another"), SYSTEM)
    with tenant_scope(other.tenant_id):
        stranger = sit_down(other)
        drain(other.tenant_id)
        known = feed.end()
    with at_desk(web, stranger, after=known) as one:
        stock(shop, "MUG", 5)
        told(shop)
        with tenant_scope(other.tenant_id):
            stock(other, "CUP", 5)
            end = told(other)
            assert one.until(end) == [heard_of(other, position) for position in range(known + 1, end + 1)]


def test_a_program_listens_with_its_key(shop: Shop, web: Web) -> None:
    known = told(shop)
    with Listener(web.port, "events", headers={"Authorization": f"Bearer {token_for(shop, 'orders.read')}"}) as one:
        stock(shop, "MUG", 5)
        place(shop, ("MUG", 1))
        assert known < told(shop)
        heard = one.until(last_about("order"))
        assert {kind for message in heard for kind, _id in message.data["about"]} == {"order"}


def test_a_payer_hears_of_one_order_and_no_number(shop: Shop, web: Web) -> None:
    stock(shop, "MUG", 5)
    mine, other = place(shop, ("MUG", 1)), place(shop, ("MUG", 1))
    told(shop)
    link = link_to("pay", mine.order_id, until=clock.now() + timedelta(days=1))
    with Listener(web.port, f"pay/{link}") as one:
        pay(shop, other)
        told(shop)
        with pytest.raises(TimeoutError):
            one.next(within=0.7)
        pay(shop, mine)
        told(shop)
        assert one.next() == Heard("changed", 1, None)


def last_about(*kinds: str) -> int:
    """The last position at which something happened to such things."""
    about = EntrySubject.objects.filter(kind__in=kinds).values_list("entry_id", flat=True)
    return max(feed.positions(about).values())


REFUSED = {
    "no session": ("desk", {}, 401),
    "no such session": ("desk", {"Cookie": "dingdan_session=abc"}, 401),
    "no key": ("events", {}, 401),
    "no such key": ("events", {"Authorization": "Bearer dd_x_y"}, 401),
    "no such link": ("pay/abc", {}, 401),
    "no such door": ("elsewhere", {}, 404),
    "nothing": ("", {}, 404),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_refuses(web: Web, name: str) -> None:
    path, headers, status = REFUSED[name]
    with Listener(web.port, path, headers=headers) as one:
        assert one.status == status


def test_it_serves_no_other_host(desk: Desk, web: Web) -> None:
    with closing(Listener(web.port, "desk", headers=cookies(desk), host="evil.example")) as one:
        assert one.status == 400


def test_one_session_has_so_many_connections(shop: Shop, desk: Desk, web: Web) -> None:
    open_ = [at_desk(web, desk) for _ in range(8)]
    try:
        assert [one.status for one in open_] == [200] * 8
        with at_desk(web, desk) as one:
            assert one.status == 429
            assert one.headers["retry-after"] == "15"
    finally:
        for one in open_:
            one.close()


def test_who_may_no_longer_is_let_go(shop: Shop, desk: Desk) -> None:
    """The check that runs all the time, without the time."""
    from dingdan.masterdata.staff.commands import revoke_api_key, suspend_membership
    from dingdan.masterdata.staff.models import ApiKey, Membership
    from dingdan.web.api.live import follower_of as by_key
    from dingdan.web.backoffice.live import follower_of as by_session

    session = desk.browser.cookies[settings.SESSION_COOKIE_NAME].value
    clerk = sit_down(shop, as_user=lambda here: member(here, "sales"))
    theirs = clerk.browser.cookies[settings.SESSION_COOKIE_NAME].value
    token = token_for(shop, "orders.read")
    found = by_session(theirs)
    assert found is not None
    assert found.kinds is not None
    assert "order" in found.kinds
    assert "endpoint" not in found.kinds
    suspend_membership(shop.call(), membership_id=Membership.objects.get(user_id=clerk.user.pk).id)
    assert by_session(theirs) is None
    key = by_key(token)
    assert key is not None
    revoke_api_key(shop.call(), api_key_id=UUID(key.name.partition(":")[2]))
    assert by_key(token) is None
    assert ApiKey.objects.count() == 1
    owner = by_session(session)
    assert owner is not None
    assert owner.kinds is None
    Session.objects.filter(session_key=session).delete()
    assert by_session(session) is None


def test_whoever_listens_is_sent_on_when_the_process_ends(shop: Shop, desk: Desk, database_url: str, tmp_path: Path) -> None:
    web = Web(tmp_path / "var", DATABASE_URL=database_url, DINGDAN_SECRET_KEY=settings.SECRET_KEY)
    try:
        web.start()
        with at_desk(web, desk) as one:
            assert one.status == 200
            web.running.send_signal(signal.SIGTERM)
            assert one.next() is None
            assert 500 <= (one.retry or 0) <= 5000
            assert web.running.wait(timeout=8) == 0
    finally:
        web.kill()
