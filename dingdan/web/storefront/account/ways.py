"""What somebody left with firms to pay with again: seen, and forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse

from dingdan.automation.saved_methods import Left, forget, left_by
from dingdan.automation.words import named_method
from dingdan.kernel.errors import Refusal
from dingdan.web.storefront.account.who import Desk, account_page
from dingdan.web.storefront.reader import TAGS
from dingdan.web.storefront.saved import month_of


@account_page("POST")
def methods(desk: Desk) -> HttpResponse:
    """What was left, each with a button by which it is forgotten."""
    trouble: Refusal | None = None
    if desk.request.method == "POST":
        try:
            forget(desk.call, customer_id=desk.me.customer.id, method_id=desk.request.POST.get("method", "")[:200])
            return desk.went(desk.at("methods"))
        except Refusal as refusal:
            trouble = refusal
    found: Sequence[Left] | None = None
    try:
        found = left_by(desk.me.customer.id)
    except Refusal as refusal:
        trouble = trouble or refusal
    kept = (
        None if found is None else [(one, named_method(one.gateway, TAGS[desk.reader.language]), month_of(one)) for one in found]
    )
    return desk.shown("methods", trouble=trouble, kept=kept)
