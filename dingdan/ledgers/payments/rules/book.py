"""The book in memory: what may happen to rows of money, and the postings that follow.

A step locks rows and makes a `Book` of them, says what happens, and writes the rows and postings down. Nothing here knows a
database, so the same arithmetic can be simulated. Limits are the database's: going past one fails there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from dingdan.kernel.journal import Entry
from dingdan.ledgers.payments.lifecycle import PAYMENT_LIFE
from dingdan.ledgers.payments.rules.methods import vault_of
from dingdan.ledgers.payments.rules.rows import Asked, Owed, Owing, Paid, Parts, Post, Share, fill

_INVOICED = {
    "goods": "goods_invoiced", "shipping": "shipping_invoiced", "fees": "fees_invoiced", "tax": "tax_invoiced",
    "discount": "discount_invoiced", "gift_cards": "gift_card_sold",
}  # fmt: skip
_CREDITED = {
    "goods": "goods_credited", "shipping": "shipping_credited", "fees": "fees_credited", "tax": "tax_credited",
    "discount": "discount_credited", "gift_cards": "gift_card_credited",
}  # fmt: skip
_OWED_IN_MONEY = {
    "goods": "goods_return_owed", "shipping": "shipping_return_owed", "fees": "fees_return_owed", "tax": "tax_return_owed",
    "discount": "discount_return_owed",
}  # fmt: skip


def _without(cards: Sequence[Owing], parts: Parts, name: str) -> int:
    """A part of an invoice or credit note, of gift cards what is not posted card by card."""
    amount: int = getattr(parts, name)
    if name != "gift_cards":
        return amount
    by_card = sum(owing.due for owing in cards)
    if by_card > amount:
        raise ValueError(f"gift cards of {by_card} on a document that names {amount} of them")
    return amount - by_card


class Book:
    """Rows of money that one transaction holds, and the postings that come of what is said to them."""

    def __init__(
        self,
        receivables: Iterable[Owed] = (),
        *,
        payments: Iterable[Paid] = (),
        shares: Iterable[Share] = (),
        payables: Iterable[Owing] = (),
    ) -> None:
        self.receivables = {owed.id: owed for owed in receivables}
        self.payments = {paid.id: paid for paid in payments}
        self.shares: dict[tuple[UUID, UUID], Share] = {}
        self._by_payment: dict[UUID, list[Share]] = defaultdict(list)
        for share in shares:
            self._add(share)
        self.payables = {owing.id: owing for owing in payables}
        self.attempts: dict[UUID, Asked] = {}
        self.posts: list[Post] = []

    def shares_of(self, payment_id: UUID) -> list[Share]:
        """The allocations of a payment, in the order they were made."""
        return sorted(self._by_payment[payment_id], key=lambda share: share.id)

    def _add(self, share: Share) -> Share:
        self.shares[share.payment_id, share.receivable_id] = share
        self._by_payment[share.payment_id].append(share)
        return share

    def _post(self, entry: Entry, rule: str, amount: int, of: Owed | Paid | Owing, **ids: UUID | None) -> None:
        if amount > 0:
            self.posts.append(Post(entry, rule, amount, of.currency, **ids))

    def _turn(self, entry: Entry, owed: Owed, **changes: int) -> None:
        """Change counters of a receivable, and let deposits and invoices meet (or part) by as much as that changes."""
        before = owed.settled
        for name, change in changes.items():
            setattr(owed, name, getattr(owed, name) + change)
        moved = owed.settled - before
        self._post(entry, "deposit_settled", moved, owed, receivable_id=owed.id)
        self._post(entry, "deposit_restored", -moved, owed, receivable_id=owed.id)

    # --- what documents owe ---------------------------------------------------------------------------------------------

    def invoice(self, entry: Entry, owed: Owed, parts: Parts, *, cards: Sequence[Owing] = ()) -> None:
        """An invoice was issued: the open account and revenue grow, deposits cover what they can.

        `cards` are the gift cards on it, each of which we owe from now on.
        """
        for name, rule in _INVOICED.items():
            self._post(entry, rule, _without(cards, parts, name), owed, receivable_id=owed.id)
        for owing in cards:
            self.payables[owing.id] = owing
            self._post(entry, _INVOICED["gift_cards"], owing.amount, owed, receivable_id=owed.id, payable_id=owing.id)
        self._post(entry, "rounded_up", parts.rounding, owed, receivable_id=owed.id)
        self._post(entry, "rounded_down", -parts.rounding, owed, receivable_id=owed.id)
        self._turn(entry, owed, invoiced=parts.total)

    def credit(self, entry: Entry, owed: Owed, parts: Parts, *, cards: Sequence[Owing] = ()) -> None:
        """A credit note was issued: mirrors the invoice, and money that no invoice needs any more is a deposit again.

        `cards` are the gift cards that it takes back: what is on them is owed no longer.
        """
        for name, rule in _CREDITED.items():
            self._post(entry, rule, _without(cards, parts, name), owed, receivable_id=owed.id)
        for owing in cards:
            self._post(entry, _CREDITED["gift_cards"], owing.due, owed, receivable_id=owed.id, payable_id=owing.id)
            owing.paid = owing.amount
        self._post(entry, "rounding_up_credited", parts.rounding, owed, receivable_id=owed.id)
        self._post(entry, "rounding_down_credited", -parts.rounding, owed, receivable_id=owed.id)
        self._turn(entry, owed, credited=parts.total)

    def write_off(self, entry: Entry, owed: Owed, amount: int) -> None:
        """Give up a part of the open account; a negative amount takes that back."""
        self._post(entry, "debt_written_off", amount, owed, receivable_id=owed.id)
        self._post(entry, "debt_reinstated", -amount, owed, receivable_id=owed.id)
        self._turn(entry, owed, written_off=amount)

    # --- money coming ---------------------------------------------------------------------------------------------------

    def plan(self, paid: Paid, owed: Owed, amount: int, *, share_id: UUID) -> Share:
        """The payment is meant for this receivable, up to the amount. Moves nothing."""
        share = self.shares.get((paid.id, owed.id))
        if share is None:
            share = self._add(Share(id=share_id, payment_id=paid.id, receivable_id=owed.id))
        share.planned += amount
        return share

    def hold(self, paid: Paid, amount: int) -> None:
        """The gateway holds the money."""
        paid.authorized += amount
        paid.state = PAYMENT_LIFE.turn("authorize", paid.state)
        shares = self.shares_of(paid.id)
        for share, part in zip(shares, fill(amount, [share.planned for share in shares]), strict=True):
            share.held += part
            self.receivables[share.receivable_id].authorized += part

    def unhold(self, paid: Paid, amount: int) -> None:
        """The gateway holds so much less, because it was captured or voided."""
        shares = self.shares_of(paid.id)
        for share, part in zip(shares, fill(amount, [share.held for share in shares]), strict=True):
            share.held -= part
            self.receivables[share.receivable_id].authorized -= part

    def void(self, paid: Paid) -> None:
        """What was asked to be voided is held no longer."""
        paid.voided += paid.voiding
        self.unhold(paid, paid.voiding)
        paid.voiding = 0
        if not paid.captured and not paid.capturing and paid.capturable == 0:
            paid.state = PAYMENT_LIFE.turn("void", paid.state)

    def capture(self, entry: Entry, paid: Paid, amount: int) -> list[tuple[Owed, int]]:
        """The money is ours: it goes where it was planned to go, first to what is due there; the rest is nobody's yet.

        Returns what went where.
        """
        shares = self.shares_of(paid.id)
        rooms = [share.held if paid.authorizes else share.planned - share.amount for share in shares]
        needed = [max(0, min(room, self.receivables[share.receivable_id].due)) for share, room in zip(shares, rooms, strict=True)]
        first = fill(amount, needed)
        rest = fill(amount - sum(first), [room - part for room, part in zip(rooms, first, strict=True)])
        parts = [(share, one + two) for share, one, two in zip(shares, first, rest, strict=True)]
        if paid.authorizes:
            self.unhold(paid, amount)
        return self.receive(entry, paid, amount, towards=[(self.receivables[s.receivable_id], part) for s, part in parts])

    def receive(self, entry: Entry, paid: Paid, amount: int, *, towards: Sequence[tuple[Owed, int]]) -> list[tuple[Owed, int]]:
        """The money is ours: so much for each receivable, the rest is nobody's yet. Returns what went where."""
        vault, took = vault_of(paid.gateway), [(owed, part) for owed, part in towards if part]
        paid.captured += amount
        paid.captured_at = paid.captured_at or entry.at
        paid.state = PAYMENT_LIFE.turn("capture", paid.state)
        ids = {"payment_id": paid.id, "payable_id": paid.payable_id}
        for owed, part in took:
            self._post(entry, f"{vault}_received", part, paid, receivable_id=owed.id, **ids)
            self._put(entry, paid, owed, part)
        self._post(entry, f"{vault}_unapplied", amount - sum(part for _, part in took), paid, **ids)
        return took

    def apply(self, entry: Entry, paid: Paid, owed: Owed, amount: int) -> None:
        """Money that was nobody's pays this receivable."""
        self._post(entry, "unapplied_put_to_document", amount, paid, receivable_id=owed.id, payment_id=paid.id)
        self._put(entry, paid, owed, amount)

    def release(self, entry: Entry, paid: Paid, owed: Owed, amount: int) -> None:
        """Money of this receivable is nobody's again."""
        self._post(entry, "taken_from_document", amount, paid, receivable_id=owed.id, payment_id=paid.id)
        self._put(entry, paid, owed, -amount)

    def pass_on(self, entry: Entry, source: Owed, target: Owed, *, most: int, new_share: Callable[[], UUID]) -> None:
        """Money of one receivable pays another: what the first does not need and the second does, newest payment first.

        What is here goes first, then what gateways hold, then what was only asked for.
        """
        ways = [
            (paid, share)
            for paid in sorted(self.payments.values(), key=lambda one: one.id, reverse=True)
            if (share := self.shares.get((paid.id, source.id)))
        ]
        promised = sum(share.refunding for share in self.shares.values() if share.receivable_id == target.id)
        most, needed = min(most, target.due + promised - target.authorized), source.amount - source.written_off
        for rooms, go in (
            ([share.free for _paid, share in ways], self._pass_money),
            ([share.held for _paid, share in ways], self._pass_held),
            ([share.planned if paid.state == PAYMENT_LIFE.initial else 0 for paid, share in ways], self._pass_planned),
        ):
            there = sum(rooms)
            parts = fill(min(most, max(0, there - max(0, needed))), rooms)
            needed -= there
            for (paid, _share), part in zip(ways, parts, strict=True):
                if part > 0:
                    self.plan(paid, target, 0, share_id=new_share())
                    go(entry, paid, source, target, part)
                    most -= part

    def _pass_money(self, entry: Entry, paid: Paid, source: Owed, target: Owed, amount: int) -> None:
        self.release(entry, paid, source, amount)
        self.apply(entry, paid, target, amount)

    def _pass_held(self, entry: Entry, paid: Paid, source: Owed, target: Owed, amount: int) -> None:
        self.shares[paid.id, source.id].held -= amount
        self.shares[paid.id, target.id].held += amount
        source.authorized -= amount
        target.authorized += amount
        self._pass_planned(entry, paid, source, target, amount)

    def _pass_planned(self, _entry: Entry, paid: Paid, source: Owed, target: Owed, amount: int) -> None:
        self.shares[paid.id, source.id].planned -= amount
        self.shares[paid.id, target.id].planned += amount

    def _put(self, entry: Entry, paid: Paid, owed: Owed, amount: int) -> None:
        self.shares[paid.id, owed.id].amount += amount
        paid.applied += amount
        self._turn(entry, owed, allocated=amount)

    # --- money going back -----------------------------------------------------------------------------------------------

    def promise_refund(self, paid: Paid, share: Share | None, amount: int) -> None:
        """So much will be given back, of a document's money or of nobody's: from now on nobody else may use it."""
        paid.refunding += amount
        if share:
            share.refunding += amount
            paid.applied -= amount

    def break_refund(self, paid: Paid, share: Share | None, amount: int) -> None:
        """The promised refund did not happen: the money may be used again."""
        self.promise_refund(paid, share, -amount)

    def refund(self, entry: Entry, asked: Asked, *, owing: Owing | None = None) -> list[tuple[Owed, int]]:
        """The promised refund happened; `owing` is the credit that it went to. Returns which document's money it was."""
        paid, vault = self.payments[asked.payment_id], vault_of(asked.gateway)
        share = self.share_of(asked)
        ids = {"payment_id": paid.id, "payable_id": owing.id if owing else None}
        paid.refunding -= asked.amount
        paid.refunded += asked.amount
        if owing and owing.id == paid.payable_id:
            owing.paid -= asked.amount
        elif owing:
            owing.amount += asked.amount
        if share is None:
            self._post(entry, f"{vault}_unapplied_refunded", asked.amount, paid, **ids)
            return []
        owed = self.receivables[share.receivable_id]
        share.refunding -= asked.amount
        share.refunded += asked.amount
        self._post(entry, f"{vault}_refunded", asked.amount, paid, receivable_id=owed.id, **ids)
        self._turn(entry, owed, refunded=asked.amount)
        return [(owed, asked.amount)]

    def come_back(self, entry: Entry, asked: Asked) -> list[tuple[Owed, int]]:
        """The payer's bank sent a refund back. Returns which document has its money again."""
        paid, vault = self.payments[asked.payment_id], vault_of(asked.gateway)
        share = self.share_of(asked)
        paid.refunded -= asked.amount
        if share is None:
            self._post(entry, f"{vault}_unapplied_refund_returned", asked.amount, paid, payment_id=paid.id)
            return []
        owed = self.receivables[share.receivable_id]
        share.refunded -= asked.amount
        paid.applied += asked.amount
        self._post(entry, f"{vault}_refund_returned", asked.amount, paid, receivable_id=owed.id, payment_id=paid.id)
        self._turn(entry, owed, refunded=-asked.amount)
        return [(owed, asked.amount)]

    def share_of(self, asked: Asked) -> Share | None:
        """The allocation that an attempt is about, if it is about one."""
        return next((share for share in self.shares_of(asked.payment_id) if share.id == asked.allocation_id), None)

    # --- money that gateways take back ------------------------------------------------------------------------------------

    def dispute(self, entry: Entry, paid: Paid, amount: int, *, fee: int) -> None:
        """The gateway took so much back, and a fee: nobody may refund it too."""
        paid.disputed += amount
        self._post(entry, "dispute_opened", amount, paid, payment_id=paid.id)
        self._post(entry, "dispute_fee_charged", fee, paid, payment_id=paid.id)

    def win(self, entry: Entry, paid: Paid, amount: int) -> None:
        """The gateway gave so much of it again."""
        paid.disputed -= amount
        self._post(entry, "dispute_won", amount, paid, payment_id=paid.id)

    def lose(self, entry: Entry, paid: Paid, amount: int) -> None:
        """So much of it is gone; documents stay paid with it."""
        self._post(entry, "dispute_lost", amount, paid, payment_id=paid.id)

    # --- what we owe ----------------------------------------------------------------------------------------------------

    def owe(self, entry: Entry, owing: Owing, rule: str, *, amount: int) -> None:
        """We owe so much more, by a rule that credits the payable's account."""
        owing.amount += amount
        self._post(entry, rule, amount, owing, payable_id=owing.id)

    def owe_parts(self, entry: Entry, owing: Owing, parts: Parts) -> None:
        """We owe a credit note whose invoice is not in these books: no gift cards and no rounding on it."""
        if parts.gift_cards or parts.rounding:
            raise ValueError("a credit note without an invoice here has no gift cards and no rounding")
        for name, rule in _OWED_IN_MONEY.items():
            self._post(entry, rule, getattr(parts, name), owing, payable_id=owing.id)
        owing.amount += parts.total

    def pay(self, entry: Entry, owing: Owing, rule: str, *, amount: int) -> None:
        """We owe so much less, by a rule that debits the payable's account."""
        owing.paid += amount
        self._post(entry, rule, amount, owing, payable_id=owing.id)
