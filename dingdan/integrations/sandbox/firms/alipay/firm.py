"""Alipay as the server knows it: one gateway for all methods, notices, and the pages of the buyer."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from dingdan.integrations.sandbox.firms import keys, pages
from dingdan.integrations.sandbox.firms.alipay import bills, signing
from dingdan.integrations.sandbox.firms.alipay.trades import PAID, Refusal, Trades, refunded, yuan
from dingdan.integrations.sandbox.firms.clock import local
from dingdan.integrations.sandbox.firms.http import Answer, Request
from dingdan.integrations.sandbox.firms.notices import Mail, Message, Note
from dingdan.integrations.sandbox.firms.pages import Choice, Till, said
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.world import Row, World

# 4 min, 10 min, 10 min, 1 h, 2 h, 6 h, 15 h: as documented.
PAUSES: Final = (240, 600, 600, 3_600, 7_200, 21_600, 54_000)
_PAGES: Final = ("alipay.trade.page.pay", "alipay.trade.wap.pay", "alipay.trade.app.pay")
_CHOICES: Final = (
    Choice("approve", "Approve", "yes"), Choice("decline", "Decline", "no"), Choice("delay", "Approve, but it takes 10 minutes"),
)  # fmt: skip


class Alipay:
    """The double of Alipay."""

    name = "alipay"

    def __init__(self, world: World) -> None:
        self._world = world
        self.keyring = signing.Keyring(world)
        self.trades = Trades(world)
        self.bills = bills.Bills(world, self.trades)
        self.mail = Mail(self._message, lambda status, body: status == 200 and body.strip() == b"success", PAUSES)
        self._methods: dict[str, Callable[[Json, Json], Json]] = {
            "alipay.trade.precreate": self._precreate,
            "alipay.trade.pay": self._pay,
            "alipay.trade.query": lambda told, _call: self.trades.query(told),
            "alipay.trade.cancel": lambda told, _call: self.trades.cancel(told),
            "alipay.trade.close": lambda told, _call: self.trades.close(told),
            "alipay.trade.refund": lambda told, _call: self.trades.refund(told),
            "alipay.trade.fastpay.refund.query": lambda told, _call: self.trades.refund_query(told),
            "alipay.data.dataservice.bill.downloadurl.query": lambda told, call: self.bills.url(told, call["seller_id"]),
            "alipay.open.app.alipaycert.download": self._certificate,
        }

    # ── the gateway ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def knows(self, path: str) -> bool:
        return path == "/gateway.do"

    def answer(self, request: Request) -> Answer:
        if request.path != "/gateway.do":
            return Answer(404)
        params, charset = signing.read(urlsplit(request.whole).query, request.body)
        method = params.get("method", "")
        node = f"{method.replace('.', '_')}_response" if method in (*self._methods, *_PAGES) else "error_response"
        by_certificate = bool(params.get("app_cert_sn"))
        try:
            call = self._require_call(params, charset)
            told = json.loads(params.get("biz_content") or "{}")
            if method in _PAGES:
                trade = self.trades.open(told, call, seen=True)
                return pages.moved(f"{self._world.address}/alipay/cashier/{trade['trade_no']}")
            answered = {"code": "10000", "msg": "Success"} | self._methods[method](told, call)
        except Refusal as refused:
            names = {"40004": "Business Failed", "40002": "Invalid Arguments", "20000": "Service Currently Unavailable"}
            answered = {"code": refused.code, "msg": names[refused.code], "sub_code": refused.sub_code, "sub_msg": str(refused)}
        except ValueError:
            answered = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-parameter", "sub_msg": "参数无效"}
        return self._answered(node, answered, charset, by_certificate=by_certificate)

    def _require_call(self, params: dict[str, str], charset: str) -> Json:
        """The merchant's signature, and what the call is about besides its content."""
        kept = self.keyring.kept
        if params.get("method") not in (*self._methods, *_PAGES):
            raise Refusal("isv.invalid-method", "不存在的方法名", "40002")
        if params.get("app_id") != kept["app_id"]:
            raise Refusal("isv.invalid-app-id", "无效的AppID参数", "40002")
        if params.get("sign_type") != "RSA2":
            raise Refusal("isv.invalid-signature-type", "无效的签名类型", "40002")
        by_certificate = bool(params.get("app_cert_sn"))
        if by_certificate and params["app_cert_sn"] != signing.certificate_sn(kept["app_certificate"]):
            raise Refusal("isv.invalid-app-cert-sn", "应用公钥证书序列号有误", "40002")
        if by_certificate and params.get("alipay_root_cert_sn") != signing.root_sn(kept["root_certificate"]):
            raise Refusal("isv.invalid-alipay-root-cert-sn", "支付宝根证书序列号有误", "40002")
        text = signing.content(params).encode(charset, "replace")
        if not keys.is_signed(keys.public_of(kept["app_key"]), text, params.get("sign", "")):
            raise Refusal("isv.invalid-signature", "验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配", "40002")
        return {
            "app_id": kept["app_id"], "seller_id": kept["seller_id"], "notify_url": params.get("notify_url", ""),
            "return_url": params.get("return_url", ""), "charset": charset, "by_certificate": by_certificate,
            "method": params["method"],
        }  # fmt: skip

    def _answered(self, node: str, told: Json, charset: str, *, by_certificate: bool) -> Answer:
        """The answer with its signature over the very text of the node, slashes escaped as the firm escapes them."""
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
        key, number = self.keyring.signer(by_certificate=by_certificate)
        signature = keys.sign(key, text.encode(charset, "replace"))
        beside = f'"alipay_cert_sn":"{number}",' if number else ""
        whole = f'{{"{node}":{text},{beside}"sign":"{signature}"}}'
        return Answer(200, whole.encode(charset, "replace"), {"Content-Type": f"text/html;charset={charset}"})

    def _precreate(self, told: Json, call: Json) -> Json:
        trade = self.trades.open(told, call, seen=False)
        return {"out_trade_no": trade["id"], "qr_code": f"{self._world.address}/alipay/qr/{trade['_qr']}"}

    def _pay(self, told: Json, call: Json) -> Json:
        code, trade = self.trades.pay_by_code(told, call)
        if code == "10000":
            return self.trades.told(trade) | {"gmt_payment": local(trade["_paid_at"])}
        names = ("out_trade_no", "trade_no", "total_amount", "buyer_logon_id", "buyer_user_id")
        known = self.trades.told(trade)
        return {"code": "10003", "msg": "order success pay inprocess"} | {name: known[name] for name in names}

    def _certificate(self, told: Json, _call: Json) -> Json:
        for pem in self.keyring.kept["alipay_certificates"]:
            if signing.certificate_sn(pem) == told.get("alipay_cert_sn"):
                return {"alipay_cert_content": b64encode(pem.encode()).decode()}
        raise Refusal("isv.invalid-parameter", "证书不存在", "40002")

    def refuse(self, status: int) -> Answer:
        if status == 429:
            limited = {"code": "40005", "msg": "Call Limited", "sub_code": "isv.app-call-limited", "sub_msg": "应用调用次数超限"}
            return self._answered("error_response", limited, "utf-8", by_certificate=False)
        return Answer(500, b"<html><body>502 Bad Gateway</body></html>", {"Content-Type": "text/html"})

    def spoil(self, answer: Answer) -> Answer:
        head, mark, rest = answer.body.rpartition(b'"sign":"')
        if mark:
            answer.body = head + mark + keys.spoiled(rest.partition(b'"')[0].decode()).encode() + b'"}'
        return answer

    # ── notices ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _message(self, note: Note) -> Message:
        """The form that tells of a trade, or what its fault makes of it."""
        by_certificate = note.body["by_certificate"]
        params = dict(note.body["params"])
        now = self._world.clock.real() - (86_400 if note.fault == "notice_old_timestamp" else 0)
        params["notify_time"] = local(now)
        if note.fault == "notice_wrong_amount":
            cents = round(float(params["total_amount"]) * 100) + 1
            params |= dict.fromkeys(("total_amount", "receipt_amount", "buyer_pay_amount", "invoice_amount"), yuan(cents))
        if note.fault == "notice_wrong_merchant":
            params |= {"app_id": f"20219{keys.digits(11)}", "seller_id": f"2088{keys.digits(12)}"}
        if note.fault == "notice_rotated_certificate" and by_certificate:
            self.rotate()
        charset = params["charset"]
        signed = self.keyring.signed(
            {name: text for name, text in params.items() if text}, charset, by_certificate=by_certificate
        )
        if note.fault == "notice_bad_signature":
            signed["sign"] = keys.spoiled(signed["sign"])
        body = urlencode(signed, encoding=charset, errors="replace").encode()
        return Message({"Content-Type": f"application/x-www-form-urlencoded; text/html; charset={charset}"}, body)

    def rotate(self) -> None:
        self.keyring.rotate()

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def page(self, request: Request) -> Answer | None:
        kind, _, key = request.path.strip("/").partition("/")
        if kind == "bill":
            return self.bills.download(request.query.get("sign", ""))
        if request.path == "/code":
            return _payment_code(request)
        if kind == "qr":
            trade = next((one for one in self.trades.all() if one["_qr"] == key), None)
            if trade is None:
                return pages.told(request, said(request, "Alipay"), "There is no such payment.")
            self.trades.save(trade | {"_seen": True})
            return pages.moved(f"/alipay/cashier/{trade['trade_no']}")
        return self._cashier(request, key) if kind == "cashier" else None

    def _cashier(self, request: Request, number: str) -> Answer:
        trade = self.trades.known({"trade_no": number})
        name = said(request, "Alipay")
        if trade is None:
            return pages.told(request, name, "There is no such payment.")
        if request.method == "POST":
            self.trades.wish(trade, request.form.get("do", ""))
            trade = self.trades.known({"trade_no": number}) or trade
            if trade["trade_status"] in PAID and trade["return_url"]:
                return pages.moved(self._return(trade))
            return pages.moved(f"/alipay/cashier/{number}?decided=1")
        is_open = trade["trade_status"] == "WAIT_BUYER_PAY" and not trade["_due"]
        if is_open and "decided" not in request.query:
            return pages.till(request, Till(name, f"CNY {yuan(trade['total'])}", trade["id"], trade["subject"], _CHOICES))
        is_paid = trade["trade_status"] in PAID or trade["_due"]
        return pages.told(request, name, f"{'Paid' if is_paid else 'Not paid'}. You may close this page.")

    def _return(self, trade: Json) -> str:
        told = {
            "charset": trade["charset"], "out_trade_no": trade["id"], "method": f"{trade['method']}.return", "version": "1.0",
            "total_amount": yuan(trade["total"]), "trade_no": trade["trade_no"], "auth_app_id": trade["app_id"],
            "app_id": trade["app_id"], "seller_id": trade["seller_id"], "timestamp": local(self._world.clock.real()),
        }  # fmt: skip
        signed = self.keyring.signed(told, trade["charset"], by_certificate=trade["by_certificate"])
        mark = "&" if "?" in trade["return_url"] else "?"
        return f"{trade['return_url']}{mark}{urlencode(signed)}"

    def act(self, payment: str, action: str) -> None:
        with self._world.store.transaction():
            if action == "pay_out":
                self.bills.pay_out()
                return
            trade = self.trades.known({"out_trade_no": payment})
            if trade is None:
                raise KeyError(payment)
            self.trades.wish(trade, action)

    def pass_time(self) -> None:
        self.trades.pass_time()

    # ── books ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def credentials(self) -> Json:
        kept = self.keyring.kept
        newest = kept["alipay_certificates"][-1]
        return {
            "gateway": f"{self._world.address}/alipay/gateway.do", "app_id": kept["app_id"], "seller_id": kept["seller_id"],
            "app_private_key": kept["app_key"], "app_public_key": keys.public_of(kept["app_key"]),
            "alipay_public_key": keys.public_of(kept["alipay_key"]), "app_certificate": kept["app_certificate"],
            "alipay_certificate": newest, "alipay_root_certificate": kept["root_certificate"],
            "app_cert_sn": signing.certificate_sn(kept["app_certificate"]), "alipay_cert_sn": signing.certificate_sn(newest),
            "alipay_root_cert_sn": signing.root_sn(kept["root_certificate"]),
        }  # fmt: skip

    def ledger(self, limit: int = 100_000) -> list[Row]:
        return [self._row(trade) for trade in self.trades.all(limit)]

    def _row(self, trade: Json) -> Row:
        is_open = trade["trade_status"] == "WAIT_BUYER_PAY"
        paid = trade["total"] if trade["_paid_at"] else 0
        refunds = tuple((one["out_request_no"], "REFUND_SUCCESS" if one["done_at"] else "") for one in trade["refunds"])
        done: Any = sum(one["amount"] for one in trade["refunds"] if one["done_at"])
        return Row(
            "alipay", trade["id"], trade["id"], "CNY", trade["total"], trade["trade_status"], captured=paid, refunded=done,
            fees=bills.fee(paid), at=trade["_at"], title=trade["subject"], refunds=refunds,
            page=f"/alipay/cashier/{trade['trade_no']}" if is_open else "",
            actions=("approve", "delay", "expire") if is_open else (), metadata={"on_its_way": refunded(trade) - done},
        )  # fmt: skip


def _payment_code(request: Request) -> Answer:
    """A code that the shop's scanner reads; its last digit says what the buyer does."""
    stem = f"28{keys.digits(15)}"
    codes = (("0", "Approved at once"), ("2", "The buyer must enter a password"), ("1", "Not enough money"))
    rows = "".join(f"<p>{said(request, text)}<br><strong>{stem}{last}</strong></p>" for last, text in codes)
    return pages.shown(request, said(request, "Show my payment code"), rows, narrow=True)
