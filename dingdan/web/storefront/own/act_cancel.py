"""The page on which customers cancel their order, or a part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.kernel.journal import Call, Event
from dingdan.trade.aftersales.lifecycle import CancelReason
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.events import OrderChanged
from dingdan.trade.changes.queries import customer_window
from dingdan.trade.changes.rules import Cancel
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.web.storefront.own.act_goods import Choice, Goods
from dingdan.web.storefront.own.act_looks import look_at
from dingdan.web.storefront.own.act_until import until_of
from dingdan.web.storefront.own.acting import Deed, Look, NothingChosen, Shown, parts_of, pressed
from dingdan.web.storefront.own.opening import Own, own_page

CANCEL: Final = "cancel"
_REASONS: Final[Mapping[str, Any]] = {
    CancelReason.CUSTOMER: gettext_lazy("I do not want it any more"),
    CancelReason.MISTAKE: gettext_lazy("I ordered it by mistake"),
    CancelReason.OTHER: gettext_lazy("Something else"),
}
_FOLLOWS: Final = (LineKind.SHIPPING, LineKind.FEE)


@own_page("POST")
def cancel(own: Own) -> HttpResponse:
    """What of the order shall not come, what goes back for it, and the button that does it."""
    goods, post = Goods(own), own.request.POST
    if own.request.method != "POST":
        return _page(own, goods, Shown(None, customer_window(own.order, at=own.reader.at).refused))

    def wish() -> Cancel:
        reason = post.get("reason", "")
        parts = [Part(choice.line.id, quantity) for choice, quantity in goods.taken(_open(goods))]
        if post.get("what") == "some" and not parts:
            raise NothingChosen(field="lines")
        return Cancel(
            lines=tuple(parts) if post.get("what") == "some" else (),
            reason=CancelReason(reason) if reason in _REASONS else CancelReason.CUSTOMER,
        )

    def give(call: Call, seen: Look) -> Event:
        return change_orders.one(call, ChangeOrder(order_id=own.order.id, changes=(wish(),), fingerprint=seen.seen))

    came = pressed(own, Deed(CANCEL, lambda: look_at(own, goods, [wish()]), give))
    if isinstance(came, OrderChanged):
        return own.went("change", str(came.change_id))
    return _page(own, goods, came if isinstance(came, Shown) else Shown(None, None))


def _open(goods: Goods) -> Iterator[Choice]:
    """What has not left of the lines."""
    for line in goods.standing.lines:
        if line.open > 0 and line.kind not in _FOLLOWS:
            row = goods.standing.rows[line.id]
            yield Choice(line=line, most=line.open, usual=line.open, sku=row.sku, variant_id=row.variant_id)


def _page(own: Own, goods: Goods, shown: Shown) -> HttpResponse:
    post, rows = own.request.POST, [goods.row_of(choice) for choice in _open(goods)]
    has_left = any(line.touched for line in goods.standing.lines)
    return own.shown(
        "act_cancel", CANCEL, rows=rows, until=until_of(own),
        what=post.get("what", "all"), reasons=[(str(code), str(name)) for code, name in _REASONS.items()],
        reason=post.get("reason", ""), all_of_it=_("All that has not left") if has_left else _("The whole order"),
        can_choose=len(rows) > 1 or any(row["has_some"] for row in rows), button=_button(own, shown),
        may_change=customer_window(own.order, at=own.reader.at).refused is None and bool(rows), **parts_of(own, shown),
    )  # fmt: skip


def _button(own: Own, shown: Shown) -> str:
    if shown.look is None:
        return ""
    return _("Cancel the order") if shown.look.told["is_all"] else _("Cancel this part")
