"""What is out at gateways."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dingdan.ledgers.payments.lifecycle import AttemptState
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.ports import GatewayRequest, gateways

OPEN = (AttemptState.REQUESTED.value, AttemptState.UNKNOWN.value)


def gateway_request(attempt_id: UUID) -> tuple[str, GatewayRequest, AttemptState] | None:
    """The gateway's code, what to ask it, and what is known; None when the answer is known or nobody outside is to be asked."""
    row = Attempt.objects.filter(id=attempt_id, state__in=OPEN, gateway__in=list(gateways)).select_related("payment").first()
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
    rows = Attempt.objects.filter(state__in=OPEN, requested_at__lt=before)
    rows = rows.exclude(gateway__in=list(gateways)) if by_hand else rows.filter(gateway__in=list(gateways))
    return list(rows.order_by("requested_at", "id").values_list("id", flat=True)[:limit])
