"""Disputes at Stripe are answered and given up by its API."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import override_settings

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.sandbox.firms.stripe.account import Account
from dingdan.integrations.sandbox.firms.stripe.firm import Stripe
from dingdan.integrations.stripe.disputes import StripeDisputes, StripeRefuses
from dingdan.integrations.stripe.saved import StripeDoesNotAnswer
from dingdan.ledgers.payments.ports import Evidence, EvidenceFile, EvidenceKind
from tests.integrations.stripe.till import StripePayer, asked, page, rows
from tests.ledgers.payments.desk import Desk

FILE = EvidenceFile(kind=EvidenceKind.SHIPPING, name="proof.pdf", media_type="application/pdf", content=b"%PDF-1.4\n%%EOF\n")


@pytest.fixture
def disputed(desk: Desk, account_id: UUID, stripes: Sandbox) -> str:
    """The reference of a dispute about a card payment."""
    request = asked(desk, account_id, "capture", 12_50, checkout=page())
    StripePayer(stripes).pay(request)
    (row,) = rows(stripes, request.key)
    stripes.firms["stripe"].act(row.payment, "dispute")
    return str(_account(stripes).all("dispute")[0]["id"])


def _account(stripes: Sandbox) -> Account:
    firm = stripes.firms["stripe"]
    assert isinstance(firm, Stripe)
    return firm.account


def _there(stripes: Sandbox, reference: str) -> dict[str, object]:
    return dict(_account(stripes).find("dispute", reference))


def test_it_works(account_id: UUID, stripes: Sandbox, disputed: str) -> None:
    evidence = Evidence(reference=disputed, key="answer-1", text="Delivered on Monday.", files=(FILE,))
    StripeDisputes().answer(account_id, evidence)
    told = _there(stripes, disputed)
    (file,) = _account(stripes).all("file")
    assert told["evidence"] == {"uncategorized_text": "Delivered on Monday.", "shipping_documentation": file["id"]}
    assert (told["status"], file["filename"], file["size"]) == ("under_review", "proof.pdf", len(FILE.content))


def test_giving_in_closes_it_once(account_id: UUID, stripes: Sandbox, disputed: str) -> None:
    for _time in range(2):
        StripeDisputes().accept(account_id, disputed, key="accept-1")
    assert _there(stripes, disputed)["status"] == "lost"
    with pytest.raises(StripeRefuses):
        StripeDisputes().accept(account_id, disputed, key="accept-2")


def test_what_stripe_does_not_know_is_refused(account_id: UUID, stripes: Sandbox, disputed: str) -> None:
    with pytest.raises(StripeRefuses) as caught:
        StripeDisputes().answer(account_id, Evidence(reference="du_unknown", key="k", text="x"))
    assert "resource_missing" in str(caught.value)
    assert _there(stripes, disputed)["evidence"] == {}


def test_a_firm_that_does_not_answer_is_a_refusal(account_id: UUID) -> None:
    with override_settings(SANDBOX_URL="http://127.0.0.1:9"), pytest.raises(StripeDoesNotAnswer):
        StripeDisputes().accept(account_id, "du_1", key="k")
