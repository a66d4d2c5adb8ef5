"""A desk above the money book, as small as can be: it claims, invoices and credits, and reads what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from dingdan.kernel.command import command
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Actor, Call, Entry, Event
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments import steps
from dingdan.ledgers.payments.commands import (
    IssueGiftCard,
    MoneyReceived,
    issue_gift_cards,
    record_authorization,
    record_capture,
    record_payments,
    request_authorization,
    request_charge,
)
from dingdan.ledgers.payments.events import Document, PaymentAuthorized, PaymentCaptured, PaymentRecorded
from dingdan.ledgers.payments.lifecycle import Terms
from dingdan.ledgers.payments.models import Account, Allocation, Attempt, Dispute, GiftCard, Payable, Payment, Posting, Receivable
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.queries import PaymentView, ReceivableView, code_of, payments_of, receivable_of
from dingdan.ledgers.payments.rules import Parts
from dingdan.ledgers.payments.steps import Told, Towards

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EVERYTHING = (Account, Receivable, Payable, Payment, Allocation, Attempt, Posting, GiftCard, Dispute)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskActed(Event):
    """Something that stands for any desk's own event."""

    statuses: tuple[str, ...] = ()


@command
def claim_money(entry: Entry, *, claims: tuple[tuple[Document, Money, UUID | None], ...]) -> DeskActed:
    """Claim an amount for each document."""
    steps.claim(
        [
            steps.Claim(
                entry=entry, id=new_id(), document=document, currency=money.currency, amount=money.amount,
                customer_id=customer_id, due_at=entry.at, terms=Terms.PREPAID,
            )
            for document, money, customer_id in claims
        ]
    )  # fmt: skip
    return DeskActed()


@command
def change_claim(entry: Entry, *, document: Document, amount: int) -> DeskActed:
    """The document is owed another amount."""
    told = steps.reclaim([steps.Reclaim(entry=entry, document=document, amount=amount)])
    return DeskActed(statuses=tuple(one.payment_status for one in told))


@command
def bill(entry: Entry, *, document: Document, parts: Parts) -> DeskActed:
    """Issue an invoice."""
    told = steps.invoice([steps.Bill(entry=entry, document=document, parts=parts)])
    return DeskActed(statuses=tuple(one.payment_status for one in told))


@command
def take_back(entry: Entry, *, document: Document, parts: Parts) -> DeskActed:
    """Issue a credit note."""
    told = steps.credit([steps.Bill(entry=entry, document=document, parts=parts)])
    return DeskActed(statuses=tuple(one.payment_status for one in told))


@command
def sell_cards(entry: Entry, *, document: Document, line_id: UUID, faces: tuple[int, ...], months: int | None) -> DeskActed:
    """Issue an invoice over gift cards."""
    cards = tuple(
        steps.SoldCard(id=new_id(), payable_id=new_id(), line_id=line_id, face=face, valid_months=months) for face in faces
    )
    steps.invoice([steps.Bill(entry=entry, document=document, parts=Parts(gift_cards=sum(faces)), cards=cards)])
    return DeskActed()


@command
def keep_cards(entry: Entry, *, line_id: UUID, units: int) -> DeskActed:
    """Keep so many cards of a line."""
    steps.void_beyond([steps.Kept(entry=entry, line_id=line_id, name="Card", units=units)])
    return DeskActed()


@command
def credit_cards(entry: Entry, *, document: Document, line_id: UUID, amount: int, units: int) -> DeskActed:
    """Issue a credit note over gift cards that are void."""
    bill = steps.Bill(entry=entry, document=document, parts=Parts(gift_cards=amount), back={line_id: units})
    steps.credit([bill])
    return DeskActed()


@command
def post_by_rule(entry: Entry, *, rule: str, amount: int) -> DeskActed:
    """Post by a rule, as desks do whose documents have no counters here."""
    steps.post([steps.Post(entry, rule, amount, "GBP")])
    return DeskActed()


class SilentGateway:
    """A gateway that is there and never asked: the tests tell its answers themselves."""

    authorizes = True

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nobody should call {name} of this gateway")


gateways["silent"] = SilentGateway()


@dataclass
class Desk:
    """A tenant, in scope while the test runs."""

    id: UUID = field(default_factory=new_id)

    def call(self, *, key: str | None = None, at: datetime = NOON, actor: Actor = SYSTEM) -> Call:
        """A call of a command in this shop."""
        return Call(tenant_id=self.id, actor=actor, key=key or str(new_id()), at=at)

    def claim(self, amount: int, *, currency: str = "GBP", customer_id: UUID | None = None) -> Document:
        """A new document that is owed so much."""
        document = Document("order", new_id())
        claim_money(self.call(), claims=((document, Money(amount, currency), customer_id),))
        return document

    def reclaim(self, document: Document, amount: int) -> None:
        """The document is owed another amount."""
        change_claim(self.call(), document=document, amount=amount)

    def invoice(self, document: Document, **parts: int) -> None:
        """Invoice parts of the document."""
        bill(self.call(), document=document, parts=Parts(**parts))

    def credit(self, document: Document, **parts: int) -> None:
        """Credit parts of the document."""
        take_back(self.call(), document=document, parts=Parts(**parts))

    def pay(self, document: Document, amount: int, *, method: str = "bank_transfer", currency: str = "GBP") -> PaymentRecorded:
        """Money came for the document."""
        intent = MoneyReceived(method=method, money=Money(amount, currency), towards=(Towards(document=document),))
        return record_payments.one(self.call(), intent)

    def authorize(self, document: Document, amount: int | None = None) -> PaymentAuthorized:
        """A gateway holds money for the document."""
        asked = request_authorization(
            self.call(), gateway="silent", currency="GBP", towards=(Towards(document=document, amount=amount),)
        )
        return record_authorization.one(
            self.call(), Told(attempt_id=asked.attempt_id, payment_reference=f"auth-{asked.payment_id}")
        )

    def take(self, document: Document, amount: int) -> PaymentCaptured:
        """A gateway took money for the document."""
        asked = request_charge(
            self.call(), gateway="silent", currency="GBP", towards=(Towards(document=document, amount=amount),)
        )
        return record_capture.one(self.call(), Told(attempt_id=asked.attempt_id, payment_reference=f"paid-{asked.payment_id}"))

    def card(self, amount: int, *, months: int | None = None) -> tuple[UUID, str]:
        """A gift card given as a favor, and its code."""
        wanted = IssueGiftCard(money=Money(amount, "GBP"), valid_months=months)
        issued = issue_gift_cards.one(self.call(), wanted)
        return issued.gift_card_id, code_of(issued.gift_card_id)

    def sell(self, document: Document, *faces: int, months: int | None = None) -> UUID:
        """Invoice gift cards as one line of a document, whose id is returned."""
        line_id = new_id()
        sell_cards(self.call(), document=document, line_id=line_id, faces=faces, months=months)
        return line_id

    def left(self, card_id: UUID) -> tuple[str, int]:
        """The state of a card, and what is still owed on it."""
        row = GiftCard.objects.select_related("payable").get(id=card_id)
        return row.state, row.payable.due

    def owed(self, document: Document) -> ReceivableView:
        """What the document is owed now."""
        return receivable_of(document.kind, [document.id])[document.id]

    def counters(self, document: Document) -> tuple[str, int, int, int]:
        """Status, due, allocated and refunded of the document."""
        owed = self.owed(document)
        return owed.payment_status, owed.due, owed.allocated, owed.refunded

    def payments(self, document: Document) -> list[PaymentView]:
        """The payments of the document, oldest first."""
        return payments_of(document.kind, [document.id])[document.id]

    def payment(self, payment_id: UUID) -> Payment:
        """The row of a payment."""
        return Payment.objects.get(id=payment_id)

    def posted(self, after: int = 0) -> list[tuple[str, str, str, int]]:
        """Rule, debit, credit and amount of every posting, in order; only those after the first so many."""
        rows = Posting.objects.order_by("id").values_list("rule", "debit__code", "credit__code", "amount")
        return list(rows)[after:]

    @contextmanager
    def nothing_changes(self) -> Iterator[None]:
        """Assert that the block writes no entry and changes no row."""
        before = self._everything()
        yield
        assert self._everything() == before

    def _everything(self) -> list[Any]:
        return [JournalEntry.objects.count(), *(list(model.objects.order_by("id").values()) for model in EVERYTHING)]

    def together(self, *asks: Callable[[], Any]) -> list[Any]:
        """Ask all at once, each in a thread with a connection of its own; return what each got, refusals as values."""

        def ask(one: Callable[[], Any]) -> Any:
            try:
                with tenant_scope(self.id):
                    return one()
            except Refusal as refusal:
                return refusal
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(asks)) as pool:
            return list(pool.map(ask, asks))
