"""Orders of WeChat Pay: placed by JSAPI, Native, H5 and App, or by the buyer's payment code; queried, closed, reversed."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.clock import BEIJING, iso, local
from dingdan.integrations.sandbox.firms.faults import DELAY_SECONDS
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.world import World

KIND: Final = "wechatpay.order"
OPEN_SECONDS: Final = 2 * 3600
OPEN: Final = ("NOTPAY", "USERPAYING")
DESCRIPTIONS: Final = {
    "SUCCESS": "支付成功", "REFUND": "转入退款", "NOTPAY": "订单未支付", "CLOSED": "订单已关闭", "REVOKED": "订单已撤销",
    "USERPAYING": "用户支付中，需要输入密码", "PAYERROR": "支付失败",
}  # fmt: skip
_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")


class Refusal(Exception):
    """What the API answers with instead: an HTTP status, a code and a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def wrong(message: str) -> Refusal:
    """A parameter that cannot be meant."""
    return Refusal(400, "PARAM_ERROR", message)


class Orders:
    """The orders of the merchant."""

    def __init__(self, world: World) -> None:
        self._world = world

    def save(self, order: Json) -> Json:
        """Keep an order; it is found by its transaction, too."""
        is_open = order["trade_state"] in OPEN
        wake = order["_due"] or order["_expires"] if is_open else 0
        return self._world.store.put(KIND, order, ref=order["transaction_id"] or order["prepay_id"], at=order["_at"], wake=wake)

    def all(self, limit: int = 100_000) -> list[Json]:
        """All orders, the newest first."""
        return self._world.store.all(KIND, limit=limit)

    def of(self, number: str) -> Json:
        """The order of a merchant's number."""
        found = self._world.store.get(KIND, number)
        if found is None:
            raise Refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        return found

    def by_ref(self, ref: str) -> Json:
        """The order of a transaction or of a prepay id."""
        found = self._world.store.by_ref(KIND, ref)
        if found is None:
            raise Refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        return found

    # ── placing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def place(self, told: Json, kind: str, *, by_public_key: bool) -> Json:
        """`POST /v3/pay/transactions/{jsapi,native,h5,app}`: the same number with the same amount is the same order."""
        number, total = self._checked(told, "notify_url")
        if kind == "JSAPI" and not (told.get("payer") or {}).get("openid"):
            raise wrong("输入源“/body/payer/openid”映射到值字段“用户标识”必填性规则校验失败，此字段为必填项")
        if kind == "MWEB" and not (told.get("scene_info") or {}).get("h5_info"):
            raise wrong("输入源“/body/scene_info/h5_info”必填性规则校验失败，此字段为必填项")
        before = self._world.store.get(KIND, number)
        if before is not None:
            self._require_same(before, told, kind)
        now = self._world.clock.now()
        order = before or self._new(told, kind, total)
        order |= {
            "_by_public_key": by_public_key,
            "prepay_id": f"wx{local(now, '%Y%m%d%H%M%S')}{keys.word(18, '0123456789abcdef')}",
        }
        order["_code"] = f"weixin://wxpay/bizpayurl?pr={keys.word(9)}" if kind == "NATIVE" else ""
        self.save(order)
        if kind == "NATIVE":
            return {"code_url": order["_code"]}
        if kind == "MWEB":
            page = f"{self._world.address}/wechatpay/cgi-bin/mmpayweb-bin/checkmweb"
            return {"h5_url": f"{page}?prepay_id={quote(order['prepay_id'])}&package={keys.digits(10)}"}
        return {"prepay_id": order["prepay_id"]}

    def _checked(self, told: Json, *needed: str) -> tuple[str, int]:
        for name in ("appid", "mchid", "description", "out_trade_no", *needed):
            if not told.get(name):
                raise wrong(f"输入源“/body/{name}”必填性规则校验失败，此字段为必填项")
        number, total = str(told["out_trade_no"]), (told.get("amount") or {}).get("total")
        if not _NUMBER.fullmatch(number):
            raise wrong("输入源“/body/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败")
        if not isinstance(total, int) or isinstance(total, bool) or total < 1:
            raise wrong("输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1")
        if (told.get("amount") or {}).get("currency", "CNY") != "CNY":
            raise wrong("输入源“/body/amount/currency”仅支持 CNY")
        return number, total

    def _require_same(self, before: Json, told: Json, kind: str) -> None:
        if before["trade_state"] in ("SUCCESS", "REFUND"):
            raise Refusal(400, "ORDERPAID", "该订单已支付")
        if before["trade_state"] != "NOTPAY":
            raise Refusal(400, "ORDER_CLOSED", "该订单已关闭，请重新下单")
        if before["amount"]["total"] != told["amount"]["total"] or before["trade_type"] != kind:
            raise Refusal(403, "OUT_TRADE_NO_USED", "商户订单号重复")

    def _new(self, told: Json, kind: str, total: int) -> Json:
        now = self._world.clock.now()
        return {
            "id": told["out_trade_no"], "out_trade_no": told["out_trade_no"], "appid": told["appid"], "mchid": told["mchid"],
            "description": told["description"], "attach": told.get("attach", ""), "notify_url": told.get("notify_url", ""),
            "amount": {"total": total, "currency": "CNY"}, "trade_type": kind, "trade_state": "NOTPAY", "transaction_id": "",
            "openid": (told.get("payer") or {}).get("openid", f"o{keys.word(27)}"), "prepay_id": "", "success_time": "",
            "_at": now, "_due": 0, "_refunded": 0, "_expires": self._expiry(told, now), "_paid_at": 0, "_wish": "",
        }  # fmt: skip

    def _expiry(self, told: Json, now: float) -> float:
        if not told.get("time_expire"):
            return now + OPEN_SECONDS
        try:
            at = datetime.fromisoformat(str(told["time_expire"]))
        except ValueError:
            raise wrong("输入源“/body/time_expire”映射到值字段“交易结束时间”格式校验失败") from None
        return (at if at.tzinfo else at.replace(tzinfo=BEIJING)).timestamp()

    def place_by_code(self, told: Json, *, by_public_key: bool) -> tuple[int, Json]:
        """`POST /v3/pay/transactions/codepay`: 200 when paid at once, 202 while the buyer enters the password.

        The last digit of the code says what the buyer does: 1 has not enough money, 2 must enter the password, 3 shows a code
        that is too old; all others pay.
        """
        number, total = self._checked(told)
        code = str((told.get("payer") or {}).get("auth_code") or "")
        if not re.fullmatch(r"1[0-5]\d{16}", code):
            raise wrong("输入源“/body/payer/auth_code”映射到值字段“付款码”规则校验失败")
        if self._world.store.get(KIND, number) is not None:
            raise Refusal(403, "OUT_TRADE_NO_USED", "商户订单号重复")
        if code[-1] == "3":
            raise Refusal(400, "AUTH_CODE_EXPIRED", "付款码已过期，请用户刷新付款码")
        order = self._new(told, "MICROPAY", total) | {"_by_public_key": by_public_key, "_code": code}
        if code[-1] == "1":
            order["trade_state"] = "PAYERROR"
            self.save(order)
            raise Refusal(403, "NOT_ENOUGH", "用户的账户余额不足")
        fault = self._world.faults.draw("payment", "wechatpay")
        if code[-1] == "2" or fault:
            order |= {"trade_state": "USERPAYING", "_due": self._world.later() if fault == "payment_delayed" else 0}
            return 202, self.told(self.save(order))
        return 200, self.told(self.pay(order))

    # ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────────────

    def pay(self, order: Json) -> Json:
        """The buyer has paid."""
        now = self._world.clock.now()
        order |= {"trade_state": "SUCCESS", "success_time": iso(now, BEIJING), "_paid_at": now, "_due": 0}
        order["transaction_id"] = f"42000{keys.digits(5)}{local(now, '%Y%m%d')}{keys.digits(10)}"
        self._world.store.count("wechatpay.paid")
        self.save(order)
        tell(self._world, order, "TRANSACTION.SUCCESS", "支付成功", self.told(order))
        return order

    def wish(self, order: Json, action: str) -> None:
        """What the buyer decides on the page."""
        if order["trade_state"] not in OPEN:
            return
        fault = self._world.faults.draw("payment", "wechatpay") if action == "approve" else ""
        if action == "delay" or fault == "payment_delayed":
            self.save(order | {"_due": self._world.clock.now() + DELAY_SECONDS})
        elif action == "decline" or fault == "payment_declined":
            state = "PAYERROR" if order["trade_type"] == "MICROPAY" else order["trade_state"]
            self.save(order | {"trade_state": state, "_wish": "declined"})
        elif action == "expire":
            self.save(order | {"trade_state": "CLOSED", "_due": 0})
        elif action == "approve":
            self.pay(order)

    def close(self, number: str) -> None:
        """`POST …/out-trade-no/{no}/close`. Closing twice is the same as closing once."""
        order = self.of(number)
        if order["trade_state"] in ("SUCCESS", "REFUND"):
            raise Refusal(400, "ORDERPAID", "订单已支付")
        self.save(order | {"trade_state": "CLOSED", "_due": 0})

    def reverse(self, number: str) -> Json:
        """`POST …/out-trade-no/{no}/reverse`: an unpaid order is closed, a paid one is given back."""
        order = self.of(number)
        if order["trade_type"] != "MICROPAY":
            raise Refusal(400, "INVALID_REQUEST", "仅付款码支付订单支持撤销")
        if order["trade_state"] == "SUCCESS":
            order["_refunded"] = order["amount"]["total"]
        self.save(order | {"trade_state": "REVOKED", "_due": 0})
        return {name: order[name] for name in ("appid", "mchid", "out_trade_no")}

    def pass_time(self) -> None:
        """What was delayed is paid; what was open for too long is closed."""
        for order in self._world.store.due(KIND, self._world.clock.now()):
            if order["_due"]:
                self.pay(order)
            else:
                self.save(order | {"trade_state": "CLOSED"})

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def told(self, order: Json) -> Json:
        """An order as the query and the notice tell it."""
        total = order["amount"]["total"]
        told: dict[str, Any] = {name: order[name] for name in ("appid", "mchid", "out_trade_no", "trade_state")}
        told |= {"promotion_detail": [], "trade_state_desc": DESCRIPTIONS[order["trade_state"]], "attach": order["attach"]}
        if not order["transaction_id"]:
            return told | {"amount": {"total": total, "currency": "CNY"}}
        return told | {
            "transaction_id": order["transaction_id"], "trade_type": order["trade_type"], "bank_type": "OTHERS",
            "success_time": order["success_time"], "payer": {"openid": order["openid"]},
            "amount": {"total": total, "payer_total": total, "currency": "CNY", "payer_currency": "CNY"},
        }  # fmt: skip


def tell(world: World, about: Json, topic: str, summary: str, told: Json) -> None:
    """Write a notice that tells how something is now, whatever becomes of it until the notice is sent."""
    note = {
        "id": f"EV-{keys.digits(24)}", "create_time": iso(world.clock.now(), BEIJING), "event_type": topic, "summary": summary,
        "original_type": "refund" if topic.startswith("REFUND") else "transaction", "told": told,
        "by_public_key": about["_by_public_key"],
    }  # fmt: skip
    world.outbox.add("wechatpay", about["notify_url"], note, topic=topic, subject=about["id"])
