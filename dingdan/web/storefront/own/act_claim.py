"""The page on which customers say that something was wrong with what came."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dingdan.automation.reacting import part_of
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.quantity import plain_quantity
from dingdan.trade.aftersales.commands import ClaimedUnits, attach_to_claim, file_claim
from dingdan.trade.aftersales.events import ClaimFiled
from dingdan.trade.aftersales.queries import ClaimOutlook, claim_outlook
from dingdan.web.storefront.own.act_files import KINDS, MOST_AT_ONCE, attached, sent_files
from dingdan.web.storefront.own.act_goods import Goods
from dingdan.web.storefront.own.act_looks import ways_back
from dingdan.web.storefront.own.act_reasons import WRONG, reasons
from dingdan.web.storefront.own.act_until import moment_of
from dingdan.web.storefront.own.acting import DO, Deed, Look, NothingChosen, Shown, parts_of, pressed, text_of
from dingdan.web.storefront.own.opening import Own, own_page

CLAIM: Final = "claim"


@own_page("POST")
def claim(own: Own) -> HttpResponse:
    """What is wrong with what came: articles, why, words and pictures, and what it could come to. No money moves by it."""
    goods = Goods(own)
    if own.request.method != "POST":
        return _page(own, goods, Shown(None, None))
    try:
        files = sent_files(own) if own.request.POST.get(DO) == "apply" else []
    except Refusal as refusal:
        return _page(own, goods, Shown(_looked(own, goods), refusal))
    came = pressed(own, Deed(CLAIM, lambda: _look(own, goods), lambda call, _seen: _give(own, goods, call, files)))
    if isinstance(came, ClaimFiled):
        return own.went(CLAIM, came.number)
    return _page(own, goods, came if isinstance(came, Shown) else Shown(None, None))


def _units(own: Own, goods: Goods) -> tuple[ClaimedUnits, ...]:
    post = own.request.POST
    found = tuple(
        ClaimedUnits(line_id=choice.line.id, quantity=many, reason=post.get(f"why-{choice.key}", "")[:40] or "other")
        for choice, many in goods.taken(goods.claimable())
    )
    if not found:
        raise NothingChosen(field="lines")
    return found


def _looked(own: Own, goods: Goods) -> Look | None:
    try:
        return _look(own, goods)
    except Refusal:
        return None


def _look(own: Own, goods: Goods) -> Look:
    """What is claimed, what each way to make it good would bring at most, and by when it is answered."""
    units = _units(own, goods)
    asked, taken = {one.line_id: one.quantity for one in units}, goods.taken(goods.claimable())
    outlook = claim_outlook(goods.standing, asked, reasons=[one.reason for one in units], at=own.reader.at)
    rows = [
        {
            "name": goods.name_of(choice.variant_id, choice.line.name), "worth": own.money(outlook.worth[choice.line.id]),
            "count": plain_quantity(many, goods.unit_of(choice.variant_id)),
        }
        for choice, many in taken
    ]  # fmt: skip
    left = [(choice.key, choice.most) for choice in goods.claimable()]  # another tab may have been faster
    shown = {
        "rows": rows, "ways": _ways(own, outlook), "headline": _headline(own, outlook),
        "answer_by": moment_of(own, outlook.answer_by_at) if outlook.answer_by_at else "",
    }  # fmt: skip
    return Look(
        told=shown, button=_("Send"), asked=fingerprint(units), seen=fingerprint(left, outlook.worth, outlook.refund_due)[:24]
    )


def _headline(own: Own, outlook: ClaimOutlook) -> str:
    if not outlook.refund:
        return _("We look into it and answer.")
    return _("Up to {amount} can be made good.").format(amount=own.money(outlook.refund))


def _ways(own: Own, outlook: ClaimOutlook) -> list[tuple[str, str, str]]:
    """How it can be made good: what that means, and how much money it brings at most."""
    most, paid_back = own.money(outlook.refund), ways_back(own)
    if outlook.refund_due < outlook.refund:
        how = _("{back} goes back to you, and {less} less is to be paid.").format(
            back=own.money(outlook.refund_due), less=own.money(outlook.refund - outlook.refund_due)
        )
    else:
        how = _("The way you paid: {ways}.").format(ways=paid_back) if paid_back else ""
    return [
        (_("The same once more"), _("It is sent to you, and costs you nothing."), ""),
        (_("Your money back"), how, _("up to {amount}").format(amount=most)),
        (_("You keep it"), _("A part of the money goes back to you."), _("up to {amount}").format(amount=most)),
    ]


def _give(own: Own, goods: Goods, call: Call, files: list[tuple[str, bytes]]) -> Event:
    filed: Event = file_claim(call, order_id=own.order.id, lines=_units(own, goods), note=text_of(own, "note"))
    if isinstance(filed, ClaimFiled) and files:
        claim_id = filed.claim_id
        attached(
            part_of(call, "files"), files,
            lambda one, name, content: attach_to_claim(one, claim_id=claim_id, name=name, content=content),
        )  # fmt: skip
    return filed


def _page(own: Own, goods: Goods, shown: Shown) -> HttpResponse:
    return own.shown(
        "act_claim", CLAIM, rows=[goods.row_of(one) for one in goods.claimable()],
        reasons=reasons(first=WRONG), note=text_of(own, "note"), files=KINDS, most_files=MOST_AT_ONCE, **parts_of(own, shown),
    )  # fmt: skip
