"""The chart of accounts: every tenant has these and no others."""

from typing import Final, NamedTuple

from dingdan.ledgers.payments.lifecycle import AccountKind, PayableKind

_A, _L, _I, _E = AccountKind.ASSET, AccountKind.LIABILITY, AccountKind.INCOME, AccountKind.EXPENSE


class ChartAccount(NamedTuple):
    """An account that every tenant has: its code, its side of the books, what its balance means."""

    code: str
    kind: AccountKind
    meaning: str


CHART: Final = (
    ChartAccount("cash", _A, "Money in our own cash boxes."),
    ChartAccount("bank", _A, "Money in our bank accounts."),
    ChartAccount("gateway_clearing", _A, "Captured by a gateway and not yet paid out to our bank."),
    ChartAccount("carrier_receivable", _A, "Collected by a carrier on delivery and not yet passed on to us."),
    ChartAccount("accounts_receivable", _A, "Invoiced and not yet covered by money."),
    ChartAccount("dispute_holding", _A, "Taken back by a gateway while a dispute is open."),
    ChartAccount("brought_over", _A, "What gift cards of another system hold; the opening entry of its books takes it off."),
    ChartAccount("customer_deposits", _L, "Paid for a document and not yet invoiced: a prepayment is owed until then."),
    ChartAccount("unapplied_money", _L, "Received and not yet put to any document."),
    ChartAccount("customer_payable", _L, "Owed to customers in money: goodwill, and credit notes without an invoice here."),
    ChartAccount("store_credit", _L, "Credit that customers may spend here."),
    ChartAccount("gift_cards", _L, "Gift cards sold and not yet used."),
    ChartAccount("seller_payable", _L, "Owed to the sellers of a marketplace."),
    ChartAccount("payout_clearing", _L, "Payouts on their way to sellers."),
    ChartAccount("tax_payable", _L, "Tax charged and not yet handed to the authority."),
    ChartAccount("revenue", _I, "Goods and services sold, without tax."),
    ChartAccount("shipping_revenue", _I, "Shipping charged, without tax."),
    ChartAccount("fee_revenue", _I, "Fees charged to customers, without tax."),
    ChartAccount("commission", _I, "Commission kept from sellers."),
    ChartAccount("breakage", _I, "Store credit and gift cards that expired unused."),
    ChartAccount("sales_returns", _E, "Goods credited to customers, without tax."),
    ChartAccount("discounts", _E, "Discounts given on invoices, without tax."),
    ChartAccount("goodwill_expense", _E, "Given to customers as a favor."),
    ChartAccount("bad_debt", _E, "Given up: debts, lost disputes, what a carrier never passed on."),
    ChartAccount("payment_fees", _E, "Kept by gateways and carriers for their work."),
    ChartAccount("exchange_difference", _E, "The two sides of exchanges between currencies, and what they left."),
    ChartAccount("rounding", _E, "Rounding of invoice totals."),
)

#: Where each kind of payable stands in the books.
LIABILITY_OF: Final[dict[PayableKind, str]] = {
    PayableKind.GOODWILL: "customer_payable",
    PayableKind.CREDIT_NOTE: "customer_payable",
    PayableKind.STORE_CREDIT: "store_credit",
    PayableKind.GIFT_CARD: "gift_cards",
    PayableKind.SELLER: "seller_payable",
}
