"""The bills of Alipay: a ZIP with the day's trades (or movements) and their sums, as CSV in GBK, made as the firm makes them."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from dingdan.integrations.sandbox.firms import keys
from dingdan.integrations.sandbox.firms.alipay.trades import Refusal, Trades, wrong, yuan
from dingdan.integrations.sandbox.firms.clock import day, local
from dingdan.integrations.sandbox.firms.http import Answer
from dingdan.integrations.sandbox.firms.store import Json
from dingdan.integrations.sandbox.firms.world import World

_TRADE: Final = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
_SUMS: Final = (
    "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,"
    "卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）"
)
_FLOW: Final = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
    "账户余额（元）,交易渠道,业务类型,备注"
)
URL_SECONDS: Final = 30
RATE: Final = 60
"""The fee in ten-thousandths: 0.60 %."""
DRAWN: Final = "提现"
WITHDRAWAL: Final = "alipay.withdrawal"
Move = tuple[float, str, int, Json, Json | None]


def fee(total: int) -> int:
    """0.60 %, rounded half up to a fen."""
    return (total * RATE + 5_000) // 10_000


def _cost(kind: str, part: int) -> int:
    """What the firm keeps of a movement, below zero; above zero what it gives back. Drawing money costs nothing."""
    if kind == DRAWN:
        return 0
    return -fee(part) if part > 0 else fee(-part)


class Bills:
    """Makes bills and gives them out by an address that holds for half a minute."""

    def __init__(self, world: World, trades: Trades) -> None:
        self._world, self._trades = world, trades

    def url(self, told: Json, seller: str) -> Json:
        """`alipay.data.dataservice.bill.downloadurl.query`."""
        kind, date = str(told.get("bill_type") or ""), str(told.get("bill_date") or "")
        if kind not in ("trade", "signcustomer"):
            raise wrong("参数无效：bill_type")
        begin, end = _span(date)
        if end > self._world.clock.now():
            raise Refusal("isp.bill_not_exist", "账单不存在")
        if not any(begin <= one[0] < end and (kind == "signcustomer" or one[1] != DRAWN) for one in self._moves()):
            raise Refusal("isp.bill_not_exist", "账单不存在")
        token = keys.word(32)
        kept = {"id": token, "kind": kind, "date": date, "seller": seller, "at": self._world.clock.real()}
        self._world.store.put("alipay.bill", kept)
        address = f"{self._world.address}/alipay/bill/{seller}_{date.replace('-', '')}.csv.zip"
        return {"bill_download_url": f"{address}?downloadFileName={seller}.csv.zip&fileType=csv.zip&bizType={kind}&sign={token}"}

    def download(self, token: str) -> Answer:
        """The file behind an address."""
        kept = self._world.store.get("alipay.bill", token)
        if kept is None or kept["at"] + URL_SECONDS < self._world.clock.real():
            return Answer(403, b"expired", {"Content-Type": "text/plain"})
        begin, end = _span(kept["date"])
        moves = [one for one in self._moves() if begin <= one[0] < end]
        head = (kept["seller"], begin, end)
        name = f"{kept['seller']}_{kept['date'].replace('-', '')}"
        if kept["kind"] == "trade":
            files = {f"{name}_业务明细.csv": self._trade(moves, head), f"{name}_业务明细(汇总).csv": _trade_sums(moves, head)}
        else:
            files = {f"{name}_账务明细.csv": self._flow(moves, head)}
        return Answer(200, _zipped(files), {"Content-Type": "application/zip"})

    def _moves(self) -> list[Move]:
        found: list[Move] = []
        for trade in self._trades.all():
            if trade["_paid_at"]:
                found.append((trade["_paid_at"], "交易", trade["total"], trade, None))
            found += [(one["done_at"], "退款", -one["amount"], trade, one) for one in trade["refunds"] if one["done_at"]]
        found += [(one["at"], DRAWN, -one["amount"], one, None) for one in self._world.store.all(WITHDRAWAL)]
        return sorted(found, key=lambda one: one[0])

    def pay_out(self) -> None:
        """Draw all that is in the account to the merchant's bank."""
        balance = sum(part + _cost(kind, part) for _at, kind, part, _trade, _made in self._moves())
        if balance > 0:
            number, at = keys.digits(16), self._world.clock.now()
            made = {"id": number, "trade_no": number, "subject": DRAWN, "amount": balance, "at": at}
            self._world.store.put(WITHDRAWAL, made, at=at)

    def _trade(self, moves: list[Move], head: tuple[str, float, float]) -> list[str]:
        moves = [one for one in moves if one[1] != DRAWN]
        paid, back = [one[2] for one in moves if one[2] > 0], [one[2] for one in moves if one[2] < 0]
        return [
            *_head("业务明细", head), _TRADE, *(_trade_row(move) for move in moves),
            "#-----------------------------------------业务明细列表结束------------------------------------",
            f"#交易合计：{len(paid)}笔，商家实收共{yuan(sum(paid))}元，商家优惠共0.00元",
            f"#退款合计：{len(back)}笔，商家实收退款共{yuan(sum(back))}元，商家优惠退款共0.00元",
            f"#导出时间：[{local(self._world.clock.now(), '%Y年%m月%d日 %H:%M:%S')}]",
        ]  # fmt: skip

    def _flow(self, moves: list[Move], head: tuple[str, float, float]) -> list[str]:
        balance, rows, sums = 0, [], {"收入": [0, 0], "支出": [0, 0]}
        for move in moves:
            for kind, part in ((move[1], move[2]), ("收费" if move[2] > 0 else "退费", _cost(move[1], move[2]))):
                if part:
                    balance += part
                    counted = sums["收入" if part > 0 else "支出"]
                    counted[0], counted[1] = counted[0] + 1, counted[1] + part
                    rows.append(_flow_row(move, kind, part, balance))
        return [
            *_head("账务明细", head), _FLOW, *rows,
            "#-----------------------------------------账务明细列表结束------------------------------------",
            f"#支出合计：{sums['支出'][0]}笔，共{yuan(sums['支出'][1])}元",
            f"#收入合计：{sums['收入'][0]}笔，共{yuan(sums['收入'][1])}元",
            f"#导出时间：[{local(self._world.clock.now(), '%Y年%m月%d日 %H:%M:%S')}]",
        ]  # fmt: skip


def _span(date: str) -> tuple[float, float]:
    try:
        if len(date) == 10:
            return day(date)
        year, month = date.split("-")
        following = f"{int(year) + int(month) // 12}-{int(month) % 12 + 1:02d}-01"
        return day(f"{date}-01")[0], day(following)[0]
    except ValueError:
        raise wrong("参数无效：bill_date") from None


def _head(kind: str, head: tuple[str, float, float]) -> list[str]:
    seller, begin, end = head
    form = "%Y年%m月%d日 %H:%M:%S"
    return [
        f"#支付宝{kind}查询", f"#账号：[{seller}0156]", f"#起始日期：[{local(begin, form)}]   终止日期：[{local(end, form)}]",
        f"#-----------------------------------------{kind}列表----------------------------------------",
    ]  # fmt: skip


def _row(values: list[str]) -> str:
    """Every value ends in a tab, so that a spreadsheet does not make numbers of it; commas in it would break the row."""
    return ",".join(f"{value.replace(',', ' ')}\t" for value in values)


def _trade_row(move: Move) -> str:
    at, kind, part, trade, made = move
    cost = _cost(kind, part)
    return _row([
        trade["trade_no"], trade["id"], kind, trade["subject"], local(trade["_at"]), local(at), "", "", "", "",
        "*买家(buy***@example.com)", yuan(part), yuan(part), "0.00", "0.00", "0.00", "0.00", "0.00", "", "0.00", "0.00",
        made["out_request_no"] if made else "", yuan(cost), "0.00", made["reason"] if made else trade["body"],
    ])  # fmt: skip


def _trade_sums(moves: list[Move], head: tuple[str, float, float]) -> list[str]:
    moves = [one for one in moves if one[1] != DRAWN]
    total = sum(one[2] for one in moves)
    cost = sum(_cost(one[1], one[2]) for one in moves)
    counts = [str(sum(1 for one in moves if one[2] > 0)), str(sum(1 for one in moves if one[2] < 0))]
    sums = [yuan(total), yuan(total), "0.00", "0.00", "0.00", yuan(cost), "0.00", yuan(total + cost)]
    return [
        *_head("业务汇总", head), _SUMS, _row(["合计", "", *counts, *sums]),
        "#-----------------------------------------业务汇总列表结束------------------------------------",
    ]  # fmt: skip


def _flow_row(move: Move, kind: str, part: int, balance: int) -> str:
    at, _kind, _part, trade, made = move
    kinds = {"交易": "在线支付", "退款": "交易退款", "收费": "收费", "退费": "退费", DRAWN: DRAWN}
    number = trade["id"] if kind == DRAWN else keys.digits(16)
    return _row([
        number, trade["trade_no"], trade["id"], trade["subject"], local(at), "买家(buy***@example.com)",
        yuan(part) if part > 0 else "0.00", yuan(part) if part < 0 else "0.00", yuan(balance), "支付宝", kinds[kind],
        made["out_request_no"] if made else "",
    ])  # fmt: skip


def _zipped(files: dict[str, list[str]]) -> bytes:
    """A ZIP as the firm packs it: names of files in GBK without saying so, which Python's own writer does not do."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in files.items():
            archive.writestr(_GbkName(name), ("\r\n".join(lines) + "\r\n").encode("gbk", "replace"), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


class _GbkName(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the library's name
        return self.filename.encode("gbk"), self.flag_bits & ~0x800
