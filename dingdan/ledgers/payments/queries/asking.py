"""What is out at gateways, or for people to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.kernel.errors import NotFound
from dingdan.ledgers.payments.events import Document, PromptKind
from dingdan.ledgers.payments.lifecycle import OUT, AttemptKind, AttemptState
from dingdan.ledgers.payments.models import Attempt, Checkout, Dispute, Payment
from dingdan.ledgers.payments.ports import Checkout as InFront
from dingdan.ledgers.payments.ports import GatewayRequest, Prompt, billing, gateways
from dingdan.ledgers.payments.rules import METHODS


def known_methods() -> tuple[str, ...]:
    """Everything that something could be paid by: methods that need no firm, and gateways."""
    return (*METHODS, *gateways)


def gateway_request(attempt_id: UUID) -> tuple[str, GatewayRequest, AttemptState] | None:
    """The gateway's code, what to ask it, and what is known; None when the answer is known or nobody outside is to be asked."""
    row = Attempt.objects.filter(id=attempt_id, state__in=OUT, gateway__in=list(gateways)).select_related("payment").first()
    if row is None:
        return None
    request = GatewayRequest(
        tenant_id=row.tenant_id,
        key=row.key,
        kind=row.kind,
        payment_id=row.payment_id,
        payment_reference=row.payment.gateway_reference,
        amount=row.amount,
        currency=row.payment.currency,
        account_id=row.payment.account_id,
        first_key=_first_key(row),
        reference=row.gateway_reference,
        customer_id=row.payment.customer_id,
        paid=row.payment.captured,
        checkout=_in_front(row),
        reason=row.reason,
    )
    return row.gateway, request, AttemptState(row.state)


def _first_key(row: Attempt) -> str:
    """The key under which the payment began: some gateways know it by that alone."""
    if row.kind == AttemptKind.AUTHORIZE:
        return row.key
    first = Attempt.objects.filter(payment_id=row.payment_id).exclude(kind=AttemptKind.REFUND.value)
    return first.order_by("id").values_list("key", flat=True).first() or row.key


def _in_front(row: Attempt) -> InFront | None:
    found = Checkout.objects.filter(attempt_id=row.id).first()
    if found is None:
        return None
    return InFront(
        way=found.way,
        title=found.title,
        language=found.language,
        expires_at=found.expires_at,
        details=found.details,
        keep=found.keep,
    )


def payment_of(attempt_id: UUID | None) -> UUID | None:
    """The payment that an attempt is of; None for what is no attempt of ours."""
    return Attempt.objects.filter(id=attempt_id).values_list("payment_id", flat=True).first() if attempt_id else None


def prompt_of(attempt_id: UUID) -> Prompt | None:
    """What the payer of an attempt is to do; None when nobody is waited for."""
    row = Checkout.objects.filter(attempt_id=attempt_id, attempt__state=AttemptState.WAITING.value).first()
    if row is None or not row.prompt_kind:
        return None
    return Prompt(kind=PromptKind(row.prompt_kind), content=row.prompt, expires_at=row.expires_at)


def begun_of(document: Document) -> list[UUID]:
    """The first attempts of payments for a document whose payer may still pay, newest first."""
    rows = Checkout.objects.filter(
        attempt__state__in=OUT,
        attempt__payment__allocations__receivable__document_kind=document.kind,
        attempt__payment__allocations__receivable__document_id=document.id,
    )
    return list(rows.order_by("-attempt_id").values_list("attempt_id", flat=True))


def being_paid(document_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the documents for which a payer may still pay at a gateway. One statement."""
    rows = Checkout.objects.filter(
        attempt__state__in=OUT, attempt__payment__allocations__receivable__document_id__in=list(document_ids)
    )
    return set(rows.values_list("attempt__payment__allocations__receivable__document_id", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutView:
    """A payer in front of a gateway, and how far that has come. `prompt` is there while the payer is waited for."""

    attempt_id: UUID
    payment_id: UUID
    gateway: str
    way: str
    state: str
    amount: int
    currency: str
    error: str
    means: str
    requested_at: datetime
    expires_at: datetime
    prompt: Prompt | None


def checkouts_of(document: Document) -> list[CheckoutView]:
    """The payers in front of gateways for a document, the newest first. One statement."""
    rows = Checkout.objects.filter(
        attempt__payment__allocations__receivable__document_kind=document.kind,
        attempt__payment__allocations__receivable__document_id=document.id,
    ).select_related("attempt__payment")
    return [_view(row) for row in rows.order_by("-attempt_id")]


def checkouts_of_customer(customer_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """A customer's checkouts of which something personal may be kept: those that are over, and those who may still pay."""
    rows = Checkout.objects.filter(attempt__payment__customer_id=customer_id).exclude(details={}, prompt="").order_by("id")
    found = list(rows.values_list("id", "attempt__state"))
    return [id_ for id_, state in found if state not in OUT], [id_ for id_, state in found if state in OUT]


def checkout_of(attempt_id: UUID) -> CheckoutView | None:
    """The payer in front of a gateway for an attempt."""
    row = Checkout.objects.filter(attempt_id=attempt_id).select_related("attempt__payment").first()
    return _view(row) if row else None


def _view(row: Checkout) -> CheckoutView:
    attempt, payment = row.attempt, row.attempt.payment
    waits = attempt.state == AttemptState.WAITING and row.prompt_kind
    prompt = Prompt(kind=PromptKind(row.prompt_kind), content=row.prompt, expires_at=row.expires_at) if waits else None
    return CheckoutView(
        attempt_id=attempt.id, payment_id=payment.id, gateway=attempt.gateway, way=row.way, state=attempt.state,
        amount=attempt.amount, currency=payment.currency, error=attempt.error, means=payment.means,
        requested_at=attempt.requested_at, expires_at=row.expires_at, prompt=prompt,
    )  # fmt: skip


def open_at_gateways(*, before: datetime) -> Iterator[tuple[UUID, str]]:
    """Attempts at gateways that were made before a time and have no answer, oldest first, each with its gateway."""
    rows = Attempt.objects.filter(state__in=OUT, requested_at__lt=before, gateway__in=list(gateways))
    after: UUID | None = None
    while True:
        part = list((rows.filter(id__gt=after) if after else rows).order_by("id").values_list("id", "gateway")[:500])
        if not part:
            return
        yield from part
        after = part[-1][0]


def open_of(payment_id: UUID) -> list[UUID]:
    """The attempts of a payment that its gateway has not answered, oldest first."""
    rows = Attempt.objects.filter(payment_id=payment_id, state__in=OUT, gateway__in=list(gateways))
    return list(rows.order_by("id").values_list("id", flat=True))


def open_attempts(*, before: datetime, by_hand: bool = False, limit: int = 500) -> list[UUID]:
    """Attempts that were made before a time and have no answer, oldest first: at gateways, or for people to do."""
    rows = Attempt.objects.filter(state__in=OUT, requested_at__lt=before)
    rows = rows.exclude(gateway__in=list(gateways)) if by_hand else rows.filter(gateway__in=list(gateways))
    return list(rows.order_by("requested_at", "id").values_list("id", flat=True)[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOut:
    """A refund that was promised and is not back yet, in minor units. What is still `requested` can be withdrawn."""

    id: UUID
    payment_id: UUID
    state: str
    amount: int

    @property
    def is_sent(self) -> bool:
        """Whether the gateway has heard of it, or is about to."""
        return self.state != AttemptState.REQUESTED


def refunds_out(document_kind: str, document_ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, list[RefundOut]]:
    """Document → the refunds of its money that are not back yet, the newest first; a document without any is not in it.

    With `lock` their payments are held until the transaction ends. Lock the receivables before: then none is promised, sent or
    answered meanwhile.
    """
    rows = Attempt.objects.filter(
        kind=AttemptKind.REFUND.value, state__in=OUT, allocation__receivable__document_kind=document_kind,
        allocation__receivable__document_id__in=list(document_ids),
    )  # fmt: skip
    found: dict[UUID, list[RefundOut]] = defaultdict(list)
    columns = ("allocation__receivable__document_id", "id", "payment_id", "state", "amount")
    for document_id, id_, payment_id, state, amount in rows.order_by("-id").values_list(*columns):
        found[document_id].append(RefundOut(id=id_, payment_id=payment_id, state=state, amount=amount))
    if lock and found:
        payments = {one.payment_id for its in found.values() for one in its}
        list(Payment.objects.filter(id__in=payments).order_by("id").select_for_update(no_key=True).values_list("id"))
    return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeAtFirm:
    """A dispute as its firm knows it, and through whose account there."""

    id: UUID
    payment_id: UUID
    gateway: str
    reference: str
    account_id: UUID | None
    state: str


def dispute_at_firm(dispute_id: UUID) -> DisputeAtFirm:
    """How the firm knows a dispute. Raises `NotFound`."""
    row = Dispute.objects.filter(id=dispute_id).select_related("payment").first()
    if row is None:
        raise NotFound(field="dispute_id", what="dispute", id=dispute_id)
    return DisputeAtFirm(
        id=row.id, payment_id=row.payment_id, gateway=row.gateway, reference=row.reference, account_id=row.payment.account_id,
        state=row.state,
    )  # fmt: skip


def makes_bills() -> list[str]:
    """The gateways that make bills of what they moved."""
    return sorted(billing)


def unknown_attempts(*, before: datetime, currency: str) -> list[Attempt]:
    """Attempts in a currency of which nobody knows whether a gateway did them, made before a time, the oldest first."""
    rows = Attempt.objects.filter(state=AttemptState.UNKNOWN.value, requested_at__lt=before, payment__currency=currency)
    return list(rows.order_by("requested_at", "id"))
