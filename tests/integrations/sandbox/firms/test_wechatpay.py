"""The double of WeChat Pay, as a merchant's program meets it."""

import csv
import gzip
import hashlib
import io
import re
import time
from collections.abc import Iterator

import pytest

from dingdan.integrations.sandbox.firms.clock import local
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from tests.integrations.sandbox.firms.conftest import Mailbox
from tests.integrations.sandbox.firms.merchant import Noted, Told, WeChatShop


@pytest.fixture(scope="module")
def shop(sandbox: Sandbox) -> Iterator[WeChatShop]:
    shop = WeChatShop(sandbox)
    yield shop
    shop.http.close()


def noted(shop: WeChatShop, mailbox: Mailbox) -> list[Noted]:
    shop.sandbox.settle()
    return [shop.opened(headers, body) for headers, body in mailbox.came]


def test_it_works(shop: WeChatShop, mailbox: Mailbox) -> None:
    told = shop.place("WX-00001", notify_url=mailbox.url).json()
    assert re.fullmatch(r"weixin://wxpay/bizpayurl\?pr=\w{9}", told["code_url"])
    assert shop.query("WX-00001")["trade_state"] == "NOTPAY"

    scanned = shop.http.get("/wechatpay/scan", params={"code": told["code_url"]}).headers["location"]
    assert "CNY 12.34" in shop.http.get(scanned).text
    shop.http.post(scanned, data={"do": "approve"})
    paid = shop.query("WX-00001")
    assert (paid["trade_state"], paid["amount"]["total"], len(paid["transaction_id"])) == ("SUCCESS", 1234, 28)

    (note,) = noted(shop, mailbox)
    assert (note.topic, note.told) == ("TRANSACTION.SUCCESS", paid)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"signature": "AAAA"}, "错误的签名"),
        ({"timestamp": str(int(time.time()) - 400)}, "5分钟"),
        ({"mchid": "1900000000"}, "商户号不存在"),
        ({"serial_no": "00" * 20}, "证书序列号有误"),
    ],
)
def test_who_signs_wrongly_is_not_let_in(shop: WeChatShop, wrong: Told, why: str) -> None:
    answer = shop.ask("GET", "/v3/certificates", **wrong)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")
    assert why in answer.json()["message"]


def test_a_word_is_taken_once(shop: WeChatShop) -> None:
    assert shop.ask("GET", "/v3/certificates", nonce_str="once").status_code == 200
    assert shop.ask("GET", "/v3/certificates", nonce_str="once").status_code == 401


@pytest.mark.parametrize(
    ("kind", "more", "found"),
    [
        ("jsapi", {"payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}}, "prepay_id"),
        ("app", {}, "prepay_id"),
        ("h5", {"scene_info": {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}}, "h5_url"),
    ],
)
def test_every_way_to_pay(shop: WeChatShop, kind: str, more: Told, found: str) -> None:
    number = f"WX-KIND-{kind}"
    told = shop.place(number, kind=kind, **more).json()[found]
    page = f"{told}&redirect_url=http%3A%2F%2F127.0.0.1%3A9%2Fback" if found == "h5_url" else f"/wechatpay/pay/{told}"
    back = shop.http.post(page, data={"do": "approve"}).headers["location"]
    assert back == "http://127.0.0.1:9/back" if found == "h5_url" else back.startswith("/wechatpay/pay/42000")
    assert shop.sums(number) == (0, 1234, 0)


def test_a_number_is_one_order(shop: WeChatShop) -> None:
    assert shop.place("WX-00002").status_code == shop.place("WX-00002").status_code == 200
    other = shop.place("WX-00002", total=1)
    assert (other.status_code, other.json()["code"]) == (403, "OUT_TRADE_NO_USED")
    shop.act("WX-00002", "approve")
    assert shop.place("WX-00002").json()["code"] == "ORDERPAID"
    assert shop.sums("WX-00002") == (0, 1234, 0)


@pytest.mark.parametrize("change", [{"amount": {"total": 0}}, {"description": ""}, {"out_trade_no": "!"}, {"notify_url": ""}])
def test_what_cannot_be_meant_is_no_order(shop: WeChatShop, change: Told) -> None:
    answer = shop.place("WX-00003", **change)
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAM_ERROR")
    assert shop.query("WX-00003")["code"] == "ORDER_NOT_EXIST"


def test_a_closed_order_is_not_paid(shop: WeChatShop) -> None:
    shop.place("WX-00004")
    closed = shop.ask("POST", "/v3/pay/transactions/out-trade-no/WX-00004/close", {"mchid": shop.own["mchid"]})
    assert (closed.status_code, closed.content) == (204, b"")
    shop.act("WX-00004", "approve")
    assert (shop.query("WX-00004")["trade_state"], shop.sums("WX-00004")) == ("CLOSED", (0, 0, 0))


def test_an_order_expires_and_a_slow_one_is_paid(shop: WeChatShop) -> None:
    shop.place("WX-00005")
    shop.place("WX-00006")
    shop.act("WX-00006", "delay")
    assert shop.query("WX-00006")["trade_state"] == "NOTPAY"
    shop.http.post("/sandbox/clock", json={"advance": 7_300})
    assert [shop.query(f"WX-0000{number}")["trade_state"] for number in (5, 6)] == ["CLOSED", "SUCCESS"]


def test_payment_codes(shop: WeChatShop) -> None:
    def scan(number: str, last: int) -> tuple[int, Told]:
        answer = shop.place(number, kind="codepay", payer={"auth_code": f"13{'0' * 15}{last}"}, scene_info={})
        return answer.status_code, answer.json()

    assert scan("WX-CODE-0", 0)[1]["trade_state"] == "SUCCESS"
    assert scan("WX-CODE-1", 1)[1]["code"] == "NOT_ENOUGH"
    status, waiting = scan("WX-CODE-2", 2)
    assert (status, waiting["trade_state"]) == (202, "USERPAYING")
    shop.act("WX-CODE-2", "approve")
    assert shop.query("WX-CODE-2")["trade_state"] == "SUCCESS"

    own = {"appid": shop.own["appid"], "mchid": shop.own["mchid"]}
    reversed_ = shop.ask("POST", "/v3/pay/transactions/out-trade-no/WX-CODE-0/reverse", own)
    assert reversed_.json() == own | {"out_trade_no": "WX-CODE-0"}
    assert shop.query("WX-CODE-0")["trade_state"] == "REVOKED"
    assert shop.sums("WX-CODE-0") == (0, 1234, 1234)


def test_refunds(shop: WeChatShop, mailbox: Mailbox) -> None:
    shop.place("WX-00007")
    shop.act("WX-00007", "approve")
    asked = shop.refund("WX-00007", "R-1", 234, notify_url=mailbox.url).json()
    assert (asked["status"], asked["amount"]["payer_refund"]) == ("PROCESSING", 234)
    assert shop.refund("WX-00007", "R-1", 234).json()["refund_id"] == asked["refund_id"]
    assert shop.refund("WX-00007", "R-1", 235).json()["code"] == "INVALID_REQUEST"
    assert shop.refund("WX-00007", "R-2", 1001).json()["code"] == "INVALID_REQUEST"
    (note,) = noted(shop, mailbox)
    assert (note.topic, note.told["refund_status"], note.told["amount"]["refund"]) == ("REFUND.SUCCESS", "SUCCESS", 234)
    assert shop.ask("GET", "/v3/refund/domestic/refunds/R-1").json()["status"] == "SUCCESS"
    assert (shop.query("WX-00007")["trade_state"], shop.sums("WX-00007")) == ("REFUND", (0, 1234, 234))


def test_a_refund_that_is_stuck_and_one_that_is_closed(shop: WeChatShop, mailbox: Mailbox) -> None:
    shop.place("WX-00008")
    shop.act("WX-00008", "approve")
    shop.refund("WX-00008", "R-3", 100, notify_url=mailbox.url)
    shop.act("WX-00008", "refund_fails")
    shop.act("WX-00008", "refund_closes")
    assert [note.topic for note in noted(shop, mailbox)] == ["REFUND.ABNORMAL", "REFUND.CLOSED"]
    assert shop.sums("WX-00008") == (0, 1234, 0)


def test_two_certificates_are_told_while_one_takes_over(shop: WeChatShop) -> None:
    before = shop.keys["platform_certificates"]
    shop.http.post("/sandbox/rotate", json={"firm": "wechatpay"})
    told = shop.ask("GET", "/v3/certificates").json()["data"]
    assert [one["serial_no"] for one in told] == [before[-1]["serial_no"], shop.keys["platform_certificates"][-1]["serial_no"]]


def test_who_asks_by_public_key_is_answered_by_it(shop: WeChatShop, mailbox: Mailbox) -> None:
    known = shop.own["public_key_id"]
    answer = shop.ask("GET", "/v3/certificates", Wechatpay_Serial=known)
    assert answer.headers["wechatpay-serial"] == known


def bill(shop: WeChatShop, kind: str, **query: str) -> tuple[list[list[str]], Told]:
    """Yesterday's rows without their back quotes, after the digest was checked."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    told = shop.ask("GET", f"/v3/bill/{kind}?{asked}").json()
    raw = shop.ask("GET", told["download_url"].removeprefix(f"{shop.sandbox.address}/wechatpay")).content
    plain = gzip.decompress(raw) if query.get("tar_type") else raw
    assert hashlib.sha1(plain, usedforsecurity=False).hexdigest() == told["hash_value"]
    rows = list(csv.reader(io.StringIO(plain.decode("utf-8-sig"))))
    return [[cell.removeprefix("`") for cell in row] for row in rows], told


def test_bills(shop: WeChatShop) -> None:
    clock = shop.sandbox.world.clock
    shop.http.post("/sandbox/clock", json={"advance": 3 * 86_400})
    today = local(clock.now(), "%Y-%m-%d")
    shop.place("WX-BILL", total=10_000)
    shop.act("WX-BILL", "approve")
    shop.refund("WX-BILL", "R-BILL", 2_500, 10_000)
    refused = shop.ask("GET", f"/v3/bill/tradebill?bill_date={today}")
    assert refused.json()["code"] == "INVALID_REQUEST"
    shop.http.post("/sandbox/clock", json={"advance": 86_400})

    rows, _ = bill(shop, "tradebill", bill_date=today, tar_type="GZIP")
    paid, back = (dict(zip(rows[0], row, strict=True)) for row in rows[1:3])
    assert (paid["商户订单号"], paid["应结订单金额"], paid["手续费"], paid["交易状态"]) == (
        "WX-BILL",
        "100.00",
        "0.60000",
        "SUCCESS",
    )
    assert (back["商户退款单号"], back["退款金额"], back["手续费"], back["交易状态"]) == ("R-BILL", "25.00", "-0.15000", "REFUND")
    assert rows[-1] == ["2", "100.00", "25.00", "0.00", "0.45000", "100.00", "25.00"]

    flow, _ = bill(shop, "fundflowbill", bill_date=today)
    assert [(row[3], row[5], row[6]) for row in flow[1:5]] == [
        ("交易", "收入", "100.00"), ("扣除交易手续费", "支出", "0.60"), ("退款", "支出", "25.00"), ("退还手续费", "收入", "0.15"),
    ]  # fmt: skip
    assert flow[-1] == ["4", "2", "100.15", "2", "25.60"]
    assert shop.ask("GET", "/v3/bill/tradebill?bill_date=2020-01-01").json()["code"] == "NO_STATEMENT_EXIST"


def test_a_notice_is_tried_again_as_documented(shop: WeChatShop, mailbox: Mailbox) -> None:
    mailbox.answers = [(500, b""), (500, b""), (200, b"")]
    shop.place("WX-00009", notify_url=mailbox.url)
    shop.act("WX-00009", "approve")
    assert len(mailbox.came) == 1
    for seconds, times in ((14, 1), (2, 2), (15, 3), (3600, 3)):
        shop.http.post("/sandbox/clock", json={"advance": seconds})
        assert len(mailbox.came) == times
    assert len({note.id for note in noted(shop, mailbox)}) == 1
