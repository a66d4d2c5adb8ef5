"""The page on which an order or an invoice is paid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from dingdan.automation.consumers import drain
from dingdan.automation.pay_links import PAY_INVOICE, PAY_ORDER, pay_url
from dingdan.kernel import clock
from dingdan.ledgers.payments.events import Document, PromptKind
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.ports import GatewayRequest, GatewayResult, Prompt
from dingdan.ledgers.payments.queries import checkouts_of, receivable_of
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.rules import ProfileDraft
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from tests import kit
from tests.automation.penny import PennyPay, pennypay
from tests.conftest import Shop
from tests.masterdata.methods.firm import ACCOUNT
from tests.masterdata.methods.offered import offer
from tests.masterdata.rates.drafts import rate, write_down
from tests.trade.dunning import owing
from tests.web.backoffice.desk import text_of


@dataclass
class Payer:
    """Somebody with a link, at a browser without scripts."""

    path: str
    client: Client = field(default_factory=lambda: Client(SERVER_NAME="localhost"))

    def look(self, **asked: str) -> str:
        """What the page says."""
        return text_of(self.html(**asked))

    def html(self, **asked: str) -> str:
        answer = self.client.get(self.path, asked)
        assert answer.status_code == 200
        return answer.content.decode()

    def send(self, **sent: Any) -> Any:
        """Press a button of the page."""
        page = self.html()
        key = re.search(r'name="key" value="([^"]+)"', page)
        seen = re.search(r'name="seen" value="([^"]+)"', page)
        usual = {"key": key[1] if key else "", "seen": seen[1] if seen else "", "act": "pay"}
        return self.client.post(self.path, usual | sent)


@pytest.fixture
def penny(shop: Shop) -> Iterator[PennyPay]:
    with pennypay() as firm:
        save_merchant_account(shop.call(), account=ACCOUNT)
        kit.stock(shop, "TEA", 9)
        yield firm


@pytest.fixture
def order(shop: Shop, penny: PennyPay) -> OrderPlaced:
    return kit.place(shop, ("TEA", 2), payment_method="pennypay")


def payer_of(order_id: UUID, kind: str = PAY_ORDER) -> Payer:
    from django.conf import settings

    return Payer(pay_url(kind, order_id, at=clock.now()).removeprefix(settings.PUBLIC_URL))


def _begun(order: OrderPlaced) -> list[tuple[str, int]]:
    return [(one.state, one.amount) for one in checkouts_of(Document("order", order.order_id))]


def test_it_works(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    payer = payer_of(order.order_id)
    page = payer.look()
    assert "To be paid £5.00" in page
    assert "Article TEA 2 × TEA £5.00" in page
    assert payer.send(method="pennypay").status_code == 302
    html = payer.html()
    assert "Scan this code" in html
    assert "<svg" in html
    assert _begun(order) == [("waiting", 500)]
    (attempt,) = Attempt.objects.all()
    penny.paid.add(str(attempt.id))
    payer.send(act="ask", attempt=str(attempt.id))
    assert "Paid. Thank you." in payer.look()
    assert "penny 7" in payer.look()
    assert receivable_of("order", [order.order_id])[order.order_id].payment_status == "paid"


def test_the_page_runs_nothing_but_its_own_files(shop: Shop, order: OrderPlaced) -> None:
    answer = payer_of(order.order_id).client.get(payer_of(order.order_id).path)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    html = answer.content.decode()
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?://(?!www\.w3\.org)", html)
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_every_language_has_its_page(order: OrderPlaced) -> None:
    for lang, words in (("en", "To be paid"), ("zh-hant", "繁體"), ("zh-hans", "简体")):
        html = payer_of(order.order_id).html(lang=lang)
        assert words in html, lang
        assert f'lang="{lang}" aria-current="true"' in html


def test_links_that_open_nothing_say_so(shop: Shop, order: OrderPlaced) -> None:
    payer = payer_of(order.order_id)
    for path in ("/pay/nonsense", payer.path[:20] + ("A" if payer.path[20] != "A" else "B") + payer.path[21:]):
        answer = payer.client.get(path)
        assert (answer.status_code, "opens nothing" in answer.content.decode()) == (404, True)
    with clock.moved_by(timedelta(days=181)):
        assert payer.client.get(payer.path).status_code == 404
        assert payer.client.get(f"{payer.path}/state").status_code == 404


def test_two_clicks_and_two_tabs_are_one_payment(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    payer, other = payer_of(order.order_id), payer_of(order.order_id)
    key = {"key": "the same click"}
    payer.send(method="pennypay", **key)
    payer.client.post(payer.path, {"act": "pay", "method": "pennypay", "seen": "500", **key})
    assert (Payment.objects.count(), penny.closed) == (1, set())
    other.client.post(other.path, {"act": "pay", "method": "pennypay", "seen": "500", "key": "another tab"})
    assert [state for state, _amount in _begun(order)] == ["waiting", "declined"]
    assert len(set(penny.asked) - penny.closed) == 1


def test_another_way_can_be_chosen(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    payer = payer_of(order.order_id)
    payer.send(method="pennypay")
    (attempt,) = Attempt.objects.all()
    payer.send(act="leave", attempt=str(attempt.id))
    assert "How would you like to pay?" in payer.look()
    assert "did not work" not in payer.look()
    assert penny.closed == {str(attempt.id)}


def test_what_failed_is_said_and_tried_again(shop: Shop, order: OrderPlaced, penny: PennyPay, monkeypatch: Any) -> None:
    payer = payer_of(order.order_id)
    payer.send(method="pennypay")
    from dingdan.ledgers.payments.ports import Answer

    monkeypatch.setattr(penny, "query", lambda _request: GatewayResult(answer=Answer.DECLINED, error="no_funds"))
    payer.send(act="ask", attempt=str(Attempt.objects.get().id))
    page = payer.look()
    assert "did not work" in page
    assert "How would you like to pay?" in page
    monkeypatch.undo()
    payer.send(method="pennypay")
    assert _begun(order) == [("waiting", 500), ("declined", 500)]
    assert "Scan this code" in payer.html()


def test_an_amount_that_changed_is_not_paid(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    payer = payer_of(order.order_id)
    kit.pay(shop, order, 100)
    answer = payer.send(method="pennypay", seen="500")
    assert (answer.status_code, Attempt.objects.count()) == (409, 0)
    assert "has changed meanwhile" in answer.content.decode()
    assert "To be paid £4.00" in payer.look()


def test_what_was_begun_for_another_amount_says_so(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    payer = payer_of(order.order_id)
    payer.send(method="pennypay")
    kit.pay(shop, order, 100)
    page = payer.look()
    assert "has changed. Please choose again" in page
    assert "Scan this code" not in page


def test_a_canceled_order_is_not_paid(shop: Shop, order: OrderPlaced) -> None:
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    payer = payer_of(order.order_id)
    assert "This order is canceled" in payer.look()
    payer.send(method="pennypay", seen="0")
    assert not Attempt.objects.exists()


def test_methods_that_are_not_offered_are_refused(shop: Shop, order: OrderPlaced) -> None:
    offer(shop, "pennypay", countries=("FR",))
    payer = payer_of(order.order_id)
    assert "Nothing can be paid here" in payer.look()
    assert payer.send(method="pennypay", seen="500").status_code == 409
    assert not Attempt.objects.exists()


def test_a_bank_account_is_shown_with_its_reference(shop: Shop, order: OrderPlaced) -> None:
    draft = ProfileDraft(
        name="A shop", country="GB", language="en", time_zone="Europe/London", iban="GB82 WEST 1234 5698 7654 32",
        bank_name="West Bank",
    )  # fmt: skip
    save_profile(shop.call(), profile=draft)
    offer(shop, "bank_transfer", instructions="Within a week, please.", name_i18n={"zh-Hant": "銀行轉帳"})
    page = payer_of(order.order_id).look()
    assert "GB82 WEST 1234 5698 7654 32" in page
    assert f"Reference {order.number}" in page
    assert "Within a week, please." in page
    assert "銀行轉帳" in payer_of(order.order_id).look(lang="zh-hant")


def test_another_methods_surcharge_is_shown_and_owed(shop: Shop, penny: PennyPay) -> None:
    offer(shop, "bank_transfer", position=1)
    offer(shop, "pennypay", charge_rate=Decimal("0.02"), position=2)
    order = kit.place(shop, ("TEA", 2), payment_method="bank_transfer")
    payer = payer_of(order.order_id)
    assert "+£0.10 = £5.10" in payer.look()
    payer.send(method="pennypay")
    assert _begun(order) == [("waiting", 510)]
    row = Order.objects.get()
    assert (row.total, row.payment_method) == (510, "pennypay")
    assert kit.breaches() == []


def test_an_invoice_is_paid_for_what_is_open_of_it(shop: Shop, penny: PennyPay) -> None:
    offer(shop, "on_account", net_days=30)
    offer(shop, "pennypay")
    _order, invoice = owing.invoiced(shop, 2)
    payer = payer_of(invoice.id, PAY_INVOICE)
    assert f"Invoice {invoice.number}" in payer.look()
    payer.send(method="pennypay")
    (attempt,) = Attempt.objects.all()
    assert attempt.amount == 500
    penny.paid.add(str(attempt.id))
    payer.send(act="ask", attempt=str(attempt.id))
    drain(shop.tenant_id)
    assert "Paid. Thank you." in payer.look()


def test_the_amount_is_also_shown_in_another_currency(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    payer = payer_of(order.order_id)
    assert "Also show it in" not in payer.look()
    write_down(shop, rate("GBP", "JPY", "190.5", source="ECB"))
    assert "JPY · Japanese Yen" in payer.look()
    page = payer.look(present="JPY")
    assert "about ¥953 , charged as £5.00" in page.replace("JP¥", "¥")
    assert "1 GBP = 190.5 JPY · ECB ·" in page
    assert "For information only" in page
    html = payer.html(present="JPY", lang="zh-hant")
    assert 'name="lang" value="zh-hant"' in html
    assert "lang=zh-hans&amp;present=JPY" in html
    assert "about" not in payer.look(present="CHF")
    payer.client.post(f"{payer.path}?present=JPY", {"act": "pay", "method": "pennypay", "seen": "500", "key": "k"})
    assert _begun(order) == [("waiting", 500)]


@dataclass
class _Elsewhere(PennyPay):
    """The same firm, with a page of its own, or a form that sends itself."""

    kind: PromptKind = PromptKind.REDIRECT
    content: str = "https://penny.example/pay"

    def query(self, request: GatewayRequest) -> GatewayResult:
        told = super().query(request)
        if told.prompt is None:
            return told
        return GatewayResult(answer=told.answer, prompt=Prompt(kind=self.kind, content=self.content))


def _elsewhere(monkeypatch: pytest.MonkeyPatch, **said: Any) -> _Elsewhere:
    from dingdan.ledgers.payments import ports

    firm = _Elsewhere(**said)
    monkeypatch.setitem(ports.gateways, "pennypay", firm)
    monkeypatch.setitem(ports.closing, "pennypay", firm)
    return firm


def test_the_payer_goes_to_the_firm_and_comes_back(shop: Shop, order: OrderPlaced, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = _elsewhere(monkeypatch)
    payer = payer_of(order.order_id)
    answer = payer.send(method="pennypay")
    assert (answer.status_code, answer["Location"]) == (302, "https://penny.example/pay")
    (request,) = firm.asked.values()
    firm.paid.add(request.key)
    back = payer.client.get(request.return_url.partition("/pay/")[1] + request.return_url.partition("/pay/")[2])
    assert back.status_code == 302
    assert "Paid. Thank you." in text_of(payer.client.get(back["Location"]).content.decode())


def test_a_form_that_sends_itself(shop: Shop, order: OrderPlaced, monkeypatch: pytest.MonkeyPatch) -> None:
    _elsewhere(
        monkeypatch, kind=PromptKind.FORM, content='{"action":"https://penny.example/f","method":"post","fields":{"a":"<1>"}}'
    )
    payer = payer_of(order.order_id)
    assert payer.send(method="pennypay").status_code == 302
    html = payer.html()
    assert '<form action="https://penny.example/f" method="post" data-sends-itself' in html
    assert 'name="a" value="&lt;1&gt;"' in html


def test_the_page_learns_by_itself(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    payer = payer_of(order.order_id)
    payer.send(method="pennypay")
    before = payer.client.get(f"{payer.path}/state").json()
    assert before == payer.client.get(f"{payer.path}/state").json()
    assert before["waits"] is True
    kit.pay(shop, order)
    assert payer.client.get(f"{payer.path}/state").json()["state"] != before["state"]


def test_strangers_forms_are_refused(shop: Shop, order: OrderPlaced) -> None:
    payer = payer_of(order.order_id)
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert strict.post(payer.path, {"act": "pay", "method": "pennypay", "seen": "500", "key": "k"}).status_code == 403
    assert not Attempt.objects.exists()


def test_anothers_attempt_is_left_alone(shop: Shop, order: OrderPlaced, penny: PennyPay) -> None:
    other = kit.place(shop, ("TEA", 1), payment_method="pennypay")
    payer_of(other.order_id).send(method="pennypay")
    theirs = Attempt.objects.get()
    payer_of(order.order_id).send(act="leave", attempt=str(theirs.id))
    assert (penny.closed, Attempt.objects.get().state) == (set(), "waiting")
