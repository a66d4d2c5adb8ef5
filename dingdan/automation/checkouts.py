"""A payer in front of a gateway: begun at once, not by a job, because somebody waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dingdan.automation import gateways
from dingdan.automation.reacting import Asked, at_once
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import Call
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments import ports, queries
from dingdan.ledgers.payments.commands import CheckoutDraft, Towards, request_authorization, request_charge
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import OUT, AttemptKind, AttemptState
from dingdan.ledgers.payments.ports import Answer, GatewayResult, Prompt
from dingdan.masterdata.methods.ports import AT_SHIPPING, CAPTURE
from dingdan.masterdata.methods.queries import account_in_use, firm_of

LEFT: Final = "left"
"""The error of an attempt whose payer chose another way, or paid already, before its gateway took anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A payment that was begun, what its gateway said, and what the payer is to do."""

    payment_id: UUID
    attempt_id: UUID
    answer: Answer
    error: str = ""
    prompt: Prompt | None = None


def begin(
    call: Call, *, document: Document, gateway: str, currency: str, checkout: CheckoutDraft, hold: bool | None = None,
    amount: int | None = None,
) -> Begun:  # fmt: skip
    """Begin to pay what a document is due (or an amount of it) at a gateway, and return what the payer is to do.

    `hold` asks the gateway to hold the money only; without it the shop's account says so. Whatever was begun for the same
    document and left is closed, so that of two tabs one pays: the last one. The tenant is in scope. Refuses what the commands
    refuse.
    """
    before = queries.begun_of(document)  # read first: what the same click began comes with its entry
    for attempt_id in before if not JournalEntry.objects.filter(key=call.key).exists() else ():
        close(call.tenant_id, attempt_id)
    ask = request_authorization if (holds_first(gateway) if hold is None else hold) else request_charge
    told = ask(call, gateway=gateway, currency=currency, towards=(Towards(document=document, amount=amount),), checkout=checkout)
    if not _is_alone(call.tenant_id, document, told.attempt_id):
        return Begun(payment_id=told.payment_id, attempt_id=told.attempt_id, answer=Answer.DECLINED, error=LEFT)
    result = gateways.settle(call.tenant_id, told.attempt_id) or GatewayResult(answer=Answer.DONE)
    return Begun(
        payment_id=told.payment_id,
        attempt_id=told.attempt_id,
        answer=result.answer,
        error=result.error,
        prompt=result.prompt or queries.prompt_of(told.attempt_id),
    )


def holds_first(gateway: str) -> bool:
    """Whether the shop wants this gateway to hold money and to take it when the goods leave, and the firm can."""
    firm, account = firm_of(gateway), account_in_use(gateway)
    return bool(firm and firm.holds and account and account.settings.get(CAPTURE) == AT_SHIPPING)


def _is_alone(tenant_id: UUID, document: Document, attempt_id: UUID) -> bool:
    """Close what was begun for a document before, and say whether this attempt is the one to go on with.

    Asked after the attempt is committed: of two at once whoever asks last sees both, and the newer one stays.
    """
    begun = queries.begun_of(document)
    newest = max(begun, default=attempt_id)
    for other in begun:
        if other != newest:
            close(tenant_id, other)
    owed = queries.receivable_of(document.kind, [document.id])[document.id]
    if newest == attempt_id and owed.due > owed.authorized:
        return True
    close(tenant_id, attempt_id)
    return False


def close(tenant_id: UUID, attempt_id: UUID) -> None:
    """Tell a gateway to wait for a payer no longer. Where the money came meanwhile, that is written down.

    What its gateway has not heard of is closed here; should it hear of it all the same and take money, that counts.
    """
    found = queries.gateway_request(attempt_id)
    if found is None:
        return
    gateway, request, state = found
    unheard = GatewayResult(answer=Answer.NEVER_SEEN if state == AttemptState.REQUESTED else Answer.UNKNOWN)
    closes = ports.closing.get(gateway)
    result = closes.close(gateways.addressed(request, gateway)) if closes else unheard
    if result.answer == Answer.NEVER_SEEN and state == AttemptState.REQUESTED:
        result = GatewayResult(answer=Answer.DECLINED, error=LEFT)
    if result.answer in (Answer.DONE, Answer.DECLINED):
        gateways.write_down(tenant_id, gateway, AttemptKind(request.kind), attempt_id, result)


# ── what nobody is to pay any more ───────────────────────────────────────────────────────────────────────────────────────


@job("close_checkouts")
def close_checkouts(*, tenant_id: str, kind: str, document_id: str) -> None:
    """Close what payers began for a document, unless it is for what the document is due."""
    with tenant_scope(UUID(tenant_id)):
        document = Document(kind, UUID(document_id))
        owed = queries.receivable_of(kind, [document.id]).get(document.id)
        for one in queries.checkouts_of(document):
            if one.state in OUT and (owed is None or one.amount > owed.due - owed.authorized):
                close(UUID(tenant_id), one.attempt_id)


def _close_later(documents: set[tuple[UUID, Document]]) -> None:
    waited_for = queries.being_paid(document.id for _tenant_id, document in documents) if documents else set()
    for tenant_id, document in sorted(documents, key=str):
        if document.id in waited_for:
            close_checkouts.defer(tenant_id=str(tenant_id), kind=document.kind, document_id=str(document.id))


@at_once
def close_begun(asked: Asked) -> None:
    """Nobody pays twice: what was begun elsewhere for a document that is paid is closed."""
    _close_later(
        {
            (call.tenant_id, Document(applied.document_kind, applied.document_id))
            for call, event in asked
            for applied in event.applied
        }
    )


@at_once
def close_changed(asked: Asked) -> None:
    """Nobody pays an amount that is not owed any more: what was begun before an order changed or was canceled is closed."""
    _close_later({(call.tenant_id, Document("order", event.order_id)) for call, event in asked})
