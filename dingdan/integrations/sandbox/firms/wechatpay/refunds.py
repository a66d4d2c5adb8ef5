"""Refunds of WeChat Pay: asked for, on their way, arrived, stuck or closed."""

from __future__ import annotations

from typing import Final

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.clock import BEIJING, iso, local
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.wechatpay.orders import Orders, Refusal, tell, wrong
from dingdan.integrations.sandbox.firms.world import World

KIND: Final = "wechatpay.refund"
_SUMMARIES: Final = {"SUCCESS": "退款成功", "ABNORMAL": "退款异常", "CLOSED": "退款关闭"}


class Refunds:
    """The refunds of the merchant."""

    def __init__(self, world: World, orders: Orders) -> None:
        self._world, self._orders = world, orders

    def save(self, refund: Json) -> Json:
        """Keep a refund; it is found by its order, too."""
        return self._world.store.put(KIND, refund, ref=refund["out_trade_no"], at=refund["_at"], wake=refund["_due"])

    def all(self, order: str | None = None) -> list[Json]:
        """All refunds, or those of an order; the newest first."""
        return self._world.store.all(KIND, ref=order)

    def ask(self, told: Json, *, by_public_key: bool) -> Json:
        """`POST /v3/refund/domestic/refunds`. The same number with the same amount is the same refund."""
        amounts = told.get("amount") or {}
        number = str(told.get("out_refund_no") or "")
        if not number:
            raise wrong("输入源“/body/out_refund_no”必填性规则校验失败，此字段为必填项")
        if not isinstance(amounts.get("refund"), int) or not isinstance(amounts.get("total"), int) or amounts["refund"] < 1:
            raise wrong("输入源“/body/amount/refund”映射到数值字段“退款金额”规则校验失败")
        order = self._order(told)
        before = self._world.store.get(KIND, number)
        if before is not None:
            if before["amount"]["refund"] != amounts["refund"] or before["out_trade_no"] != order["id"]:
                raise Refusal(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")
            return self.told(before)
        if amounts["total"] != order["amount"]["total"]:
            raise Refusal(400, "INVALID_REQUEST", "订单总金额与原订单不一致")
        if order["_refunded"] + amounts["refund"] > amounts["total"]:
            raise Refusal(400, "INVALID_REQUEST", "申请退款金额大于订单可退金额")
        order |= {"_refunded": order["_refunded"] + amounts["refund"], "trade_state": "REFUND"}
        self._orders.save(order)
        return self.told(self.save(self._new(told, order, by_public_key=by_public_key)))

    def _order(self, told: Json) -> Json:
        if told.get("transaction_id"):
            order = self._orders.by_ref(str(told["transaction_id"]))
        else:
            order = self._orders.of(str(told.get("out_trade_no") or ""))
        if order["trade_state"] not in ("SUCCESS", "REFUND"):
            raise Refusal(400, "INVALID_REQUEST", "订单未支付成功，无法退款")
        return order

    def _new(self, told: Json, order: Json, *, by_public_key: bool) -> Json:
        now = self._world.clock.now()
        fault = self._world.faults.draw("refund", "wechatpay")
        return {
            "id": told["out_refund_no"], "out_refund_no": told["out_refund_no"], "out_trade_no": order["id"],
            "refund_id": f"503{keys.digits(9)}{local(now, '%Y%m%d')}{keys.digits(9)}", "transaction_id": order["transaction_id"],
            "amount": {"refund": told["amount"]["refund"], "total": order["amount"]["total"]}, "reason": told.get("reason", ""),
            "notify_url": told.get("notify_url", ""), "status": "PROCESSING", "success_time": "",
            "create_time": iso(now, BEIJING), "_at": now, "_by_public_key": by_public_key,
            "_due": self._world.later() if fault == "refund_delayed" else now,
            "_ends": "ABNORMAL" if fault == "refund_failed" else "SUCCESS",
        }  # fmt: skip

    def of(self, number: str) -> Json:
        """`GET /v3/refund/domestic/refunds/{out_refund_no}`."""
        found = self._world.store.get(KIND, number)
        if found is None:
            raise Refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return self.told(found)

    def end(self, refund: Json, status: str) -> None:
        """The refund arrives, is stuck because the buyer's account is gone, or is closed and the money comes back."""
        if refund["status"] == status or refund["status"] == "CLOSED":
            return
        refund |= {
            "status": status,
            "_due": 0,
            "success_time": iso(self._world.clock.now(), BEIJING) if status == "SUCCESS" else "",
        }
        if status == "CLOSED":
            order = self._orders.of(refund["out_trade_no"])
            order["_refunded"] -= refund["amount"]["refund"]
            self._orders.save(order)
        self.save(refund)
        mchid = self._orders.of(refund["out_trade_no"])["mchid"]
        tell(self._world, refund, f"REFUND.{status}", _SUMMARIES[status], self.noticed(refund, mchid))

    def pass_time(self) -> None:
        """Refunds that are due end."""
        for refund in self._world.store.due(KIND, self._world.clock.now()):
            self.end(refund, refund["_ends"])

    def told(self, refund: Json) -> Json:
        """A refund as question and answer tell it."""
        part, total = refund["amount"]["refund"], refund["amount"]["total"]
        names = ("refund_id", "out_refund_no", "transaction_id", "out_trade_no", "create_time", "status")
        told = {name: refund[name] for name in names}
        told |= {"success_time": refund["success_time"]} if refund["success_time"] else {}
        return told | {
            "channel": "ORIGINAL", "user_received_account": "支付用户零钱", "funds_account": "AVAILABLE", "promotion_detail": [],
            "amount": {
                "total": total, "refund": part, "from": [], "payer_total": total, "payer_refund": part, "settlement_refund": part,
                "settlement_total": total, "discount_refund": 0, "currency": "CNY",
            },
        }  # fmt: skip

    def noticed(self, refund: Json, mchid: str) -> Json:
        """A refund as its notice tells it."""
        part, total = refund["amount"]["refund"], refund["amount"]["total"]
        names = ("transaction_id", "out_trade_no", "refund_id", "out_refund_no")
        told = {"mchid": mchid, **{name: refund[name] for name in names}, "refund_status": refund["status"]}
        told |= {"success_time": refund["success_time"]} if refund["success_time"] else {}
        amounts = {"total": total, "refund": part, "payer_total": total, "payer_refund": part}
        return told | {"user_received_account": "支付用户零钱", "amount": amounts}
