"""A payer in front of a gateway: begun at once, not by a job, because somebody waits."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.automation import gateways
from dingdan.kernel.journal import Call
from dingdan.ledgers.payments import ports, queries
from dingdan.ledgers.payments.commands import CheckoutDraft, Towards, request_authorization, request_charge
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import Answer, GatewayResult, Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A payment that was begun, what its gateway said, and what the payer is to do."""

    payment_id: UUID
    attempt_id: UUID
    answer: Answer
    error: str = ""
    prompt: Prompt | None = None


def begin(call: Call, *, document: Document, gateway: str, currency: str, checkout: CheckoutDraft, hold: bool = False) -> Begun:
    """Begin to pay what a document is due at a gateway, and return what the payer is to do.

    `hold` asks the gateway to hold the money only. Whatever the payer began before for the same document, and left, is closed
    first, so that nothing is paid twice. The tenant is in scope. Refuses what the commands refuse.
    """
    for attempt_id in queries.begun_of(document):
        close(call.tenant_id, attempt_id)
    ask = request_authorization if hold else request_charge
    told = ask(call, gateway=gateway, currency=currency, towards=(Towards(document=document),), checkout=checkout)
    result = gateways.settle(call.tenant_id, told.attempt_id) or GatewayResult(answer=Answer.DONE)
    return Begun(
        payment_id=told.payment_id,
        attempt_id=told.attempt_id,
        answer=result.answer,
        error=result.error,
        prompt=result.prompt or queries.prompt_of(told.attempt_id),
    )


def close(tenant_id: UUID, attempt_id: UUID) -> None:
    """Tell a gateway to wait for a payer no longer. Where the money came meanwhile, that is written down."""
    found = queries.gateway_request(attempt_id)
    if found is None:
        return
    gateway, request, _state = found
    if gateway in ports.closing:
        result = ports.closing[gateway].close(gateways.addressed(request, gateway))
        if result.answer in (Answer.DONE, Answer.DECLINED):
            gateways.write_down(tenant_id, gateway, AttemptKind(request.kind), attempt_id, result)
