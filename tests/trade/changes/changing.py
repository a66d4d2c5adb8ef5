"""What tests of changes begin with: an order of two articles, and short ways to change it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from dingdan.kernel.errors import Refusal
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.pricing.commands import save_tax_rate
from dingdan.masterdata.pricing.rules import TaxRateDraft
from dingdan.trade.aftersales import queries as aftersales
from dingdan.trade.changes.commands import ChangeOrder, UndoChange, change_orders, undo_changes
from dingdan.trade.changes.events import OrderChanged, OrderChangeUndone
from dingdan.trade.changes.queries import preview, preview_undo
from dingdan.trade.changes.rules import Wish
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order, OrderLine
from tests import kit
from tests.conftest import Shop


def change(shop: Shop, order: OrderPlaced, *wishes: Wish, fingerprint: str = "", refund_to: str = "") -> OrderChanged:
    """Change an order; without a fingerprint as things are."""
    asked = ChangeOrder(order_id=order.order_id, changes=wishes, fingerprint=fingerprint, refund_to=refund_to)
    return change_orders.one(shop.call(), asked)


def seen(shop: Shop, order: OrderPlaced, *wishes: Wish) -> OrderChanged:
    """Preview changes, apply them with the fingerprint, and find that all came as it was shown."""
    shown = preview(order.order_id, wishes)
    assert shown.refusals == ()
    told = change(shop, order, *wishes, fingerprint=shown.fingerprint)
    assert (told.difference, told.owed, told.due, told.refund_due) == (
        shown.difference,
        shown.owed,
        shown.due,
        shown.refund_due,
    )
    assert row(order).total == told.total == shown.after.total
    assert kept(order) == sorted((line.sku, line.after, line.total_after) for line in shown.lines if line.after)
    assert kit.breaches() == []
    return told


def undo(shop: Shop, changed: OrderChanged) -> OrderChangeUndone:
    """Preview the undoing of a change, and undo it."""
    shown = preview_undo(changed.change_id)
    assert shown.refusals == ()
    told = undo_changes.one(shop.call(), UndoChange(change_id=changed.change_id, fingerprint=shown.fingerprint))
    assert (told.difference, told.due, told.refund_due) == (shown.difference, shown.due, shown.refund_due)
    assert kit.breaches() == []
    return told


def refused(order: OrderPlaced, *wishes: Wish) -> list[tuple[str, str]]:
    """What a preview refuses: the code and the field of each."""
    return [(one.code, one.field) for one in preview(order.order_id, wishes).refusals]


def refusal(shop: Shop, order: OrderPlaced, *wishes: Wish, fingerprint: str = "") -> Refusal:
    """Why a change is refused; nothing has changed."""
    before = (standing(order), kit.breaches())
    asked = ChangeOrder(order_id=order.order_id, changes=wishes, fingerprint=fingerprint)
    (outcome,) = change_orders.many([(shop.call(), asked)])
    assert isinstance(outcome, Refusal)
    assert (standing(order), kit.breaches()) == before
    return outcome


def taxed(shop: Shop, *asked: tuple[str, int], price: str, currency: str, gross: bool) -> OrderPlaced:
    """An order of a channel of its own, in that currency, with a tax of 20 %."""
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name="VAT"))
    draft = ChannelDraft(code=currency.lower(), name=currency, currency=currency, prices_include_tax=gross)
    channel_id = save_channel(shop.call(), channel=draft).channel_id
    return kit.place(shop, *asked, price=price, channel_id=channel_id, currency=currency)


def row(order: OrderPlaced) -> Order:
    """The order as it is now."""
    return Order.objects.get(id=order.order_id)


def lines(order: OrderPlaced) -> list[OrderLine]:
    """Its lines as they are now."""
    return list(OrderLine.objects.filter(order_id=order.order_id).order_by("position"))


def line_id(order: OrderPlaced, place: int = 0) -> UUID:
    """The id of a line as it was placed."""
    return order.lines[place].line_id


def kept(order: OrderPlaced) -> list[tuple[str, int, int]]:
    """What is left of each line: SKU, units, amount."""
    found = aftersales.standing(order.order_id)
    return sorted((found.rows[line.id].sku, line.kept, line.kept_total) for line in found.lines if line.kept)


def standing(order: OrderPlaced) -> tuple[str, int, list[tuple[int, int]]]:
    """The state and total of an order, and the quantity and canceled units of its lines."""
    now = row(order)
    return now.state, now.total, [(one.quantity, one.canceled) for one in lines(order)]
