"""What is out at gateways, or for people to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.ledgers.payments.lifecycle import OUT, AttemptKind, AttemptState
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.ports import GatewayRequest, gateways


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
    )
    return row.gateway, request, AttemptState(row.state)


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
