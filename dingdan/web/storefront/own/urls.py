"""The addresses of one order's pages, below whatever opens it."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from dingdan.web.storefront.own import order

urlpatterns: Final[list[URLPattern]] = [
    path("", order.order, name="shop_order"),
]
