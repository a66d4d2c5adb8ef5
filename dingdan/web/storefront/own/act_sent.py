"""What a return or a claim leads to once it is sent: what is to be done next, its pictures, and a form for more of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dingdan.automation.imprint import place_lines
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.guessing import counted_deed
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.trade.aftersales.commands import attach_to_claim, attach_to_return
from dingdan.trade.aftersales.lifecycle import OPEN
from dingdan.trade.aftersales.models import Claim, Return
from dingdan.trade.aftersales.queries import claims_of, proposed_refunds, returns_of
from dingdan.web.storefront.own import acting
from dingdan.web.storefront.own.act_files import KINDS, MOST_AT_ONCE, attached, names_of, sent_files
from dingdan.web.storefront.own.act_goods import Goods
from dingdan.web.storefront.own.act_looks import ways_back
from dingdan.web.storefront.own.act_reasons import reason_named
from dingdan.web.storefront.own.act_words import told
from dingdan.web.storefront.own.opening import Own, own_page

RETURN: Final = "return"
CLAIM: Final = "claim"


@own_page("POST")
def returned(own: Own, number: str) -> HttpResponse:
    """A return that was asked for: what to do with the parcel, what goes back then, and its pictures."""
    row: Return | None = returns_of(own.order.id).filter(number=_plain(number)).first()
    if row is None:
        raise NotFound(field="number", what="return", id=_plain(number))
    return_id = row.id

    def attach(call: Call, name: str, content: bytes) -> Event:
        return attach_to_return(call, return_id=return_id, name=name, content=content)

    if own.request.method != "POST":
        return _return_page(own, row, None)
    refused = _with_pictures(own, row.number, attach)
    return _return_page(own, row, refused) if refused else own.went(RETURN, row.number)


@own_page("POST")
def claimed(own: Own, number: str) -> HttpResponse:
    """A claim that was sent: what it says, and its pictures."""
    row: Claim | None = claims_of(own.order.id).filter(number=_plain(number)).first()
    if row is None:
        raise NotFound(field="number", what="claim", id=_plain(number))
    claim_id = row.id

    def attach(call: Call, name: str, content: bytes) -> Event:
        return attach_to_claim(call, claim_id=claim_id, name=name, content=content)

    if own.request.method != "POST":
        return _claim_page(own, row, None)
    refused = _with_pictures(own, row.number, attach)
    return _claim_page(own, row, refused) if refused else own.went(CLAIM, row.number)


def _plain(number: str) -> str:
    return number.replace("\0", "")[:32]


def _with_pictures(own: Own, number: str, attach: Callable[[Call, str, bytes], Event]) -> Refusal | None:
    """Hang the pictures that were sent on it; why not, where one was refused."""
    try:
        counted_deed("own order", client=str(own.order.id), at=clock.now())
        return attached(acting.call_of(own, f"pictures of {number}"), sent_files(own), attach)
    except Refusal as refusal:
        return refusal


def _return_page(own: Own, row: Return, refused: Refusal | None) -> HttpResponse:
    profile, goods, lines = profile_in_force(), Goods(own), list(row.lines.all())
    country = profile.address.get("country_code", "") if profile else ""
    shown: list[dict[str, Any]] = []
    for line in lines:
        of = line.component.variant if line.component else line.order_line.variant
        name = line.component.variant.name if line.component else line.order_line.name
        shown.append({**goods.drawn(of.id if of else None, name), "count": line.quantity})
    waits = row.state == "authorized" and not row.scanned_at
    return own.shown(
        "act_returned", RETURN, row.number, status=refused.status if refused else 200, trouble=told(refused), row=row,
        lines=shown, waits=waits, then=_then(own, row), label=row.label_url if waits and row.label_url.startswith("http") else "",
        where=[profile.legal_name or profile.name, *place_lines(profile.address, country, own.reader.locale)]
        if profile and profile.address and waits else [],
        is_open=row.state in OPEN, pictures=names_of(own, row.id), files=KINDS, most_files=MOST_AT_ONCE,
    )  # fmt: skip


def _then(own: Own, row: Return) -> str:
    """What comes of it when the parcel is here."""
    if row.state not in OPEN:
        return ""
    if row.wanted.all():
        return _("When we have looked at it, what you chose in exchange is sent.")
    back = own.money(max(0, sum(proposed_refunds(row.id).values()) - row.shipping_fee))
    ways = ways_back(own)
    if not ways:
        return _("When we have looked at it, up to {amount} goes back to you.").format(amount=back)
    text = _("When we have looked at it, up to {amount} goes back the way you paid: {ways}.")
    return text.format(amount=back, ways=ways)


def _claim_page(own: Own, row: Claim, refused: Refusal | None) -> HttpResponse:
    goods = Goods(own)
    lines = [
        {**goods.drawn(line.order_line.variant_id, line.order_line.name), "count": line.quantity,
         "why": reason_named(line.reason, line.why)}
        for line in row.lines.all()
    ]  # fmt: skip
    return own.shown(
        "act_claimed", CLAIM, row.number, status=refused.status if refused else 200, trouble=told(refused), row=row, lines=lines,
        is_open=row.state == "filed", pictures=names_of(own, row.id), files=KINDS, most_files=MOST_AT_ONCE,
    )  # fmt: skip
