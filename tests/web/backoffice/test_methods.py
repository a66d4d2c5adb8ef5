"""How the shop is paid, at the back office: accounts, methods, levels, links, what is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dingdan.automation.models import Notice
from dingdan.insight.board.upkeep import refresh
from dingdan.ledgers.payments.models import Attempt
from dingdan.masterdata.methods.models import MerchantAccount, PaymentMethod, ReminderLevel
from dingdan.masterdata.methods.queries import credentials
from dingdan.masterdata.rates.models import Rate
from dingdan.trade.dunning.models import ReminderStop
from dingdan.trade.orders.models import Order
from tests import kit
from tests.automation.penny import PennyPay, pennypay
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.masterdata.rates.drafts import TODAY
from tests.trade.dunning import owing
from tests.web.backoffice.desk import Desk, text_of


@pytest.fixture
def penny(shop: Shop) -> Iterator[PennyPay]:
    with pennypay() as firm:
        yield firm


def _read(desk: Desk, path: str) -> str:
    return desk.read(path.removeprefix("/backoffice/"))


def _post(desk: Desk, path: str, **sent: object) -> str:
    answer = desk.browser.post(path, {"key": "once", **sent}, follow=True)
    assert answer.status_code == 200, path
    return text_of(answer.content.decode())


def test_an_account_is_made_from_what_the_firm_asks(desk: Desk, penny: PennyPay) -> None:
    new = reverse("admin:merchant_account_new")
    assert "PennyPay" in _read(desk, new)
    form = _read(desk, f"{new}?firm=pennypay")
    assert "Secret key" in form
    sent = {"gateway": "pennypay", "merchant": "P-9", "mode": "test", "setting.region": "cn", "secret.secret_key": "sk_hidden"}
    page = _post(desk, new, **sent)
    row = MerchantAccount.objects.get()
    assert ("is there" in page, "sk_hidden" in page, row.settings["region"]) == (True, False, "cn")
    edit = reverse("admin:merchant_account_edit", args=[row.id])
    assert "sk_hidden" not in desk.browser.get(edit).content.decode()
    _post(desk, edit, **sent | {"secret.secret_key": "", "name": "Ours", "key": "twice"})
    kept = credentials(row.id)
    assert kept is not None
    assert (kept.secrets, MerchantAccount.objects.get().name) == ({"secret_key": "sk_hidden"}, "Ours")


def test_what_cannot_be_comes_back_as_it_was_typed(desk: Desk, penny: PennyPay) -> None:
    page = _post(desk, reverse("admin:merchant_account_new"), gateway="pennypay", merchant="P-9", mode="test")
    assert "PennyPay needs" in page
    assert not MerchantAccount.objects.exists()


def test_a_method_is_written_and_who_is_offered_what_is_seen(desk: Desk) -> None:
    sent = {
        "gateway": "bank_transfer", "code": "bank_transfer", "name": "By bank", "name_i18n.zh-Hant": "銀行轉帳", "position": "1",
        "countries": "gb fr", "currencies": "GBP", "least": "10.00", "charge_rate": "-2", "charge_amount": "-0.50",
        "tax_class": "standard",
    }  # fmt: skip
    page = _post(desk, reverse("admin:payment_method_new"), **sent)
    row = PaymentMethod.objects.get()
    assert (row.least, str(row.charge_rate), row.charge_amount, row.countries) == (1000, "-0.020000", -50, ["GB", "FR"])
    assert "銀行轉帳" in page
    asked = {"channel": "web", "country": "GB", "currency": "GBP", "group": ""}
    offered = reverse("admin:payment_method_offered")
    assert "-£0.70" in text_of(desk.browser.get(offered, asked | {"amount": "10.00"}).content.decode())
    assert "Nothing is offered." in text_of(desk.browser.get(offered, asked | {"amount": "9.99"}).content.decode())
    assert "By bank" in _read(desk, reverse("admin:methods_paymentmethod_changelist"))


def test_levels_of_reminders(desk: Desk) -> None:
    sent = {"level": "1", "days": "7", "fee": "5.00", "currency": "GBP"}
    page = _post(desk, reverse("admin:reminder_level_new"), **sent)
    row = ReminderLevel.objects.get()
    assert (row.days, row.fee, row.automatic) == (7, 500, False)
    assert "English The program’s" in page
    assert (
        reverse("admin:wording_level", args=["payment_reminder", "en", "mail", 1])
        in desk.browser.get(reverse("admin:methods_reminderlevel_change", args=[row.id])).content.decode()
    )


def test_the_link_is_shown_and_mailed_and_the_gateway_is_asked(shop: Shop, desk: Desk, penny: PennyPay) -> None:
    from dingdan.automation.checkouts import begin
    from dingdan.ledgers.payments.commands import CheckoutDraft
    from dingdan.ledgers.payments.events import Document
    from dingdan.masterdata.methods.commands import save_merchant_account
    from tests.masterdata.methods.firm import ACCOUNT

    save_merchant_account(shop.call(), account=ACCOUNT)
    kit.stock(shop, "TEA", 9)
    order = kit.place(shop, ("TEA", 1), payment_method="pennypay")
    draft = CheckoutDraft(way="qr", title="Order")
    begun = begin(shop.call(), document=Document("order", order.order_id), gateway="pennypay", currency="GBP", checkout=draft)
    refresh([order.order_id])
    there = reverse("admin:board_boardrow_pay", args=[order.order_id])
    assert "/pay/" in _read(desk, there)
    for _time in range(2):
        _post(desk, there, act="mail")
    assert Notice.objects.filter(kind="payment_link").count() == 1
    penny.paid.add(str(begun.attempt_id))
    assert "done" in _post(desk, there, act="ask", attempt=str(begun.attempt_id))
    assert Attempt.objects.get().state == "succeeded"
    assert "Nothing is to be paid" in _read(desk, there)
    assert "penny 7" in _read(desk, reverse("admin:board_boardrow_change", args=[order.order_id]))
    assert "Qr" in _read(desk, reverse("admin:payments_payment_change", args=[begun.payment_id]))


def test_what_is_overdue_is_seen_and_stopped(shop: Shop, desk: Desk) -> None:
    owing.open_shop(shop)
    _order, invoice = owing.invoiced(shop, 2, customer_id=owing.customer(shop))
    there = reverse("admin:dunning_reminder_changelist")
    assert f"{invoice.number}" in _read(desk, there)
    page = _post(desk, reverse("admin:dunning_do"), act="stop", id=str(invoice.id), reason="They call us")
    assert "Stopped: They call us" in page
    assert ReminderStop.objects.get().invoice_id == invoice.id
    assert "Done: 1." in _post(desk, reverse("admin:dunning_do"), act="statement", id=str(invoice.id), key="another")
    assert "no reminder is due yet" not in page


def test_the_register_may_be_empty(desk: Desk) -> None:
    assert "Nobody owes anything on account." in _read(desk, reverse("admin:dunning_reminder_changelist"))


def test_a_method_can_be_retired(shop: Shop, desk: Desk) -> None:
    cash = offer(shop, "cash")
    _post(desk, reverse("admin:methods_paymentmethod_do", args=[cash, "retire"]))
    assert PaymentMethod.objects.get().state == "retired"


def test_another_payment_method_is_chosen_in_the_form_of_changes(shop: Shop, desk: Desk) -> None:
    kit.stock(shop, "TEA", 9)
    offer(shop, "cash")
    offer(shop, "terminal", charge_rate=Decimal("0.1"))
    order = kit.place(shop, ("TEA", 2))
    desk.show()
    there = reverse("admin:board_boardrow_changes", args=[order.order_id])
    page = text_of(desk.browser.post(there, {"paid_by": "terminal", "look": "1"}).content.decode())
    assert "£5.50" in page
    assert Order.objects.get().payment_method == "cash"


def test_rates_by_hand_and_as_a_list(desk: Desk) -> None:
    new, lists = reverse("admin:rate_new"), reverse("admin:rate_list")
    sent = {"base": "gbp", "currency": "jpy", "value": "190.5", "valid_on": TODAY.isoformat(), "source": "My bank"}
    page = _post(desk, new, **sent)
    assert "1 GBP = 190.5 JPY" in page
    assert "A rate is a number above zero" in _post(desk, new, **sent | {"value": "much", "key": "other"})
    table = f"base,currency,rate,date\nEUR,JPY,162.38,{TODAY}\nEUR,USD,1.08,2020-01-02\n".encode()
    told = _post(desk, lists, file=SimpleUploadedFile("rates.csv", table), source="ECB")
    assert "The list has 2 rates; 2 of them are new or changed." in told
    assert "too old, not used" in told
    assert "is no rate" in _post(desk, lists, file=SimpleUploadedFile("rates.csv", table.replace(b"1.08", b"?")), key="other")
    assert Rate.objects.count() == 3
