"""Money that is held and taken when the goods leave: where Stripe takes several captures, and where it does not."""

from __future__ import annotations

from uuid import UUID

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.stripe.gateway import StripeGateway
from dingdan.ledgers.payments.ports import Answer
from tests.integrations.stripe.till import SEVERAL, StripePayer, asked, opened, page, rows
from tests.ledgers.payments.desk import Desk


def test_a_payer_lets_hold_and_the_shop_takes_it(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    request = asked(desk, account_id, "authorize", 12_50, checkout=page())
    held = StripePayer(stripes).pay(request)
    assert (held.answer, held.amount, held.currency, held.means) == (Answer.DONE, 12_50, "GBP", "visa 4242")
    assert (rows(stripes, request.key)[0].held, rows(stripes, request.key)[0].captured) == (12_50, 0)
    capture = asked(desk, account_id, "capture", 12_50, charge=held.payment_reference)
    taken = StripeGateway().capture(capture)
    assert (taken.answer, taken.amount, taken.reference) == (Answer.DONE, 12_50, held.reference)
    assert StripeGateway().query(capture) == taken
    assert (rows(stripes, request.key)[0].held, rows(stripes, request.key)[0].captured) == (0, 12_50)


def test_without_leave_for_several_the_first_capture_is_the_last(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    """The part is taken, Stripe lets the rest go, and the books are told so when they ask for it."""
    gateway, request = StripeGateway(), asked(desk, account_id, "authorize", 10_00, checkout=page())
    charge = StripePayer(stripes).pay(request).payment_reference
    assert gateway.capture(asked(desk, account_id, "capture", 4_00, charge=charge)).answer == Answer.DONE
    rest = asked(desk, account_id, "capture", 6_00, charge=charge)
    assert (gateway.capture(rest).answer, gateway.capture(rest).error) == (Answer.DECLINED, "nothing_held")
    assert gateway.query(rest).answer == Answer.DECLINED
    assert gateway.void(asked(desk, account_id, "void", 6_00, charge=charge)).answer == Answer.DONE
    assert (rows(stripes, request.key)[0].held, rows(stripes, request.key)[0].captured) == (0, 4_00)


def test_with_leave_the_parts_have_names_of_their_own(desk: Desk, stripes: Sandbox) -> None:
    account_id, gateway = opened(desk, stripes, **SEVERAL), StripeGateway()
    request = asked(desk, account_id, "authorize", 10_00, checkout=page())
    held = StripePayer(stripes).pay(request)
    parts = [asked(desk, account_id, "capture", part, charge=held.payment_reference) for part in (3_00, 5_00)]
    told = [gateway.capture(part) for part in parts]
    assert [one.reference for one in told] == [f"{held.reference}:{part.key}" for part in parts]
    assert [gateway.query(part) for part in parts] == told
    void = asked(desk, account_id, "void", 2_00, charge=held.payment_reference)
    assert gateway.query(void).answer == Answer.NEVER_SEEN
    assert gateway.void(void) == gateway.void(void) == gateway.query(void)
    assert (rows(stripes, request.key)[0].held, rows(stripes, request.key)[0].captured) == (0, 8_00)
    assert gateway.refund(asked(desk, account_id, "refund", 8_00, charge=held.payment_reference)).answer == Answer.DONE


def test_a_hold_that_was_never_taken_is_let_go(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    request = asked(desk, account_id, "authorize", 10_00, checkout=page())
    charge = StripePayer(stripes).pay(request).payment_reference
    assert StripeGateway().void(asked(desk, account_id, "void", 10_00, charge=charge)).answer == Answer.DONE
    assert rows(stripes, request.key)[0].state == "canceled"
    assert StripeGateway().capture(asked(desk, account_id, "capture", 10_00, charge=charge)).answer == Answer.DECLINED


def test_a_refund_on_its_way_is_not_known_yet(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    gateway, request = StripeGateway(), asked(desk, account_id, "capture", 10_00, checkout=page())
    paid = StripePayer(stripes).pay(request)
    stripes.world.faults.tell({"next": [{"fault": "refund_delayed", "firm": "stripe"}]})
    refund = asked(desk, account_id, "refund", 4_00, charge=paid.payment_reference)
    assert (gateway.refund(refund).answer, gateway.refund(refund).error) == (Answer.UNKNOWN, "pending")
    assert gateway.query(refund).answer == Answer.UNKNOWN
    stripes.firms["stripe"].act(paid.payment_reference, "refund_succeeds")
    assert (gateway.query(refund).answer, gateway.query(refund).amount) == (Answer.DONE, 4_00)


def test_a_refund_that_fails_is_declined(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    gateway, request = StripeGateway(), asked(desk, account_id, "capture", 10_00, checkout=page())
    paid = StripePayer(stripes).pay(request)
    stripes.world.faults.tell({"next": [{"fault": "refund_delayed", "firm": "stripe"}]})
    refund = asked(desk, account_id, "refund", 4_00, charge=paid.payment_reference)
    gateway.refund(refund)
    stripes.firms["stripe"].act(paid.payment_reference, "refund_fails")
    assert (gateway.query(refund).answer, gateway.query(refund).error) == (Answer.DECLINED, "expired_or_canceled_card")


def test_what_comes_through_the_bank_is_not_known_for_days(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    gateway, request = StripeGateway(), asked(desk, account_id, "capture", 10_00, checkout=page())
    prompt = gateway.capture(request).prompt
    assert prompt is not None
    StripePayer(stripes).choose(prompt, "delay")
    assert (gateway.query(request).answer, gateway.query(request).error) == (Answer.UNKNOWN, "processing")
    assert gateway.close(request).answer == Answer.UNKNOWN
    stripes.firms["stripe"].act(rows(stripes, request.key)[-1].payment, "approve")
    assert (gateway.query(request).answer, gateway.query(request).means) == (Answer.DONE, "us bank account")
