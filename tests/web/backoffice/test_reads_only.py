"""Nothing in the back office writes, but what is sent to the addresses of a desk."""

import re

from django.db import connection
from django.urls import URLPattern, URLResolver

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.kernel.models import JournalEntry
from dingdan.web.backoffice.admin import site
from dingdan.web.backoffice.base import Shown
from tests.conftest import Shop
from tests.kit import deliver, pay, place, stock
from tests.masterdata.shop import counted
from tests.web.backoffice.desk import Desk

LISTS = sorted(f"{model._meta.app_label}/{model._meta.model_name}/" for model in site._registry)
WRITES = re.compile(r"\b(insert|update|delete|truncate|lock)\b", re.IGNORECASE)


def full_shop(shop: Shop) -> None:
    """A shop in which most lists have something to show."""
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 2))
    pay(shop, order)
    deliver(shop, order)
    queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order.order_id))


def test_every_list_is_one_of_ours() -> None:
    assert all(isinstance(shown, Shown) for shown in site._registry.values())
    assert len(LISTS) == 58


def addresses() -> list[str]:
    """What every pattern below the back office's address looks like."""

    def below(prefix: str, patterns: list[URLPattern | URLResolver]) -> list[str]:
        found = []
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            found += below(here, pattern.url_patterns) if isinstance(pattern, URLResolver) else [here]
        return found

    return below("", list(site.urls[0]))


def test_there_are_no_forms() -> None:
    assert [one for one in addresses() if re.search(r"\b(add|change|delete|history)\b", one)] == []


def test_lists_take_nothing(desk: Desk) -> None:
    for place_ in LISTS:
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(desk.browser, method)(f"/backoffice/{place_}")
            assert answer.status_code == 405, (method, place_)


def test_pages_take_nothing(desk: Desk) -> None:
    full_shop(desk.shop)
    desk.show()
    for place_ in LISTS:
        for id_ in _ids(place_):
            answer = desk.browser.post(f"/backoffice/{place_}{id_}/", {"name": "x"})
            assert answer.status_code == 405


def test_reading_writes_nothing(desk: Desk) -> None:
    full_shop(desk.shop)
    desk.show()
    before = JournalEntry.objects.count()
    with counted() as statements:
        desk.get("")
        for place_ in LISTS:
            desk.get(place_)
            desk.get(f"{place_}?q=TEA")
            for id_ in _ids(place_):
                desk.get(f"{place_}{id_}/")
    assert [one for one in statements if WRITES.match(one.lstrip())] == []
    assert JournalEntry.objects.count() == before


def _ids(place_: str) -> list[str]:
    table = place_.strip("/").replace("/", "_")
    with connection.cursor() as cursor:
        from dingdan.kernel.tenancy import current_tenant_id

        cursor.execute(f"SELECT id FROM {table} AS shown WHERE shown.tenant_id = %s LIMIT 2", [current_tenant_id()])
        return [str(id_) for (id_,) in cursor.fetchall()]


def test_a_page_costs_few_questions(desk: Desk) -> None:
    stock(desk.shop, "TEA", 1000)
    for _ in range(12):
        place(desk.shop, ("TEA", 1))
    desk.show()
    with counted() as few:
        desk.get("board/boardrow/")
    assert len(few) <= 13
    with counted() as overview:
        desk.get("")
    assert len(overview) <= 36
