"""Calling off what was begun after the sale: a return that has not left yet, a claim that nobody has answered."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.trade.aftersales.commands import cancel_return, withdraw_claim
from dingdan.trade.aftersales.queries import attachment_of_order, claims_of, returns_of
from dingdan.web.shared.downloads import download, picture
from dingdan.web.storefront.own.opening import Own, own_page
from dingdan.web.storefront.own.order import order_shown


@own_page("POST")
def call_off(own: Own, return_id: UUID) -> HttpResponse:
    """Call off a return that is not on its way yet."""
    if not returns_of(own.order.id).filter(id=return_id).exists():
        raise NotFound(what="return", id=return_id)
    if own.request.method == "POST":
        try:
            cancel_return(own.call, return_id=return_id)
        except Refusal as refusal:
            return order_shown(own, trouble=refusal)
    return own.went(anchor="returns")


@own_page("POST")
def withdraw(own: Own, claim_id: UUID) -> HttpResponse:
    """Withdraw a claim that nobody has answered yet."""
    if not claims_of(own.order.id).filter(id=claim_id).exists():
        raise NotFound(what="claim", id=claim_id)
    if own.request.method == "POST":
        try:
            withdraw_claim(own.call, claim_id=claim_id)
        except Refusal as refusal:
            return order_shown(own, trouble=refusal)
    return own.went(anchor="claims")


@own_page()
def file(own: Own, file_id: UUID) -> HttpResponse:
    """A photo or paper on a return or claim of the order."""
    found = attachment_of_order(file_id, order_id=own.order.id)
    return picture(found) or download(found)
