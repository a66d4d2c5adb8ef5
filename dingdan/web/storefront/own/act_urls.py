"""The addresses at which something is done with an order."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path

from dingdan.web.storefront.own import act_cancel, act_change, act_claim, act_return, act_sent

urlpatterns: Final[list[URLPattern]] = [
    path("change/", act_change.change, name="shop_change"),
    path("change/<uuid:change_id>/", act_change.changed, name="shop_changed"),
    path("cancel/", act_cancel.cancel, name="shop_cancel"),
    path("return/", act_return.send_back, name="shop_return"),
    path("exchange/", act_return.exchange, name="shop_exchange"),
    path("return/<str:number>/", act_sent.returned, name="shop_returned"),
    path("claim/", act_claim.claim, name="shop_claim"),
    path("claim/<str:number>/", act_sent.claimed, name="shop_claimed"),
]
