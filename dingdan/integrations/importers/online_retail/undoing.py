"""What goes back: cancellations, returns and credit notes, and the money with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from dingdan.integrations.importers.online_retail.documents import Cancellation, CreditNote, Document, Return, Stage
from dingdan.integrations.importers.online_retail.ledger import LINE_KINDS, METHOD, Ledger, OrderLines, about, remark
from dingdan.integrations.importers.online_retail.registers import PENCE
from dingdan.integrations.importers.voice import Wish
from dingdan.ledgers.payments.commands import MoneyReturned, pay_payable, record_refunds
from dingdan.ledgers.payments.events import Document as Payee
from dingdan.trade.aftersales.commands import CancelOrder, RecordReturn, ReturnedUnits, cancel_orders, record_returns
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.settlement.commands import CreditAmount, CreditItem, IssueCreditNote, Standalone, issue_credit_notes


class Undoings:
    """Tells what is taken back, and gives the money back."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.voice = ledger.voice

    def cancel(self, cancellations: Sequence[Cancellation]) -> None:
        """Cancel orders or parts of them before they leave."""
        lines = self.ledger.order_lines(one.order for one in cancellations)
        known = [one for one in cancellations if self.ledger.is_here(one, one.order, lines)]
        wishes = []
        for one in known:
            order_id, line_ids = lines[one.order]
            parts = () if one.whole else tuple(Part(line_ids[line.position], line.quantity) for line in one.lines)
            wishes.append(Wish(one.key, one.at, CancelOrder(order_id=order_id, lines=parts), about(one)))
        canceled = [(one, event) for one, event in zip(known, self.voice.tell(cancel_orders, wishes), strict=True) if event]
        self._refund([(one, event.order_id, event.refund_due) for one, event in canceled])
        for one, event in canceled:
            self.ledger.count(Stage.CANCELLATIONS, one, -event.amount)

    def take_back(self, returns: Sequence[Return]) -> None:
        """Take goods back to stock, credit them and give the money back."""
        lines = self.ledger.order_lines(one.order for one in returns)
        known = [one for one in returns if self.ledger.is_here(one, one.order, lines)]
        wishes = [
            Wish(
                one.key, one.at,
                RecordReturn(order_id=lines[one.order][0], external_number=one.number, lines=_units(one, lines[one.order][1])),
                about(one),
            )
            for one in known
        ]  # fmt: skip
        back = [(one, event) for one, event in zip(known, self.voice.tell(record_returns, wishes), strict=True) if event]
        notes = [
            Wish(f"{one.key}:credit", one.at, IssueCreditNote(return_id=event.return_id, external_number=one.number), remark(one))
            for one, event in back
            if event.refund
        ]
        self.voice.tell(issue_credit_notes, notes)
        self._refund([(one, event.order_id, event.refund_due) for one, event in back])
        for one, event in back:
            self.ledger.count(Stage.RETURNS, one, -event.refund)

    def credit(self, notes: Sequence[CreditNote]) -> None:
        """Credit services of orders, and owe and pay what no order is known for."""
        lines = self.ledger.order_lines(one.order for one in notes if one.order)
        known = [one for one in notes if one.amount and (one.order is None or self.ledger.is_here(one, one.order, lines))]
        wishes = [Wish(one.key, one.at, self._note(one, lines), about(one)) for one in known]
        issued = [(one, event) for one, event in zip(known, self.voice.tell(issue_credit_notes, wishes), strict=True) if event]
        self._refund([(one, event.order_id, event.total) for one, event in issued if event.order_id])
        for one, event in issued:
            if event.payable_id:
                wish = Wish(f"{one.key}:paid", one.at, None, remark(one))
                back = self.ledger.money(event.total)
                self.voice.tell_one(wish, pay_payable, payable_id=event.payable_id, method=METHOD, money=back)
            self.ledger.count(Stage.CREDIT_NOTES, one, -event.total)

    def _note(self, one: CreditNote, lines: OrderLines) -> IssueCreditNote:
        """What a note says: amounts of an order's lines, or what is owed without an order."""
        if one.order is not None:
            order_id, line_ids = lines[one.order]
            sums: Counter[UUID] = Counter()
            for line in one.lines:
                sums[line_ids[line.position]] += line.amount
            amounts = tuple(CreditAmount(order_line_id=line_id, amount=amount) for line_id, amount in sums.items() if amount)
            return IssueCreditNote(order_id=order_id, lines=amounts, external_number=one.number)
        items = tuple(
            CreditItem(
                name=line.description or line.sku, sku=line.sku, kind=LINE_KINDS.get(line.kind, LineKind.SERVICE),
                quantity=line.quantity, unit_price=line.unit_price * PENCE, amount=line.amount,
            )
            for line in one.lines
        )  # fmt: skip
        channel = self.ledger.channel
        customer_id = self.ledger.customers.get(one.customer) if one.customer else None
        alone = Standalone(currency=channel.currency, items=items, time_zone=channel.time_zone, customer_id=customer_id)
        return IssueCreditNote(standalone=alone, external_number=one.number)

    def _refund(self, due: Sequence[tuple[Document, UUID, int]]) -> None:
        """Give back what was paid too much for orders, by bank as it came."""
        wishes = [
            Wish(
                f"{one.key}:refund", one.at,
                MoneyReturned(
                    document=Payee("order", order_id), money=self.ledger.money(amount), method=METHOD, reason="credit"
                ),
                remark(one),
            )
            for one, order_id, amount in due
            if amount > 0
        ]  # fmt: skip
        self.voice.tell(record_refunds, wishes)


def _units(one: Return, line_ids: dict[int, UUID]) -> tuple[ReturnedUnits, ...]:
    """What came back by line of the order: a credit invoice may name one twice."""
    found: dict[int, tuple[int, int]] = {}
    for line in one.lines:
        quantity, amount = found.get(line.position, (0, 0))
        found[line.position] = (quantity + line.quantity, amount + line.amount)
    return tuple(
        ReturnedUnits(line_id=line_ids[position], quantity=quantity, amount=amount)
        for position, (quantity, amount) in found.items()
    )
