"""The page on which customers say that something was wrong with what came."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dingdan.automation.reacting import part_of
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.trade.aftersales.commands import ClaimedUnits, attach_to_claim, file_claim
from dingdan.trade.aftersales.events import ClaimFiled
from dingdan.web.storefront.own.act_files import KINDS, MOST_AT_ONCE, attached, sent_files
from dingdan.web.storefront.own.act_goods import Goods
from dingdan.web.storefront.own.act_reasons import WRONG, reasons
from dingdan.web.storefront.own.acting import DO, Deed, Look, NothingChosen, Shown, parts_of, pressed, text_of
from dingdan.web.storefront.own.opening import Own, own_page

CLAIM: Final = "claim"


@own_page("POST")
def claim(own: Own) -> HttpResponse:
    """What is wrong with what came: articles, why, words and pictures. No money moves by it, so it is sent at once."""
    goods = Goods(own)
    if own.request.method != "POST":
        return _page(own, goods, Shown(None, None))
    try:
        files = sent_files(own) if own.request.POST.get(DO) == "apply" else []
    except Refusal as refusal:
        return _page(own, goods, Shown(None, refusal))
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


def _look(own: Own, goods: Goods) -> Look:
    """Nothing has to be looked at before: what is sent is what it says. Refuses to send nothing."""
    _units(own, goods)
    return _unsaid(goods)


def _unsaid(goods: Goods) -> Look:
    """What the page was drawn for: another tab may have been faster."""
    left = [(choice.key, choice.most) for choice in goods.claimable()]
    return Look(told={}, button=_("Send"), asked="", seen=fingerprint(left)[:24])


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
        reasons=reasons(first=WRONG), note=text_of(own, "note"), files=KINDS, most_files=MOST_AT_ONCE, proof=_unsaid(goods).proof,
        **parts_of(own, shown),
    )  # fmt: skip
