"""Disputes at the desk: opened by a letter, answered through the firm, given in, decided by hand."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dingdan.automation.consumers import drain
from dingdan.automation.disputes import EvidenceNotTaken, FirmTakesNoAnswer, accept, evidence_file, send_evidence
from dingdan.automation.gateways import settle
from dingdan.kernel.errors import Invalid, NotFound, NotPermitted, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import Decision, Opening, lose_dispute, open_dispute
from dingdan.ledgers.payments.models import Attempt, Dispute, Payment
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.trade.aftersales.queries import cancel_preview
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.queries import preview
from dingdan.trade.changes.rules import Cancel
from dingdan.trade.orders.events import OrderPlaced
from dingdan.web.backoffice.changing import shown_of
from tests import kit
from tests.automation.keeping import Keeping, PennyIsSilent, keeping
from tests.automation.penny import pennypay
from tests.conftest import Shop
from tests.masterdata.methods.firm import ACCOUNT
from tests.web.api.client import Caller
from tests.web.backoffice.desk import Desk, sit_down, text_of
from tests.web.storefront.test_pay import payer_of

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def penny(shop: Shop) -> Iterator[Keeping]:
    with pennypay() as gateway, keeping() as firm:
        save_merchant_account(shop.call(), account=ACCOUNT)
        kit.stock(shop, "TEA", 9)
        firm.gateway = gateway
        yield firm


@pytest.fixture
def order(shop: Shop, penny: Keeping) -> OrderPlaced:
    """An order that was paid through the firm."""
    placed = kit.place(shop, ("TEA", 4), payment_method="pennypay")
    payer_of(placed.order_id).send(method="pennypay", seen="1000")
    attempt = Attempt.objects.get()
    penny.gateway.paid.add(str(attempt.id))
    settle(shop.tenant_id, attempt.id)
    return placed


def _opened(shop: Shop, amount: int | None = 400) -> UUID:
    money = None if amount is None else Money(amount, "GBP")
    opening = Opening(gateway="pennypay", reference=f"D-{amount}", payment_id=Payment.objects.get().id, money=money)
    return open_dispute.one(shop.call(), opening).dispute_id


def _sent() -> int:
    return JournalEntry.objects.filter(command="payments.answer_dispute").count()


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_works(shop: Shop, penny: Keeping, order: OrderPlaced) -> None:
    dispute_id, call = _opened(shop), shop.call()
    files = [evidence_file("shipping", "../proof.pdf", PDF)]
    for _time in range(2):
        told = send_evidence(call, dispute_id=dispute_id, text="It was delivered on Monday.", files=files)
        assert (getattr(told, "files", None), getattr(told, "gateway", None)) == (1, "pennypay")
    (one,) = penny.sent.values()
    assert (one.reference, one.text, [(file.kind, file.name) for file in one.files]) == (
        "D-400", "It was delivered on Monday.", [("shipping", "proof.pdf")],
    )  # fmt: skip
    row = Dispute.objects.get()
    assert (row.state, row.answered_at is not None, _sent()) == ("open", True, 1)


def _text(_shop: Shop, dispute_id: UUID, call: Call) -> None:
    send_evidence(call, dispute_id=dispute_id, text="  ")


def _twice_of_a_kind(_shop: Shop, dispute_id: UUID, call: Call) -> None:
    files = [evidence_file("other", "a.pdf", PDF)] * 2
    send_evidence(call, dispute_id=dispute_id, text="x", files=files)


def _too_large(_shop: Shop, dispute_id: UUID, call: Call) -> None:
    files = [evidence_file(kind, "a.pdf", PDF + b" " * 3_000_000 + b"%%EOF\n") for kind in ("other", "shipping")]
    send_evidence(call, dispute_id=dispute_id, text="x", files=files)


def _decided(shop: Shop, dispute_id: UUID, call: Call) -> None:
    lose_dispute.one(shop.call(), Decision(dispute_id=dispute_id))
    send_evidence(call, dispute_id=dispute_id, text="x")


def _unknown(_shop: Shop, _dispute_id: UUID, call: Call) -> None:
    send_evidence(call, dispute_id=new_id(), text="x")


def _elsewhere(_shop: Shop, dispute_id: UUID, call: Call) -> None:
    Dispute.objects.filter(id=dispute_id).update(gateway="another")
    send_evidence(call, dispute_id=dispute_id, text="x")


def _not_permitted(shop: Shop, dispute_id: UUID, _call: Call) -> None:
    nobody = Call(tenant_id=shop.tenant_id, actor=Actor("staff", "s", frozenset({"payments.read"})))
    send_evidence(nobody, dispute_id=dispute_id, text="x")


@pytest.mark.parametrize(
    ("work", "refusal"),
    [
        (_text, Refusal),
        (_twice_of_a_kind, Invalid),
        (_too_large, EvidenceNotTaken),
        (_decided, NotInThisState),
        (_unknown, NotFound),
        (_elsewhere, FirmTakesNoAnswer),
        (_not_permitted, NotPermitted),
    ],
    ids=["nothing", "twice", "large", "decided", "unknown", "elsewhere", "permission"],
)
def test_what_is_refused_is_not_sent(
    shop: Shop, penny: Keeping, order: OrderPlaced, work: Callable[[Shop, UUID, Call], None], refusal: type[Refusal]
) -> None:
    dispute_id = _opened(shop)
    with pytest.raises(refusal):
        work(shop, dispute_id, shop.call())
    assert (penny.sent, _sent()) == ({}, 0)


def test_files_of_other_kinds_are_not_taken() -> None:
    with pytest.raises(EvidenceNotTaken):
        evidence_file("other", "a.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;")
    with pytest.raises(Invalid):
        evidence_file("love letter", "a.pdf", PDF)


def test_a_silent_firm_has_nothing_and_nothing_is_written(shop: Shop, penny: Keeping, order: OrderPlaced) -> None:
    dispute_id, penny.silent = _opened(shop), True
    with pytest.raises(PennyIsSilent):
        send_evidence(shop.call(), dispute_id=dispute_id, text="x")
    with pytest.raises(PennyIsSilent):
        accept(shop.call(), dispute_id=dispute_id)
    assert (Dispute.objects.get().state, _sent()) == ("open", 0)


def test_giving_in_tells_the_firm_once(shop: Shop, penny: Keeping, order: OrderPlaced) -> None:
    dispute_id, call = _opened(shop), shop.call()
    for _time in range(2):
        accept(call, dispute_id=dispute_id)
    assert (penny.accepted, Dispute.objects.get().state) == (["D-400"], "lost")
    assert kit.breaches() == []


# ── an order that is partly disputed is canceled ─────────────────────────────────────────────────────────────────────────


def test_the_preview_says_what_is_not_refunded(shop: Shop, penny: Keeping, order: OrderPlaced) -> None:
    assert (cancel_preview(order.order_id, []).refund_due, cancel_preview(order.order_id, []).refund_disputed) == (1000, 0)
    _opened(shop)
    offer, seen = cancel_preview(order.order_id, []), preview(order.order_id, [Cancel()])
    assert (offer.refund_due, offer.refund_disputed) == (seen.refund_due, seen.refund_disputed) == (1000, 400)
    told = shown_of(seen)
    assert told.consequence == "£10.00 less is owed; £6.00 goes back to the customer."
    assert told.refund == "£4.00 of what was paid too much is disputed and is not refunded: the firm has taken it back already."
    change_orders.one(shop.call(), ChangeOrder(order_id=order.order_id, changes=(Cancel(),)))
    drain(shop.tenant_id)
    payment = Payment.objects.get()
    assert (payment.refunding + payment.refunded, payment.disputed) == (600, 400)
    assert kit.breaches() == []


# ── at the desk ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _post(desk: Desk, path: str, **sent: object) -> str:
    answer = desk.browser.post(f"/backoffice/{path}", {"key": str(new_id()), **sent}, follow=True)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_a_letter_of_the_bank_is_written_down_answered_and_decided(shop: Shop, penny: Keeping, order: OrderPlaced) -> None:
    desk, path = sit_down(shop), f"payments/payment/{Payment.objects.get().id}/"
    assert "A dispute has come" in desk.read(path)
    told = _post(desk, f"{path}do/dispute/", reference="Letter 7", amount="4.00", fee="15", answer_by="soon")
    assert "Write the day as 2027-12-31." in told
    assert not Dispute.objects.exists()
    told = _post(desk, f"{path}do/dispute/", reference="Letter 7", amount="4.00", fee="15", answer_by="2027-01-31")
    assert "The dispute is written down" in told
    row = Dispute.objects.get()
    assert (row.reference, row.amount, row.fee, row.answer_due_at.isoformat() if row.answer_due_at else "") == (
        "Letter 7", 400, 1500, "2027-01-31T23:59:00+00:00",
    )  # fmt: skip
    file = SimpleUploadedFile("proof.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;")
    told = _post(desk, f"{path}answer/", dispute=str(row.id), text="Delivered.", shipping=file)
    assert "proof.gif cannot be sent" in told
    told = _post(desk, f"{path}answer/", dispute=str(row.id), text="Delivered.", shipping=SimpleUploadedFile("p.pdf", PDF))
    assert "What speaks for you was sent." in told
    assert "answered on" in told
    assert [(one.text, len(one.files)) for one in penny.sent.values()] == [("Delivered.", 1)]
    assert "4.00 GBP" in _post(desk, f"{path}do/win/", dispute=str(row.id), amount="9.00")
    assert "the money came back" in _post(desk, f"{path}do/win/", dispute=str(row.id), amount="1.50")
    assert "the money is gone" in _post(desk, f"{path}do/lose/", dispute=str(row.id))
    row.refresh_from_db()
    assert (row.state, row.won, row.lost) == ("divided", 150, 250)
    assert kit.breaches() == []


def test_staff_gives_in_and_strangers_do_nothing(shop: Shop, penny: Keeping, order: OrderPlaced) -> None:
    desk, dispute_id = sit_down(shop), _opened(shop)
    path = f"payments/payment/{Payment.objects.get().id}/"
    assert "There is no dispute" in _post(desk, f"{path}do/accept/", dispute=str(new_id()))
    assert penny.accepted == []
    assert "you give in" in _post(desk, f"{path}do/accept/", dispute=str(dispute_id))
    assert (penny.accepted, Dispute.objects.get().state) == (["D-400"], "lost")


def test_over_the_api(shop: Shop, penny: Keeping, order: OrderPlaced) -> None:
    caller, dispute_id = Caller(shop), _opened(shop)
    sent = {"text": "Delivered.", "files": [{"kind": "other", "name": "p.pdf", "content": base64.b64encode(PDF).decode()}]}
    told = caller.post(f"/disputes/{dispute_id}/evidence", sent, key="once")
    assert (told.status, told.json["files"]) == (200, 1), told.body
    assert caller.get(f"/disputes/{dispute_id}").json["answered_at"] is not None
    assert caller.post(f"/disputes/{dispute_id}/accept", {}, key="twice").json["state"] == "lost"
    assert caller.post(f"/disputes/{dispute_id}/evidence", sent).status == 409
    assert (len(penny.sent), penny.accepted) == (1, ["D-400"])
