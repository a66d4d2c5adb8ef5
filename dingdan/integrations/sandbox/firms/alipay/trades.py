"""Trades of Alipay: opened, paid, queried, canceled, closed and refunded."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.clock import BEIJING, local
from dingdan.integrations.sandbox.firms.faults import DELAY_SECONDS
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.world import World

KIND: Final = "alipay.trade"
PAID: Final = ("TRADE_SUCCESS", "TRADE_FINISHED")
_YUAN = re.compile(r"\d{1,9}(\.\d{1,2})?")
_SPANS: Final = {"m": 60, "h": 3_600, "d": 86_400}


class Refusal(Exception):
    """What the gateway answers with instead: a code, and what lies behind it."""

    def __init__(self, sub_code: str, message: str, code: str = "40004") -> None:
        super().__init__(message)
        self.code, self.sub_code = code, sub_code


def wrong(message: str) -> Refusal:
    """A parameter that cannot be meant."""
    return Refusal("ACQ.INVALID_PARAMETER", message)


def fen(text: object) -> int:
    """Yuan as fen: "1.2" is 120."""
    written = str(text)
    if not _YUAN.fullmatch(written):
        raise wrong("参数无效")
    whole, _, rest = written.partition(".")
    return int(whole) * 100 + int(f"{rest}00"[:2])


def yuan(amount: int) -> str:
    """Fen as yuan: 120 is 1.20."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}"


class Trades:
    """The trades of the merchant."""

    def __init__(self, world: World) -> None:
        self._world = world

    def save(self, trade: Json) -> Json:
        """Keep a trade; it is found by Alipay's number, too."""
        wakes = [one["due"] for one in trade["refunds"] if not one["done_at"]]
        if trade["trade_status"] == "WAIT_BUYER_PAY":
            wakes.append(trade["_due"] or trade["_expires"])
        return self._world.store.put(KIND, trade, ref=trade["trade_no"], at=trade["_at"], wake=min(wakes, default=0))

    def all(self, limit: int = 100_000) -> list[Json]:
        """All trades, the newest first."""
        return self._world.store.all(KIND, limit=limit)

    def known(self, told: Json) -> Json | None:
        """The trade of a merchant's number or Alipay's, also when the buyer has not seen it yet."""
        if told.get("trade_no"):
            return self._world.store.by_ref(KIND, str(told["trade_no"]))
        return self._world.store.get(KIND, str(told.get("out_trade_no") or ""))

    def of(self, told: Json) -> Json:
        """The same, once the buyer has seen it: before that there is no trade."""
        if not told.get("trade_no") and not told.get("out_trade_no"):
            raise wrong("参数无效：trade_no 和 out_trade_no 不能同时为空")
        found = self.known(told)
        if found is None or not found["_seen"]:
            raise Refusal("ACQ.TRADE_NOT_EXIST", "交易不存在")
        return found

    # ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self, told: Json, call: Json, *, seen: bool) -> Json:
        """A trade for a merchant's number: the same one for the same amount, as long as it is not paid."""
        for name in ("out_trade_no", "total_amount", "subject"):
            if not told.get(name):
                raise wrong(f"参数无效：{name} 不能为空")
        total = fen(told["total_amount"])
        if total < 1:
            raise wrong("参数无效：total_amount")
        before = self._world.store.get(KIND, str(told["out_trade_no"]))
        if before is not None:
            self._require_same(before, total)
            return self.save(before | {"_seen": before["_seen"] or seen} | call)
        now = self._world.clock.now()
        number = f"{local(now, '%Y%m%d')}22001{keys.digits(15)}"
        made = {
            "id": str(told["out_trade_no"]), "trade_no": number, "total": total, "subject": str(told["subject"]),
            "body": str(told.get("body") or ""), "passback_params": str(told.get("passback_params") or ""), **call,
            "trade_status": "WAIT_BUYER_PAY", "_at": now, "_seen": seen, "_due": 0, "_paid_at": 0, "_closed_at": 0, "refunds": [],
            "_expires": self._expiry(told, now), "buyer_id": f"2088{keys.digits(12)}", "_qr": f"bax0{keys.word(20).lower()}",
        }  # fmt: skip
        return self.save(made)

    def _require_same(self, before: Json, total: int) -> None:
        if before["trade_status"] in PAID:
            raise Refusal("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
        if before["trade_status"] == "TRADE_CLOSED":
            raise Refusal("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
        if before["total"] != total:
            raise Refusal("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")

    def _expiry(self, told: Json, now: float) -> float:
        if found := re.fullmatch(r"(\d{1,5})([mhd])", str(told.get("timeout_express") or "")):
            return now + int(found[1]) * _SPANS[found[2]]
        if told.get("time_expire"):
            try:
                return datetime.strptime(str(told["time_expire"]), "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING).timestamp()
            except ValueError:
                raise wrong("参数无效：time_expire") from None
        return now + 15 * _SPANS["d"]

    def pay_by_code(self, told: Json, call: Json) -> tuple[str, Json]:
        """`alipay.trade.pay`: code 10000 when paid, 10003 while the buyer decides.

        The last digit of the auth code says what the buyer does: 1 has not enough money, 2 must enter the password, 3 shows a
        code that is too old; all others pay.
        """
        code = str(told.get("auth_code") or "")
        if not re.fullmatch(r"(2[5-9]|30)\d{14,22}", code):
            raise Refusal("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付失败，获取顾客账户信息失败，请顾客刷新付款码后重新收款")
        trade = self.open(told, call, seen=True)
        if code[-1] == "3":
            raise Refusal("ACQ.PAYMENT_AUTH_CODE_INVALID", "支付失败，获取顾客账户信息失败，请顾客刷新付款码后重新收款")
        if code[-1] == "1":
            raise Refusal("ACQ.BUYER_BALANCE_NOT_ENOUGH", "支付失败，买家余额不足")
        fault = self._world.faults.draw("payment", "alipay")
        if fault == "payment_declined":
            raise Refusal("ACQ.BUYER_BALANCE_NOT_ENOUGH", "支付失败，买家余额不足")
        if code[-1] == "2" or fault:
            due = self._world.later() if fault else 0
            return "10003", self.save(trade | {"_due": due})
        return "10000", self.pay(trade)

    # ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────────────

    def pay(self, trade: Json) -> Json:
        """The buyer has paid."""
        trade |= {"trade_status": "TRADE_SUCCESS", "_paid_at": self._world.clock.now(), "_due": 0, "_seen": True}
        self.save(trade)
        self.tell(trade)
        return trade

    def wish(self, trade: Json, action: str) -> None:
        """What the buyer decides on the page."""
        if trade["trade_status"] != "WAIT_BUYER_PAY":
            return
        fault = self._world.faults.draw("payment", "alipay") if action == "approve" else ""
        if action == "delay" or fault == "payment_delayed":
            self.save(trade | {"_due": self._world.clock.now() + DELAY_SECONDS, "_seen": True})
        elif action == "expire":
            self.end(trade)
        elif action == "approve" and not fault:
            self.pay(trade)

    def end(self, trade: Json) -> Json:
        """Close a trade that was not paid."""
        return self.save(trade | {"trade_status": "TRADE_CLOSED", "_closed_at": self._world.clock.now(), "_due": 0})

    def close(self, told: Json) -> Json:
        """`alipay.trade.close`."""
        trade = self.of(told)
        if trade["trade_status"] != "WAIT_BUYER_PAY":
            raise Refusal("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        return _named(self.end(trade))

    def cancel(self, told: Json) -> Json:
        """`alipay.trade.cancel`: an unpaid trade is closed, a paid one is given back; one that is not there never comes."""
        trade = self.known(told)
        if trade is None:
            return {"out_trade_no": str(told.get("out_trade_no") or ""), "retry_flag": "N"}
        if trade["trade_status"] in PAID:
            left = trade["total"] - refunded(trade)
            if left:
                self._give_back(trade, left, f"cancel-{trade['id']}", "")
            return _named(trade) | {"retry_flag": "N", "action": "refund"}
        if trade["trade_status"] == "WAIT_BUYER_PAY":
            self.end(trade)
        return _named(trade) | {"retry_flag": "N", "action": "close"}

    def refund(self, told: Json) -> Json:
        """`alipay.trade.refund`: the same request number with the same amount is the same refund (`fund_change` is then N)."""
        trade = self.of(told)
        part = fen(told.get("refund_amount", ""))
        number = str(told.get("out_request_no") or trade["id"])
        before = next((one for one in trade["refunds"] if one["out_request_no"] == number), None)
        if before is not None and before["amount"] != part:
            raise Refusal("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致")
        if before is None:
            if not trade["_paid_at"]:
                raise Refusal("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
            if part > trade["total"] - refunded(trade):
                raise Refusal("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
            fault = self._world.faults.draw("refund", "alipay")
            if fault == "refund_failed":
                raise Refusal("ACQ.SELLER_BALANCE_NOT_ENOUGH", "商户的支付宝账户中无足够的资金进行撤销")
            before = self._give_back(trade, part, number, str(told.get("refund_reason") or ""), late=fault == "refund_delayed")
            changed = "Y" if before["done_at"] else "N"
        else:
            changed = "N"
        return _named(trade) | {
            "buyer_logon_id": "buy***@example.com", "buyer_user_id": trade["buyer_id"], "fund_change": changed,
            "refund_fee": yuan(refunded(trade)), "send_back_fee": yuan(part),
        } | ({"gmt_refund_pay": local(before["done_at"])} if before["done_at"] else {})  # fmt: skip

    def _give_back(self, trade: Json, part: int, number: str, reason: str, *, late: bool = False) -> Json:
        now = self._world.clock.now()
        made = {"out_request_no": number, "amount": part, "at": now, "done_at": 0.0 if late else now, "reason": reason,
                "due": self._world.later() if late else 0}  # fmt: skip
        trade["refunds"].append(made)
        self._settle(trade, made)
        return made

    def _settle(self, trade: Json, made: Json) -> None:
        if made["done_at"]:
            if sum(one["amount"] for one in trade["refunds"] if one["done_at"]) == trade["total"]:
                trade |= {"trade_status": "TRADE_CLOSED", "_closed_at": made["done_at"]}
            self.tell(trade, made)
        self.save(trade)

    def refund_query(self, told: Json) -> Json:
        """`alipay.trade.fastpay.refund.query`: without `refund_status` where there was no such refund, or it is on its way."""
        trade = self.of(told)
        found = next((one for one in trade["refunds"] if one["out_request_no"] == str(told.get("out_request_no"))), None)
        if found is None or not found["done_at"]:
            return {}
        return _named(trade) | {
            "out_request_no": found["out_request_no"], "total_amount": yuan(trade["total"]),
            "refund_amount": yuan(found["amount"]), "refund_status": "REFUND_SUCCESS", "gmt_refund_pay": local(found["done_at"]),
        }  # fmt: skip

    def pass_time(self) -> None:
        """What was delayed is paid or given back; what was open for too long is closed."""
        now = self._world.clock.now()
        for trade in self._world.store.due(KIND, now):
            if trade["trade_status"] == "WAIT_BUYER_PAY" and trade["_due"]:
                self.pay(trade)
            elif trade["trade_status"] == "WAIT_BUYER_PAY":
                self.end(trade)
            for made in trade["refunds"]:
                if not made["done_at"] and made["due"] <= now:
                    made["done_at"] = now
                    self._settle(trade, made)

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def query(self, told: Json) -> Json:
        """`alipay.trade.query`."""
        return self.told(self.of(told))

    def told(self, trade: Json) -> Json:
        """A trade as it is answered."""
        total = yuan(trade["total"])
        told: dict[str, Any] = _named(trade) | {
            "buyer_logon_id": "buy***@example.com", "buyer_user_id": trade["buyer_id"], "trade_status": trade["trade_status"],
            "total_amount": total, "invoice_amount": "0.00", "point_amount": "0.00", "receipt_amount": "0.00",
            "buyer_pay_amount": "0.00",
        }  # fmt: skip
        if trade["_paid_at"]:
            told |= dict.fromkeys(("invoice_amount", "receipt_amount", "buyer_pay_amount"), total)
            told |= {
                "send_pay_date": local(trade["_paid_at"]),
                "fund_bill_list": [{"amount": total, "fund_channel": "ALIPAYACCOUNT"}],
            }
        return told

    def tell(self, trade: Json, made: Json | None = None) -> None:
        """Write a notice that tells how the trade is now, whatever becomes of it until the notice is sent."""
        total = yuan(trade["total"])
        note = {
            "notify_type": "trade_status_sync", "notify_id": keys.word(34, "0123456789abcdef"), "app_id": trade["app_id"],
            "auth_app_id": trade["app_id"], "version": "1.0", "trade_no": trade["trade_no"], "out_trade_no": trade["id"],
            "buyer_id": trade["buyer_id"], "buyer_logon_id": "buy***@example.com", "seller_id": trade["seller_id"],
            "trade_status": trade["trade_status"], "total_amount": total, "receipt_amount": total, "invoice_amount": total,
            "buyer_pay_amount": total, "point_amount": "0.00", "subject": trade["subject"], "body": trade["body"],
            "gmt_create": local(trade["_at"]), "gmt_payment": local(trade["_paid_at"]), "charset": trade["charset"],
            "fund_bill_list": f'[{{"amount":"{total}","fundChannel":"ALIPAYACCOUNT"}}]',
            "passback_params": trade["passback_params"],
        }  # fmt: skip
        if made is not None:
            note |= {"refund_fee": yuan(refunded(trade)), "gmt_refund": f"{local(made['done_at'])}.000"}
            note |= {"out_biz_no": made["out_request_no"]}
        if trade["trade_status"] == "TRADE_CLOSED":
            note["gmt_close"] = local(trade["_closed_at"])
        self._world.outbox.add(
            "alipay", trade["notify_url"], {"params": note, "by_certificate": trade["by_certificate"]},
            topic=trade["trade_status"] if made is None else "REFUND", subject=trade["id"],
        )  # fmt: skip


def refunded(trade: Json) -> int:
    """Fen of a trade that were given back or are on their way."""
    return sum(int(one["amount"]) for one in trade["refunds"])


def _named(trade: Json) -> Json:
    return {"out_trade_no": trade["id"], "trade_no": trade["trade_no"]}
