"""What the books say about invoices and credit notes."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from dingdan.ledgers.payments.queries import trial_balance
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.pricing.commands import save_tax_rate
from dingdan.masterdata.pricing.rules import TaxRateDraft
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from dingdan.trade.settlement.events import InvoiceIssued
from dingdan.trade.settlement.models import CreditNoteLine, InvoiceLine
from tests import kit
from tests.conftest import Shop


def accounts() -> dict[str, int]:
    """What every account that was used holds on its own side, in pence; empty accounts are left out."""
    return {line.account: line.balance for line in trial_balance() if line.balance}


def taxed(shop: Shop, *, gross: bool) -> None:
    """Goods bear 20 % VAT here, contained in the prices or added to them."""
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name="VAT"))
    channel = ChannelDraft(code="web", name="Web shop", currency="GBP", time_zone="Europe/London", prices_include_tax=gross)
    save_channel(shop.call(), channel=channel)


def invoice(shop: Shop, order: OrderPlaced) -> InvoiceIssued:
    """Invoice what has left of an order."""
    return issue_invoices.one(shop.call(), IssueInvoice(order_id=order.order_id))


def sell(shop: Shop, *lines: tuple[str, int], price: int | str = 250, **changes: object) -> OrderPlaced:
    """An order that is paid, shipped and invoiced."""
    order = kit.place(shop, *lines, price=price, **changes)
    kit.pay(shop, order)
    kit.ship(shop, order)
    invoice(shop, order)
    return order


def invoiced(line_id: UUID) -> list[tuple[int, int, int]]:
    """Quantity, total and tax of every time that an order line was invoiced."""
    rows = InvoiceLine.objects.filter(order_line_id=line_id).order_by("invoice_id")
    return [(row.quantity, row.total, row.tax) for row in rows]


def credited(line_id: UUID) -> list[tuple[int, int, int]]:
    """Quantity, total and tax of every time that an order line was credited."""
    rows = CreditNoteLine.objects.filter(order_line_id=line_id).order_by("credit_note_id")
    return [(row.quantity, row.total, row.tax) for row in rows]
