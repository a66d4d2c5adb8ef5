"""The double of Alipay, as a merchant's program meets it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from dingdan.integrations.sandbox.firms.clock import local
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from tests.integrations.sandbox.firms.conftest import Mailbox
from tests.integrations.sandbox.firms.merchant import AlipayShop, Told, require_signed


@pytest.fixture(scope="module")
def shop(sandbox: Sandbox) -> Iterator[AlipayShop]:
    shop = AlipayShop(sandbox)
    yield shop
    shop.http.close()


def checked(key: str, params: dict[str, str], charset: str = "utf-8") -> dict[str, str]:
    """The parameters of a notice or a return, after their signature was found to fit."""
    text = "&".join(f"{name}={params[name]}" for name in sorted(params) if name not in ("sign", "sign_type") and params[name])
    require_signed(key, text.encode(charset), params["sign"])
    return params


def noted(shop: AlipayShop, mailbox: Mailbox, charset: str = "utf-8") -> list[dict[str, str]]:
    shop.sandbox.settle()
    came = [dict(parse_qsl(body.decode(), encoding=charset)) for _headers, body in mailbox.came]
    return [checked(shop.own["alipay_public_key"], params, charset) for params in came]


def test_it_works(shop: AlipayShop, mailbox: Mailbox) -> None:
    page = shop.open("ALI-1", notify_url=mailbox.url, return_url="http://127.0.0.1:9/back?x=1")
    assert "CNY 12.34" in shop.http.get(page).text
    back = shop.http.post(page, data={"do": "approve"}).headers["location"]
    told = checked(shop.own["alipay_public_key"], {name: text for name, text in parse_qsl(urlsplit(back).query) if name != "x"})
    assert (told["out_trade_no"], told["total_amount"], told["method"]) == ("ALI-1", "12.34", "alipay.trade.page.pay.return")

    (note,) = noted(shop, mailbox)
    assert (note["trade_status"], note["total_amount"], note["subject"]) == ("TRADE_SUCCESS", "12.34", "茶")
    assert shop.ask("alipay.trade.query", {"out_trade_no": "ALI-1"})["trade_status"] == "TRADE_SUCCESS"
    assert shop.sums("ALI-1") == (0, 1234, 0)


@pytest.mark.parametrize(
    ("change", "sub_code"),
    [
        ({"sign": "AAAA"}, "isv.invalid-signature"),
        ({"biz_content": '{"out_trade_no":"ALI-2"}'}, "isv.invalid-signature"),
        ({"app_id": "2021000000000000"}, "isv.invalid-app-id"),
        ({"sign_type": "RSA"}, "isv.invalid-signature-type"),
        ({"app_cert_sn": "00"}, "isv.invalid-app-cert-sn"),
    ],
)
def test_who_signs_wrongly_is_refused(shop: AlipayShop, change: dict[str, str], sub_code: str) -> None:
    content = {"out_trade_no": "ALI-2", "total_amount": "1", "subject": "x"}
    told = shop.post(shop.params("alipay.trade.precreate", content) | change).json()["alipay_trade_precreate_response"]
    assert (told["code"], told["sub_code"]) == ("40002", sub_code)
    assert "ALI-2" not in shop.payments()


def test_a_method_that_there_is_not(shop: AlipayShop) -> None:
    told = shop.post(shop.params("alipay.trade.wish", {})).json()
    assert told["error_response"]["sub_code"] == "isv.invalid-method"


def test_gbk(shop: AlipayShop, mailbox: Mailbox) -> None:
    page = shop.open("ALI-3", charset="gbk", notify_url=mailbox.url)
    shop.http.post(page, data={"do": "approve"})
    (note,) = noted(shop, mailbox, "gbk")
    assert (note["subject"], note["charset"]) == ("茶", "gbk")
    assert shop.ask("alipay.trade.query", {"out_trade_no": "none"}, "gbk")["sub_msg"] == "交易不存在"


def test_certificates_and_one_that_takes_over(shop: AlipayShop, mailbox: Mailbox) -> None:
    page = shop.open("ALI-4", notify_url=mailbox.url, **shop.certificates)
    assert shop.ask("alipay.trade.query", {"out_trade_no": "ALI-4"}, **shop.certificates)["trade_status"] == "WAIT_BUYER_PAY"

    shop.http.post("/sandbox/rotate", json={"firm": "alipay"})
    shop.http.post(page, data={"do": "approve"})
    shop.sandbox.settle()
    params = dict(parse_qsl(mailbox.came[0][1].decode()))
    assert params["alipay_cert_sn"] == shop.keys["alipay_cert_sn"] != shop.own["alipay_cert_sn"]
    checked(shop.keys["alipay_certificate"], params)
    asked = shop.params("alipay.open.app.alipaycert.download", {"alipay_cert_sn": params["alipay_cert_sn"]})
    assert "alipay_cert_content" in shop.post(asked).json()["alipay_open_app_alipaycert_download_response"]


def test_what_the_buyer_has_not_seen_is_no_trade(shop: AlipayShop) -> None:
    content = {"out_trade_no": "ALI-5", "total_amount": "3", "subject": "x"}
    code = shop.ask("alipay.trade.precreate", content)["qr_code"]
    assert shop.ask("alipay.trade.query", {"out_trade_no": "ALI-5"})["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    page = shop.http.get(code).headers["location"]
    assert shop.ask("alipay.trade.query", {"out_trade_no": "ALI-5"})["trade_status"] == "WAIT_BUYER_PAY"
    shop.http.post(page, data={"do": "approve"})
    assert shop.sums("ALI-5") == (0, 300, 0)
    assert shop.ask("alipay.trade.precreate", content)["sub_code"] == "ACQ.TRADE_HAS_SUCCESS"


def test_slashes_are_escaped_as_the_firm_escapes_them(shop: AlipayShop) -> None:
    content = {"out_trade_no": "ALI-6", "total_amount": "3", "subject": "x"}
    assert b'"qr_code":"http:\\/\\/127.0.0.1' in shop.post(shop.params("alipay.trade.precreate", content)).content


@pytest.mark.parametrize("amount", ["0", "1.234", "-1", "x", ""])
def test_what_is_no_amount(shop: AlipayShop, amount: str) -> None:
    told = shop.ask("alipay.trade.precreate", {"out_trade_no": "ALI-7", "total_amount": amount, "subject": "x"})
    assert told["sub_code"] == "ACQ.INVALID_PARAMETER"
    assert shop.ask("alipay.trade.close", {"out_trade_no": "ALI-7"})["sub_code"] == "ACQ.TRADE_NOT_EXIST"


def test_auth_codes(shop: AlipayShop) -> None:
    def scan(number: str, last: int) -> Told:
        content = {"out_trade_no": number, "total_amount": "5", "subject": "x", "scene": "bar_code"}
        return shop.ask("alipay.trade.pay", content | {"auth_code": f"28{'0' * 15}{last}"})

    assert scan("ALI-CODE-0", 0)["code"] == "10000"
    assert scan("ALI-CODE-1", 1)["sub_code"] == "ACQ.BUYER_BALANCE_NOT_ENOUGH"
    assert scan("ALI-CODE-2", 2)["code"] == "10003"
    assert shop.ask("alipay.trade.query", {"out_trade_no": "ALI-CODE-2"})["trade_status"] == "WAIT_BUYER_PAY"
    assert shop.ask("alipay.trade.cancel", {"out_trade_no": "ALI-CODE-2"})["action"] == "close"
    assert shop.ask("alipay.trade.cancel", {"out_trade_no": "ALI-CODE-0"})["action"] == "refund"
    assert [shop.sums(f"ALI-CODE-{last}") for last in (0, 1, 2)] == [(0, 500, 500), (0, 0, 0), (0, 0, 0)]


def test_refunds(shop: AlipayShop, mailbox: Mailbox) -> None:
    page = shop.open("ALI-8", "10.00", notify_url=mailbox.url)
    early = shop.ask("alipay.trade.refund", {"out_trade_no": "ALI-8", "refund_amount": "1", "out_request_no": "r1"})
    assert early["sub_code"] == "ACQ.TRADE_STATUS_ERROR"
    shop.http.post(page, data={"do": "approve"})

    def refund(part: str, number: str) -> Told:
        return shop.ask("alipay.trade.refund", {"out_trade_no": "ALI-8", "refund_amount": part, "out_request_no": number})

    assert [refund("4.00", "r1")["fund_change"], refund("4.00", "r1")["fund_change"]] == ["Y", "N"]
    assert refund("5.00", "r1")["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"
    assert refund("6.01", "r2")["sub_code"] == "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    assert (refund("6.00", "r2")["refund_fee"], shop.sums("ALI-8")) == ("10.00", (0, 1000, 1000))
    asked = {"out_trade_no": "ALI-8", "out_request_no": "r1"}
    assert shop.ask("alipay.trade.fastpay.refund.query", asked)["refund_status"] == "REFUND_SUCCESS"
    never = shop.ask("alipay.trade.fastpay.refund.query", asked | {"out_request_no": "r9"})
    assert never == {"code": "10000", "msg": "Success"}
    assert [(note["trade_status"], note.get("refund_fee")) for note in noted(shop, mailbox)] == [
        ("TRADE_SUCCESS", None), ("TRADE_SUCCESS", "4.00"), ("TRADE_CLOSED", "10.00"),
    ]  # fmt: skip


def test_a_refund_that_takes_its_time(shop: AlipayShop) -> None:
    shop.http.post(shop.open("ALI-9", "10.00"), data={"do": "approve"})
    shop.sandbox.world.faults.tell({"next": [{"fault": "refund_delayed", "firm": "alipay"}]})
    asked = {"out_trade_no": "ALI-9", "out_request_no": "r1"}
    assert shop.ask("alipay.trade.refund", asked | {"refund_amount": "4.00"})["fund_change"] == "N"
    assert "refund_status" not in shop.ask("alipay.trade.fastpay.refund.query", asked)
    shop.http.post("/sandbox/clock", json={"advance": 600})
    assert shop.ask("alipay.trade.fastpay.refund.query", asked)["refund_status"] == "REFUND_SUCCESS"


def test_a_notice_is_sent_until_the_merchant_says_success(shop: AlipayShop, mailbox: Mailbox) -> None:
    mailbox.answers = [(200, b"<html>success</html>"), (200, b"success")]
    shop.http.post(shop.open("ALI-10", notify_url=mailbox.url), data={"do": "approve"})
    assert len({note["notify_id"] for note in noted(shop, mailbox)}) == len(mailbox.came) == 1
    shop.http.post("/sandbox/clock", json={"advance": 240})
    first, second = noted(shop, mailbox)
    assert first["notify_id"] == second["notify_id"]
    shop.http.post("/sandbox/clock", json={"advance": 86_400})
    assert len(mailbox.came) == 2


def test_bills(shop: AlipayShop) -> None:
    shop.http.post("/sandbox/clock", json={"advance": 3 * 86_400})
    today = local(shop.sandbox.world.clock.now(), "%Y-%m-%d")
    shop.http.post(shop.open("ALI-BILL", "100.00"), data={"do": "approve"})
    shop.ask("alipay.trade.refund", {"out_trade_no": "ALI-BILL", "refund_amount": "25", "out_request_no": "RB"})
    shop.http.post("/sandbox/clock", json={"advance": 86_400})
    method = "alipay.data.dataservice.bill.downloadurl.query"
    url = shop.ask(method, {"bill_type": "trade", "bill_date": today})["bill_download_url"]
    packed = zipfile.ZipFile(io.BytesIO(shop.http.get(url).content), metadata_encoding="gbk")
    detail, sums = (packed.read(name).decode("gbk").splitlines() for name in packed.namelist())
    assert [name.rpartition("_")[2] for name in packed.namelist()] == ["业务明细.csv", "业务明细(汇总).csv"]
    rows = list(csv.reader(line for line in detail if not line.startswith("#")))
    paid, back = (dict(zip(rows[0], [cell.strip() for cell in row], strict=True)) for row in rows[1:])
    assert (paid["商户订单号"], paid["商家实收（元）"], paid["服务费（元）"], paid["业务类型"]) == (
        "ALI-BILL",
        "100.00",
        "-0.60",
        "交易",
    )
    assert (back["退款批次号/请求号"], back["商家实收（元）"], back["服务费（元）"]) == ("RB", "-25.00", "0.15")
    assert detail[-3] == "#交易合计：1笔，商家实收共100.00元，商家优惠共0.00元"
    assert "74.55" in sums[-2]
    assert shop.ask(method, {"bill_type": "trade", "bill_date": "2020-01-01"})["sub_code"] == "isp.bill_not_exist"
    url = shop.ask(method, {"bill_type": "signcustomer", "bill_date": today})["bill_download_url"]
    assert len(zipfile.ZipFile(io.BytesIO(shop.http.get(url).content)).namelist()) == 1


def test_the_order_string_of_an_app_opens_the_same_page(shop: AlipayShop) -> None:
    content = {"out_trade_no": "ALI-11", "total_amount": "1", "subject": "x", "product_code": "QUICK_MSECURITY_PAY"}
    text = urlencode(shop.params("alipay.trade.app.pay", content))
    assert shop.http.get(f"/alipay/gateway.do?{text}").headers["location"].startswith(f"{shop.sandbox.address}/alipay/cashier/")
