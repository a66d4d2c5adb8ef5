"""The words on paper in the languages of the product, and how each of them writes dates and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from dingdan.kernel.money import Money, exponent

_WORDS: Final = {
    "invoice": ("Invoice", "發票", "发票"),
    "receipt": ("Receipt", "收據", "收据"),
    "paid_by": ("Paid by", "付款方式", "付款方式"),
    "paid": ("Paid", "已付款", "已付款"),
    "credit_note": ("Credit note", "折讓單", "红字发票"),
    "number": ("Number", "單號", "单号"),
    "external_number": ("Your reference", "外部單號", "外部单号"),
    "date": ("Date", "日期", "日期"),
    "due": ("Due on", "付款期限", "付款期限"),
    "order": ("Order", "訂單", "订单"),
    "to_invoice": ("To invoice", "原發票", "原发票"),
    "bill_to": ("Bill to", "帳單地址", "账单地址"),
    "ship_to": ("Ship to", "送貨地址", "送货地址"),
    "item": ("Description", "品名", "品名"),
    "quantity": ("Quantity", "數量", "数量"),
    "price": ("Unit price", "單價", "单价"),
    "discount": ("Discount", "折扣", "折扣"),
    "tax": ("Tax", "稅額", "税额"),
    "tax_rate": ("Tax rate", "稅率", "税率"),
    "amount": ("Amount", "金額", "金额"),
    "goods": ("Goods and services", "商品與服務", "商品与服务"),
    "shipping": ("Shipping", "運費", "运费"),
    "fees": ("Fees", "手續費", "手续费"),
    "total": ("Total", "總計", "总计"),
    "worth": ("Worth of what came back", "退回商品價值", "退回商品价值"),
    "wear": ("Kept back for its condition", "因商品狀況扣除", "因商品状况扣除"),
    "restocking": ("Kept back for restocking", "重新上架費", "重新上架费"),
    "way_back": ("Kept back for the way back", "退貨運費", "退货运费"),
    "other_fee": ("Kept back otherwise", "其他扣除", "其他扣除"),
    "tax_included": ("Tax contained", "內含稅額", "内含税额"),
    "tax_name": ("Tax", "稅別", "税种"),
    "tax_base": ("Taxed amount", "未稅金額", "不含税金额"),
    "untaxed": ("No tax is charged.", "本單免稅。", "本单免税。"),
    "currency": ("All amounts in {currency}.", "金額單位：{currency}。", "金额单位：{currency}。"),
    "page": ("Page {page} of {pages}", "第 {page} 頁，共 {pages} 頁", "第 {page} 页，共 {pages} 页"),
    "forgotten": ("–", "–", "–"),
    "tax_number": ("Tax number", "統一編號", "税号"),
    "vat_number": ("VAT number", "增值稅號", "增值税号"),
    "registration_number": ("Registration number", "登記號碼", "登记号码"),
    "bank": ("Bank details", "匯款帳戶", "汇款账户"),
    "bank_holder": ("Account holder", "戶名", "户名"),
    "bank_name": ("Bank", "銀行", "银行"),
    "iban": ("IBAN", "IBAN", "IBAN"),
    "account_number": ("Account number", "帳號", "账号"),
    "bank_code": ("Bank code", "銀行代碼", "银行代码"),
    "bic": ("BIC", "BIC", "BIC"),
    "reference": ("Reference", "匯款附言", "汇款附言"),
    "scan": ("Scan to pay", "掃碼匯款", "扫码汇款"),
    "day_close": ("Statement of the day", "日結表", "日结表"),
    "closed_at": ("Closed", "結帳時間", "结账时间"),
    "counted_up_to": ("Journal up to", "日誌至", "日志至"),
    "reopened": ("Reopened: another statement counts.", "已重新開啟，以另一份為準。", "已重新打开，以另一份为准。"),
    "account": ("Account", "科目", "科目"),
    "opening": ("Opening", "期初", "期初"),
    "late": ("Late", "補記", "补记"),
    "debits": ("Debit", "借方", "借方"),
    "credits": ("Credit", "貸方", "贷方"),
    "closing": ("Closing", "期末", "期末"),
    "movement": ("Movement", "異動", "异动"),
    "method": ("Method", "方式", "方式"),
    "times": ("Times", "筆數", "笔数"),
    "cash_expected": ("Cash expected", "現金應有", "现金应有"),
    "cash_counted": ("Cash counted", "現金實點", "现金实点"),
    "cash_difference": ("Difference", "差額", "差额"),
    "left_open": ("Left open", "未結事項", "未结事项"),
    "nothing_moved": ("Nothing moved on this day.", "此日沒有異動。", "此日没有异动。"),
    "packing_slip": ("Packing slip", "出貨單", "装箱单"),
    "picking_list": ("Picking list", "揀貨單", "拣货单"),
    "shipment": ("Shipment", "出貨單號", "发货单号"),
    "from_node": ("Leaves from", "出貨倉", "发货仓"),
    "carrier": ("Carrier", "物流商", "承运商"),
    "tracking": ("Tracking number", "追蹤號碼", "运单号"),
    "shelf": ("Shelf", "儲位", "库位"),
    "sku": ("SKU", "貨號", "货号"),
    "for_shipments": ("For", "用於", "用于"),
    "sender": ("From", "寄件人", "寄件人"),
    "recipient": ("To", "收件人", "收件人"),
    "your_note": ("Your note", "您的備註", "您的备注"),
    "nothing_inside": ("Nothing lies in this shipment.", "此出貨單沒有商品。", "此发货单没有商品。"),
    "signed_by": ("Checked by", "覆核", "复核"),
}  # fmt: skip
_TRADITIONAL: Final = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language on paper: `code` is `en`, `zh-Hant` or `zh-Hans`."""

    code: str
    column: int
    locale: Locale

    def __call__(self, word: str, **facts: object) -> str:
        """A word or sentence, filled with facts."""
        return _WORDS[word][self.column].format(**facts)

    def day(self, day: date) -> str:
        """A date in full."""
        return str(format_date(day, "long" if self.column else "d MMMM y", locale=self.locale))

    def money(self, amount: int, currency: str) -> str:
        """An amount with the sign of its currency."""
        return Money(amount, currency).format(str(self.locale))

    def number(self, amount: int, currency: str) -> str:
        """An amount in major units without a sign, with all decimals of its currency."""
        decimals = exponent(currency)
        return self._decimal(Decimal(amount).scaleb(-decimals), decimals, decimals)

    def price(self, minor: Decimal, currency: str) -> str:
        """A unit price in major units, with as many decimals as it needs."""
        decimals = exponent(currency)
        return self._decimal(minor.scaleb(-decimals), decimals, decimals + 6)

    def percent(self, rate: Decimal) -> str:
        """A rate, such as 0.175, as people read it."""
        return self._decimal(rate * 100, 0, 4) + " %"

    def _decimal(self, value: Decimal, fewest: int, most: int) -> str:
        pattern = "#,##0" + ("." if most else "") + "0" * fewest + "#" * (most - fewest)
        return str(format_decimal(value, pattern, locale=self.locale))

    def country(self, code: str) -> str:
        """The name of a country."""
        return str(self.locale.territories.get(code, code))


def tongue(language: str) -> Tongue:
    """The language of the product that comes closest to a customer's."""
    asked = language.lower().replace("_", "-")
    if asked.startswith(_TRADITIONAL):
        return Tongue("zh-Hant", 1, Locale.parse("zh_Hant"))
    if asked.startswith("zh"):
        return Tongue("zh-Hans", 2, Locale.parse("zh_Hans"))
    return Tongue("en", 0, Locale.parse("en_GB" if asked.startswith("en") else "en"))
