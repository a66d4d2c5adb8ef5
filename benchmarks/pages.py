"""What clerks look at all day, on books of a million orders: every list, page, report and search of the back office."""

from __future__ import annotations

import http.client
import math
import random
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, reverse

from benchmarks.figures import Figure
from benchmarks.house import House
from dingdan.automation.consumers import drain
from dingdan.config.people import create_user
from dingdan.insight.board.models import BoardRow
from dingdan.insight.reports.registry import REPORTS
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.customers.models import CustomerContact
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice.site import site

TIMES: Final = 20
OBJECTS: Final = 5
"""Different objects of each kind whose pages are opened."""
CHINESE: Final = ("小明", "美玲", "王", "陳")
MOST: Final = 200
"""Milliseconds that 95 of 100 visits may take."""
NEVER: Final = 99_999.0
"""Milliseconds of a page that is not given at all, as the database has a limit for its questions."""


def figures(house: House) -> Iterator[Figure]:
    """B8: what 95 of 100 visits to each page take at most, the slowest pages first, and how many take too long."""
    with tenant_scope(house.tenant.id), house.serving() as web:
        drain(house.tenant.id)
        line = http.client.HTTPConnection(web.address.removeprefix("http://"))
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={_signed_in(house)}", "Accept-Language": "zh-TW"}
        there = {name: paths for name, paths in _pages().items() if _is_there(line, headers, paths[0])}
        taken = {name: _p95(line, headers, paths) for name, paths in there.items()}
    slow = sum(milliseconds > MOST for milliseconds in taken.values())
    yield Figure(
        name="B8", what=f"of {len(taken)} pages: above {MOST} ms at the 95th of 100", unit="pages", value=slow, goal="<= 0"
    )
    for place, (name, milliseconds) in enumerate(sorted(taken.items(), key=lambda one: -one[1]), 1):
        yield Figure(name=f"B8.{place}", what=f"{name}: p95", unit="ms", value=milliseconds, goal=f"<= {MOST}")


def _signed_in(house: House) -> str:
    """The session of an owner, as the cookie says it."""
    name = "bench@example.org"
    create_user(name, password=secrets.token_urlsafe(16), roles=("owner",), tenant=house.tenant)
    browser = Client()
    browser.force_login(User.objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def _p95(line: http.client.HTTPConnection, headers: dict[str, str], paths: Sequence[str]) -> float:
    """Milliseconds; each address is visited once before, by each process that happens to answer. `NEVER`: one gave no page."""
    before = [_visit(line, headers, path) for path in paths[:2]]
    if math.inf in before:
        return NEVER
    taken = sorted(_visit(line, headers, paths[number % len(paths)]) for number in range(TIMES))
    return min(NEVER, 1000 * taken[len(taken) * 95 // 100 - 1])


def _visit(line: http.client.HTTPConnection, headers: dict[str, str], path: str) -> float:
    began = time.perf_counter()
    status = _opened(line, headers, path)
    return time.perf_counter() - began if status == 200 else math.inf


def _is_there(line: http.client.HTTPConnection, headers: dict[str, str], path: str) -> bool:
    """Rows of some lists have no page of their own."""
    return _opened(line, headers, path) != 404


def _opened(line: http.client.HTTPConnection, headers: dict[str, str], path: str) -> int:
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    answer.read()
    return answer.status


def _pages() -> dict[str, list[str]]:
    """Addresses by what is looked at there."""
    found = {"first page": [reverse("admin:index")]}
    for model in filter(site.is_registered, apps.get_models()):
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        found[f"list of {model._meta.verbose_name_plural}"] = [reverse(f"admin:{name}_changelist")]
        pages = _objects(model, name)
        if pages:
            found[f"page of {model._meta.verbose_name}"] = pages
    for name in REPORTS:
        found[f"report {name}"] = [reverse("admin:report", args=[name])]
    return found | _orders() | _customers()


def _objects(model: type[Any], name: str) -> list[str]:
    """The pages of some rows of a list, from its end and from anywhere."""
    rows = model.objects.order_by("pk")
    ids = [*rows.values_list("pk", flat=True)[:OBJECTS], *rows.reverse().values_list("pk", flat=True)[:OBJECTS]]
    try:
        return [reverse(f"admin:{name}_change", args=[id_]) for id_ in dict.fromkeys(ids)]
    except NoReverseMatch:  # a list without pages behind it
        return []


def _orders() -> dict[str, list[str]]:
    """The list of orders, filtered and searched for orders from anywhere in the books."""
    some = random.Random(7)
    oldest, newest = (
        BoardRow.objects.order_by(way).values_list("placed_at", flat=True)[0] for way in ("placed_at", "-placed_at")
    )
    days = [oldest + (newest - oldest) * some.random() for _ in range(TIMES)]
    rows = [BoardRow.objects.filter(placed_at__gte=day).order_by("placed_at", "id")[0] for day in days]
    phones = [row.ship_to.phone for row in Order.objects.filter(id__in=[row.id for row in rows]).select_related("ship_to")]
    at = reverse("admin:board_boardrow_changelist")
    return {
        "orders: to be sent": [_asked(at, state="placed", payment_status="paid", fulfillment_status="unfulfilled")],
        "orders: on hold": [_asked(at, state="on_hold")],
        "orders: of a day": [_asked(at, day=day.date().isoformat()) for day in days],
        "orders: by number": [_asked(at, q=row.number) for row in rows],
        "orders: by part of a number": [_asked(at, q=row.number[-5:]) for row in rows],
        "orders: by half a name": [_asked(at, q=row.name[: len(row.name) // 2 + 1].strip()) for row in rows],
        "orders: by half a Chinese name": [_asked(at, q=name) for name in CHINESE],
        "orders: by half a phone number": [_asked(at, q=phone[-6:]) for phone in phones],
        "orders: by nothing that exists": [_asked(at, q=f"{row.number}x") for row in rows],
    }


def _customers() -> dict[str, list[str]]:
    """The list of customers, searched."""
    at = reverse("admin:customers_customer_changelist")
    some = CustomerContact.objects.order_by("id")[:TIMES]
    return {
        "customers: by half a name": [_asked(at, q=one.name[:3].strip()) for one in some],
        "customers: by half a Chinese name": [_asked(at, q=name) for name in CHINESE],
        "customers: by half a phone number": [_asked(at, q=f"460{number:03}") for number in range(TIMES)],
        "customers: by mail": [_asked(at, q=one.email) for one in some],
    }


def _asked(at: str, **wanted: str) -> str:
    return f"{at}?{urlencode(wanted)}"
