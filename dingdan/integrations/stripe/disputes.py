"""Disputes at Stripe: what speaks for the shop is sent, or the shop gives in. How they end is told by notice."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.integrations.stripe.client import client_of
from dingdan.integrations.stripe.errors import NotAsked, result_of
from dingdan.integrations.stripe.saved import StripeDoesNotAnswer
from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments.ports import Answer, Evidence, EvidenceFile, EvidenceKind
from dingdan.masterdata.methods.queries import credentials

if TYPE_CHECKING:
    import stripe

_FILES: Final = {
    EvidenceKind.SHIPPING: "shipping_documentation",
    EvidenceKind.CONVERSATION: "customer_communication",
    EvidenceKind.OTHER: "uncategorized_file",
}


class StripeRefuses(Refusal):
    """Stripe does not take it: the dispute is none of the account's, or is over."""

    status = 422
    sentence = _("Stripe does not take this ({code}).")
    remedy = _("Look at the dispute on the pages of Stripe: it may be known there by another reference, or be over.")


class StripeDisputes:
    """Answers the disputes of accounts at Stripe."""

    def answer(self, account_id: UUID, evidence: Evidence) -> None:
        """Upload the files, and hand the evidence in. Refuses `StripeRefuses`, `StripeDoesNotAnswer`."""

        def send(client: stripe.StripeClient) -> None:
            told: dict[str, Any] = {"uncategorized_text": evidence.text} if evidence.text else {}
            told |= {_FILES[one.kind]: _uploaded(client, one) for one in evidence.files}
            wanted: Any = {"evidence": told, "submit": True}
            client.v1.disputes.update(evidence.reference, wanted, {"idempotency_key": evidence.key})

        _asked(account_id, send)

    def accept(self, account_id: UUID, reference: str, *, key: str) -> None:
        """Close the dispute as lost. Refuses `StripeRefuses`, `StripeDoesNotAnswer`."""
        _asked(account_id, lambda client: client.v1.disputes.close(reference, {}, {"idempotency_key": key}))


def _uploaded(client: stripe.StripeClient, file: EvidenceFile) -> str:
    content = io.BytesIO(file.content)
    content.name = file.name
    wanted: Any = {"purpose": "dispute_evidence", "file": content}
    return client.v1.files.create(wanted).id


def _asked(account_id: UUID, ask: Callable[[stripe.StripeClient], object]) -> None:
    import stripe

    account = credentials(account_id)
    try:
        if account is None:
            raise NotAsked("no_account")
        ask(client_of(account))
    except (stripe.StripeError, NotAsked) as error:
        told = result_of(error)
        refusal = StripeRefuses if told.answer == Answer.DECLINED else StripeDoesNotAnswer
        raise refusal(code=told.error) from error
