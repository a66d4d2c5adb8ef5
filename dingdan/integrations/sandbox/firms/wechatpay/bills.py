"""The bills of WeChat Pay: every trade and every movement of money of a day, as the files that merchants download.

The columns are those of the documentation (申请交易账单, 申请资金账单); values begin with a back quote, amounts are in yuan.
"""

from __future__ import annotations

import gzip
import hashlib
from typing import Final

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.clock import day, local
from dingdan.integrations.sandbox.firms.http import Answer
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.wechatpay.orders import Orders, Refusal, wrong
from dingdan.integrations.sandbox.firms.wechatpay.refunds import Refunds
from dingdan.integrations.sandbox.firms.world import World

_TRADE: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_REFUND_COLUMNS: Final = ("微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态", "申请退款金额")
_TRADE_SUMS: Final = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
_FLOW: Final = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
_FLOW_SUMS: Final = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
_STATES: Final = {"SUCCESS": "SUCCESS", "PROCESSING": "PROCESSING", "ABNORMAL": "CHANGE", "CLOSED": "FAIL"}
WITHDRAWAL: Final = "wechatpay.withdrawal"
RATE: Final = 60
"""The fee in ten-thousandths: 0.60 %."""


def fee(total: int) -> int:
    """0.60 %, rounded half up to a fen."""
    return (total * RATE + 5_000) // 10_000


def yuan(fen: int) -> str:
    """Fen as yuan: 123 is 1.23, -5 is -0.05."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


class Bills:
    """Makes bills and gives them out by a token."""

    def __init__(self, world: World, orders: Orders, refunds: Refunds) -> None:
        self._world, self._orders, self._refunds = world, orders, refunds

    def trade(self, query: dict[str, str]) -> Json:
        """`GET /v3/bill/tradebill`."""
        begin, end = self._day(query)
        kind = query.get("bill_type") or "ALL"
        if kind not in ("ALL", "SUCCESS", "REFUND"):
            raise wrong("输入源“/query/bill_type”映射到枚举字段“账单类型”规则校验失败")
        paid = [one for one in self._orders.all() if begin <= one["_paid_at"] < end]
        rows = [self._paid(one) for one in paid] if kind != "REFUND" else []
        if kind != "SUCCESS":
            rows += [self._reversed(one) for one in paid if one["trade_state"] == "REVOKED"]
            rows += [self._given_back(one) for one in self._refunds.all() if begin <= one["_at"] < end]
        names = _TRADE.split(",")
        if kind == "SUCCESS":
            names = [name for name in names if name not in _REFUND_COLUMNS]
        return self._offered(_written(names, rows, _TRADE_SUMS, _trade_sums(rows)) if rows else "", query)

    def flow(self, query: dict[str, str]) -> Json:
        """`GET /v3/bill/fundflowbill`."""
        begin, end = self._day(query)
        if query.get("account_type", "BASIC") not in ("BASIC", "OPERATION", "FEES"):
            raise wrong("输入源“/query/account_type”映射到枚举字段“资金账户类型”规则校验失败")
        rows: list[dict[str, str]] = []
        balance = 0
        for at, kind, part, one in self._movements():
            balance += part
            if begin <= at < end and query.get("account_type", "BASIC") == "BASIC":
                rows.append(_flow_row(at, kind, part, balance, one))
        return self._offered(_written(_FLOW.split(","), rows, _FLOW_SUMS, _flow_sums(rows)) if rows else "", query)

    def _movements(self) -> list[tuple[float, str, int, Json]]:
        found: list[tuple[float, str, int, Json]] = []
        for order in self._orders.all():
            if order["_paid_at"]:
                found.append((order["_paid_at"], "交易", order["amount"]["total"], order))
                found.append((order["_paid_at"], "扣除交易手续费", -fee(order["amount"]["total"]), order))
            if order["_paid_at"] and order["trade_state"] == "REVOKED":
                found.append((order["_paid_at"], "退款", -order["amount"]["total"], order))
                found.append((order["_paid_at"], "退还手续费", fee(order["amount"]["total"]), order))
        for refund in self._refunds.all():
            found.append((refund["_at"], "退款", -refund["amount"]["refund"], refund))
            found.append((refund["_at"], "退还手续费", fee(refund["amount"]["refund"]), refund))
        found += [(one["at"], "提现", -one["amount"], one) for one in self._world.store.all(WITHDRAWAL)]
        return sorted((one for one in found if one[2]), key=lambda one: one[0])

    def pay_out(self) -> None:
        """Draw all that is in the account to the merchant's bank."""
        balance = sum(part for _at, _kind, part, _one in self._movements())
        if balance > 0:
            number, at = keys.digits(28), self._world.clock.now()
            made = {"id": number, "transaction_id": number, "out_trade_no": "", "amount": balance, "at": at}
            self._world.store.put(WITHDRAWAL, made, at=at)

    def _day(self, query: dict[str, str]) -> tuple[float, float]:
        try:
            begin, end = day(query.get("bill_date", ""))
        except ValueError:
            raise wrong("输入源“/query/bill_date”映射到值字段“账单日期”格式校验失败") from None
        if end > self._world.clock.now():
            raise Refusal(400, "INVALID_REQUEST", "账单日期只能为今天之前的日期")
        return begin, end

    def _offered(self, text: str, query: dict[str, str]) -> Json:
        if not text:
            raise Refusal(400, "NO_STATEMENT_EXIST", "请求的账单文件不存在，请检查当前商户号在指定日期内是否有成功的交易")
        plain = text.encode("utf-8-sig")
        token = keys.word(32)
        kept = {"id": token, "text": text, "gzip": query.get("tar_type") == "GZIP", "at": self._world.clock.now()}
        self._world.store.put("wechatpay.bill", kept)
        return {
            "hash_type": "SHA1", "hash_value": hashlib.sha1(plain, usedforsecurity=False).hexdigest(),
            "download_url": f"{self._world.address}/wechatpay/v3/billdownload/file?token={token}",
        }  # fmt: skip

    def download(self, token: str) -> Answer:
        """`GET /v3/billdownload/file`: the file itself, unsigned; its digest was told before."""
        kept = self._world.store.get("wechatpay.bill", token)
        if kept is None or kept["at"] + 300 < self._world.clock.now():
            raise Refusal(400, "PARAM_ERROR", "token 已失效")
        plain = kept["text"].encode("utf-8-sig")
        body = gzip.compress(plain, mtime=0) if kept["gzip"] else plain
        return Answer(200, body, {"Content-Type": "application/octet-stream" if kept["gzip"] else "text/plain"})

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _paid(self, order: Json) -> dict[str, str]:
        total = order["amount"]["total"]
        return _trade_row(order, order["_paid_at"]) | {
            "交易状态": "SUCCESS", "应结订单金额": yuan(total), "手续费": f"{yuan(fee(total))}000", "订单金额": yuan(total),
        }  # fmt: skip

    def _reversed(self, order: Json) -> dict[str, str]:
        """What was paid and then reversed stands in the bill a second time, under the same number."""
        total = order["amount"]["total"]
        return _trade_row(order, order["_paid_at"]) | {
            "交易状态": "REVOKED", "退款金额": yuan(total), "申请退款金额": yuan(total), "手续费": f"{yuan(-fee(total))}000",
        }  # fmt: skip

    def _given_back(self, refund: Json) -> dict[str, str]:
        part = yuan(refund["amount"]["refund"])
        return _trade_row(self._orders.of(refund["out_trade_no"]), refund["_at"]) | {
            "交易状态": "REFUND", "微信退款单号": refund["refund_id"], "商户退款单号": refund["out_refund_no"], "退款金额": part,
            "退款类型": "ORIGINAL", "退款状态": _STATES[refund["status"]], "申请退款金额": part,
            "手续费": f"{yuan(-fee(refund['amount']['refund']))}000",
        }  # fmt: skip


def _trade_row(order: Json, at: float) -> dict[str, str]:
    return dict.fromkeys(_TRADE.split(","), "") | {
        "交易时间": local(at), "公众账号ID": order["appid"], "商户号": order["mchid"], "特约商户号": "0",
        "商品名称": order["description"],
        "微信订单号": order["transaction_id"], "商户订单号": order["out_trade_no"], "用户标识": order["openid"],
        "交易类型": order["trade_type"], "付款银行": "OTHERS", "货币种类": "CNY", "应结订单金额": "0.00", "代金券金额": "0.00",
        "微信退款单号": "0", "商户退款单号": "0", "退款金额": "0.00", "充值券退款金额": "0.00", "商户数据包": order["attach"],
        "手续费": "0.00000", "费率": f"{RATE / 100:.2f}%", "订单金额": "0.00", "申请退款金额": "0.00",
    }  # fmt: skip


def _flow_row(at: float, kind: str, part: int, balance: int, one: Json) -> dict[str, str]:
    is_refund = "refund_id" in one
    number = one["id"] if kind == "提现" else keys.digits(28)
    values = (
        local(at), one["refund_id"] if is_refund else one["transaction_id"], number, kind, kind,
        "收入" if part > 0 else "支出", yuan(abs(part)), yuan(balance), "system", one.get("reason") or one.get("description", ""),
        one["out_refund_no"] if is_refund else one["out_trade_no"],
    )  # fmt: skip
    return dict(zip(_FLOW.split(","), values, strict=True))


def _fen(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    whole, _, rest = text.lstrip("-").partition(".")
    return sign * (int(whole) * 100 + int(f"{rest}00"[:2]))


def _sum(rows: list[dict[str, str]], name: str) -> str:
    return yuan(sum(_fen(row[name]) for row in rows))


def _trade_sums(rows: list[dict[str, str]]) -> list[str]:
    names = ("应结订单金额", "退款金额", "充值券退款金额", "手续费", "订单金额", "申请退款金额")
    sums = [_sum(rows, name) for name in names]
    return [str(len(rows)), *sums[:3], f"{sums[3]}000", *sums[4:]]


def _flow_sums(rows: list[dict[str, str]]) -> list[str]:
    told = [str(len(rows))]
    for kind in ("收入", "支出"):
        some = [row for row in rows if row["收支类型"] == kind]
        told += [str(len(some)), _sum(some, "收支金额(元)")]
    return told


def _written(names: list[str], rows: list[dict[str, str]], sums: str, totals: list[str]) -> str:
    def line(values: list[str]) -> str:
        return ",".join(f"`{value.replace(',', ' ')}" for value in values)

    lines = [",".join(names), *(line([row[name] for name in names]) for row in rows), sums, line(totals)]
    return "\r\n".join(lines) + "\r\n"
