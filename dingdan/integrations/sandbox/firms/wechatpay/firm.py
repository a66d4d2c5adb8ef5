"""WeChat Pay as the server knows it: signatures, routes, notices, and the pages of the buyer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, urlsplit

from dingdan.integrations.sandbox.firms import keys, pages
from dingdan.integrations.sandbox.firms.http import Answer, Request, as_json
from dingdan.integrations.sandbox.firms.notices import Mail, Message, Note
from dingdan.integrations.sandbox.firms.office import amount as spelled
from dingdan.integrations.sandbox.firms.pages import Choice, Till, said
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.wechatpay import bills, signing
from dingdan.integrations.sandbox.firms.wechatpay.orders import OPEN, Orders, Refusal, wrong
from dingdan.integrations.sandbox.firms.wechatpay.refunds import Refunds
from dingdan.integrations.sandbox.firms.world import Row, World

# 15 s, 15 s, 30 s, 3 min, 10 min, 20 min, 3 × 30 min, 60 min, 3 × 3 h, 2 × 6 h: as documented.
PAUSES: Final = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
NONCE_SECONDS: Final = 2 * signing.FRESH_SECONDS
_KINDS: Final = {"jsapi": "JSAPI", "native": "NATIVE", "h5": "MWEB", "app": "APP"}
_CHOICES: Final = (
    Choice("approve", "Approve", "yes"), Choice("decline", "Decline", "no"), Choice("delay", "Approve, but it takes 10 minutes"),
)  # fmt: skip


class WeChatPay:
    """The double of WeChat Pay."""

    name = "wechatpay"

    def __init__(self, world: World) -> None:
        self._world = world
        self.keyring = signing.Keyring(world)
        self.orders = Orders(world)
        self.refunds = Refunds(world, self.orders)
        self.bills = bills.Bills(world, self.orders, self.refunds)
        self.mail = Mail(self._message, lambda status, _body: status in (200, 204), PAUSES)
        self._routes: list[tuple[str, Callable[..., Any]]] = [
            (r"GET /v3/certificates", lambda _request: {"data": self.keyring.certificates()}),
            (r"POST /v3/pay/transactions/(jsapi|native|h5|app)", self._place),
            (r"POST /v3/pay/transactions/codepay", self._place_by_code),
            (r"GET /v3/pay/transactions/id/([^/]+)", self._by_transaction),
            (r"GET /v3/pay/transactions/out-trade-no/([^/]+)", self._by_number),
            (r"POST /v3/pay/transactions/out-trade-no/([^/]+)/close", self._close),
            (r"POST /v3/pay/transactions/out-trade-no/([^/]+)/reverse", self._reverse),
            (r"POST /v3/refund/domestic/refunds", self._refund),
            (r"GET /v3/refund/domestic/refunds/([^/]+)", lambda _request, number: self.refunds.of(number)),
            (r"GET /v3/bill/tradebill", lambda request: self.bills.trade(request.query)),
            (r"GET /v3/bill/fundflowbill", lambda request: self.bills.flow(request.query)),
            (r"GET /v3/billdownload/file", lambda request: self.bills.download(request.query.get("token", ""))),
        ]

    # ── the API ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def knows(self, path: str) -> bool:
        return path.startswith("/v3/")

    def answer(self, request: Request) -> Answer:
        try:
            self._require_signature(request)
            return self._signed(self._answered(request), request)
        except Refusal as refused:
            return self._signed(_refused(refused), request)

    def _answered(self, request: Request) -> Answer:
        for pattern, work in self._routes:
            found = re.fullmatch(pattern, f"{request.method} {request.path}")
            if found:
                told = work(request, *found.groups())
                if isinstance(told, Answer):
                    return told
                status, body = told if isinstance(told, tuple) else (200, told)
                return as_json(body, status) if body is not None else Answer(204)
        raise Refusal(404, "RESOURCE_NOT_EXISTS", "请求的资源不存在")

    def _require_signature(self, request: Request) -> None:
        """The merchant's signature over method, path, time, word and body: fresh, and never seen before."""
        told = signing.fields(request.headers.get("authorization", ""))
        kept = self.keyring.kept
        if not all(told.get(name) for name in ("mchid", "nonce_str", "timestamp", "serial_no", "signature")):
            raise Refusal(401, "SIGN_ERROR", "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》")
        if told["mchid"] != kept["mchid"]:
            raise Refusal(401, "SIGN_ERROR", "商户号不存在")
        if told["serial_no"] != keys.serial(kept["merchant_certificate"]):
            raise Refusal(401, "SIGN_ERROR", "商户证书序列号有误")
        if not told["timestamp"].isdigit() or abs(self._world.clock.real() - int(told["timestamp"])) > signing.FRESH_SECONDS:
            raise Refusal(401, "SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟")
        below = request.path + (f"?{urlsplit(request.whole).query}" if "?" in request.whole else "")
        # A client that was given a host with a path may sign either: the path that it asks, or the one that the firm documents.
        for path in (below, request.whole):
            message = signing.request_message(request.method, path, told["timestamp"], told["nonce_str"], request.body)
            if keys.is_signed(kept["merchant_certificate"], message, told["signature"]):
                return self._require_new(told["nonce_str"])
        raise Refusal(401, "SIGN_ERROR", "错误的签名，验签失败")

    def _require_new(self, nonce: str) -> None:
        if self._world.store.by_ref("wechatpay.nonce", nonce) is not None:
            raise Refusal(401, "SIGN_ERROR", "重复的请求：nonce_str 已使用")
        now = self._world.clock.real()
        self._world.store.put("wechatpay.nonce", {"id": nonce}, ref=nonce, at=now)
        self._world.store.execute("DELETE FROM thing WHERE kind = 'wechatpay.nonce' AND at < ?", now - NONCE_SECONDS)

    def _signed(self, answer: Answer, request: Request) -> Answer:
        if request.path != "/v3/billdownload/file":
            answer.headers |= self.keyring.signed(answer.body, by_public_key=_wants_public_key(request))
        answer.headers["Request-ID"] = f"08{keys.word(30, '0123456789ABCDEF')}"
        return answer

    def _place(self, request: Request, kind: str) -> Json:
        self._require_own(request.json)
        return self.orders.place(request.json, _KINDS[kind], by_public_key=_wants_public_key(request))

    def _place_by_code(self, request: Request) -> tuple[int, Json]:
        self._require_own(request.json)
        return self.orders.place_by_code(request.json, by_public_key=_wants_public_key(request))

    def _require_own(self, told: dict[str, Any]) -> None:
        kept = self.keyring.kept
        if told.get("mchid") not in (None, "", kept["mchid"]):
            raise wrong("商户号与签名不一致")
        if told.get("appid") not in (None, "", kept["appid"]):
            raise Refusal(400, "APPID_MCHID_NOT_MATCH", "AppID和mch_id不匹配")

    def _by_transaction(self, request: Request, number: str) -> Json:
        self._require_merchant(request.query)
        return self.orders.told(self.orders.by_ref(number))

    def _by_number(self, request: Request, number: str) -> Json:
        self._require_merchant(request.query)
        return self.orders.told(self.orders.of(number))

    def _close(self, request: Request, number: str) -> None:
        self._require_merchant(request.json)
        self.orders.close(number)

    def _reverse(self, request: Request, number: str) -> Json:
        self._require_merchant(request.json)
        return self.orders.reverse(number)

    def _require_merchant(self, told: dict[str, Any]) -> None:
        if told.get("mchid") != self.keyring.kept["mchid"]:
            raise wrong("输入源“mchid”映射到字段“商户号”规则校验失败")

    def _refund(self, request: Request) -> Json:
        return self.refunds.ask(request.json, by_public_key=_wants_public_key(request))

    def refuse(self, status: int) -> Answer:
        if status == 429:
            return as_json({"code": "FREQUENCY_LIMITED", "message": "频率超限"}, 429)
        return as_json({"code": "SYSTEM_ERROR", "message": "系统错误"}, 500)

    def spoil(self, answer: Answer) -> Answer:
        if "Wechatpay-Signature" in answer.headers:
            answer.headers["Wechatpay-Signature"] = keys.spoiled(answer.headers["Wechatpay-Signature"])
        return answer

    # ── notices ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _message(self, note: Note) -> Message:
        told = dict(note.body["told"])
        if note.fault == "notice_wrong_amount":
            told["amount"] = {name: one + 1 if isinstance(one, int) else one for name, one in told["amount"].items()}
        if note.fault == "notice_wrong_merchant":
            told["mchid"] = f"1{told['mchid'][::-1][:9]}"
        if note.fault == "notice_rotated_certificate":
            self.rotate()
        nonce, kind = keys.word(12), note.body["original_type"]
        cipher = keys.sealed(self.keyring.kept["apiv3_key"], json.dumps(told, ensure_ascii=False), nonce=nonce, extra=kind)
        resource = {"original_type": kind, "algorithm": "AEAD_AES_256_GCM", "ciphertext": cipher, "associated_data": kind}
        names = ("id", "create_time", "event_type", "summary")
        written = {name: note.body[name] for name in names} | {
            "resource_type": "encrypt-resource",
            "resource": resource | {"nonce": nonce},
        }
        body = json.dumps(written, ensure_ascii=False).encode()
        is_by_key = note.body["by_public_key"] and note.fault != "notice_rotated_certificate"
        headers = self.keyring.signed(body, by_public_key=is_by_key, age=3_600 if note.fault == "notice_old_timestamp" else 0)
        if note.fault == "notice_bad_signature":
            headers["Wechatpay-Signature"] = keys.spoiled(headers["Wechatpay-Signature"])
        return Message(headers | {"Content-Type": "application/json", "User-Agent": "Mozilla/4.0"}, body)

    def rotate(self) -> None:
        self.keyring.rotate()

    # ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def page(self, request: Request) -> Answer | None:
        if request.path == "/scan":
            return self._scan(request)
        if request.path == "/code":
            return _payment_code(request)
        if request.path == "/cgi-bin/mmpayweb-bin/checkmweb":
            return self._decide(request, request.query.get("prepay_id", ""))
        if request.path.startswith("/pay/"):
            return self._decide(request, request.path.removeprefix("/pay/"))
        return None

    def _scan(self, request: Request) -> Answer:
        code = request.query.get("code", "")
        if code:
            found = next((one for one in self.orders.all() if one["_code"] == code and one["trade_type"] == "NATIVE"), None)
            if found is None:
                return pages.told(request, said(request, "WeChat Pay"), "There is no such payment.")
            return pages.moved(f"/wechatpay/pay/{quote(found['prepay_id'])}")
        body = (
            f'<form method="get"><label>{said(request, "Paste what the code says")}<br><input name="code" size="36" '
            f'placeholder="weixin://wxpay/bizpayurl?pr=…"></label> <button>{said(request, "Open")}</button></form>'
            f'<p><a href="/wechatpay/code">{said(request, "Show my payment code")}</a></p>'
        )
        return pages.shown(request, said(request, "Scan a code"), body, narrow=True)

    def _decide(self, request: Request, prepay_id: str) -> Answer:
        order = self._world.store.by_ref("wechatpay.order", prepay_id)
        order = order or next((one for one in self.orders.all() if one["prepay_id"] == prepay_id), None)  # once it is paid
        name = said(request, "WeChat Pay")
        if order is None:
            return pages.told(request, name, "There is no such payment.")
        back = request.query.get("redirect_url", "")
        if request.method == "POST":
            self.orders.wish(order, request.form.get("do", ""))
            return pages.moved(back) if back else pages.moved(f"/wechatpay/pay/{order['transaction_id'] or prepay_id}")
        if order["trade_state"] in OPEN and not order["_due"]:
            total = spelled(order["amount"]["total"], "CNY")
            return pages.till(request, Till(name, total, order["id"], order["description"], _CHOICES))
        is_paid = order["trade_state"] == "SUCCESS" or order["_due"]
        return pages.told(request, name, f"{'Paid' if is_paid else 'Not paid'}. You may close this page.")

    def act(self, payment: str, action: str) -> None:
        with self._world.store.transaction():
            ends = {"refund_fails": "ABNORMAL", "refund_succeeds": "SUCCESS", "refund_closes": "CLOSED"}
            if action == "pay_out":
                self.bills.pay_out()
            elif action in ends:
                for refund in self.refunds.all(payment)[:1]:
                    self.refunds.end(refund, ends[action])
            else:
                self.orders.wish(self.orders.of(payment), action)

    def pass_time(self) -> None:
        self.orders.pass_time()
        self.refunds.pass_time()

    # ── books ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def credentials(self) -> Json:
        kept = self.keyring.kept
        return {
            "api_base": f"{self._world.address}/wechatpay", "mchid": kept["mchid"], "appid": kept["appid"],
            "apiv3_key": kept["apiv3_key"], "merchant_private_key": kept["merchant_key"],
            "merchant_certificate": kept["merchant_certificate"],
            "merchant_serial_no": keys.serial(kept["merchant_certificate"]),
            "public_key_id": kept["public_key_id"], "public_key": keys.public_of(kept["public_key"]),
            "platform_certificates": [
                {"serial_no": one["serial"], "certificate": one["certificate"]} for one in kept["platform"]
            ],
        }  # fmt: skip

    def ledger(self, limit: int = 100_000) -> list[Row]:
        return [self._row(order) for order in self.orders.all(limit)]

    def _row(self, order: Json) -> Row:
        paid = bool(order["transaction_id"])
        is_open = order["trade_state"] in OPEN
        refunds = self.refunds.all(order["id"])
        actions: list[str] = ["approve", "decline", "delay", "expire"] if is_open else []
        if refunds and refunds[0]["status"] != "CLOSED":
            actions += ["refund_fails", "refund_succeeds", "refund_closes"]
        total = order["amount"]["total"]
        return Row(
            "wechatpay", order["id"], order["id"], "CNY", total, order["trade_state"], captured=total if paid else 0,
            refunded=order["_refunded"], fees=bills.fee(total) if paid else 0, at=order["_at"], title=order["description"],
            page=f"/wechatpay/pay/{order['prepay_id']}" if is_open and order["prepay_id"] else "", actions=tuple(actions),
            refunds=tuple((one["id"], one["status"]) for one in refunds), metadata={"attach": order["attach"]},
        )  # fmt: skip


def _wants_public_key(request: Request) -> bool:
    return request.headers.get("wechatpay-serial", "").startswith("PUB_KEY_ID_")


def _refused(refused: Refusal) -> Answer:
    return as_json({"code": refused.code, "message": str(refused)}, refused.status)


def _payment_code(request: Request) -> Answer:
    """A code that the shop's scanner reads; its last digit says what the buyer does."""
    stem = f"13{keys.digits(15)}"
    codes = (("0", "Approved at once"), ("2", "The buyer must enter a password"), ("1", "Not enough money"))
    rows = "".join(f"<p>{said(request, text)}<br><strong>{stem}{last}</strong></p>" for last, text in codes)
    return pages.shown(request, said(request, "Show my payment code"), rows, narrow=True)
