"""From the order of a guest to an account: by one mail, to the order's own address and to no other."""

from __future__ import annotations

from django.http import HttpResponse

from dingdan.automation.notices import recipient
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import counted_letter
from dingdan.web.shared.clients import address_of
from dingdan.web.storefront.account import letters
from dingdan.web.storefront.account.accounts import account_at, seal_of
from dingdan.web.storefront.account.entering import LETTER
from dingdan.web.storefront.account.links import SignIn, link_of
from dingdan.web.storefront.own.opening import Own, own_page


@own_page("POST")
def invite(own: Own) -> HttpResponse:
    """Mail the link to an account to whoever gets the mails of the order. Whoever holds the order's link is not told to whom."""
    to = recipient(own.order)
    if own.request.method != "POST" or to is None:
        return own.went()
    try:
        counted_letter(LETTER, to=to.email.lower(), client=address_of(own.request), at=clock.now())
    except Refusal as refusal:
        return own.shown("asked", "account", status=refusal.status, refused=str(refusal))
    wish = SignIn(to.email, seal_of(account_at(to.email)), own.reader.to.at("account", "orders"))
    letters.send_sign_in(own.reader, to.email, link_of(wish, at=clock.now()))
    return own.shown("asked", "account", refused="")
