"""The one table of posting rules. Money moves between accounts by a row of it, or not at all."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from dingdan.ledgers.payments.rules.chart import CHART


class Rule(NamedTuple):
    """One way in which money may move: what happened, from where to where, which amount, and what it means."""

    name: str
    event: str
    debit: str
    credit: str
    amount: str
    meaning: str


# Where money lies when it came: vault → account.
_VAULTS: Final = {
    "cash": "cash",
    "bank": "bank",
    "gateway": "gateway_clearing",
    "carrier": "carrier_receivable",
    "store_credit": "store_credit",
    "gift_card": "gift_cards",
}
# Credit that we owe is spent on a document or not at all, and a carrier gives nothing back: those rows do not exist.
_OUTSIDE: Final = ("cash", "bank", "gateway", "carrier")
_GIVES_BACK: Final = ("cash", "bank", "gateway", "store_credit", "gift_card")
_PAYS_OUT: Final = ("cash", "bank", "gateway")
_SENT_BACK: Final = ("bank", "gateway")


def _money() -> Iterator[Rule]:
    for vault, account in _VAULTS.items():
        yield Rule(
            f"{vault}_received", "money received for a document", account, "customer_deposits", "what was put to the document",
            "A prepayment is a deposit, and a deposit is owed until it is invoiced.",
        )  # fmt: skip
    for vault in _OUTSIDE:
        yield Rule(
            f"{vault}_unapplied", "money received for nobody yet", _VAULTS[vault], "unapplied_money", "what no document took",
            "Overpaid, or not matched to a document: still the payer's.",
        )  # fmt: skip
    for vault in _GIVES_BACK:
        yield Rule(
            f"{vault}_refunded", "money of a document refunded", "customer_deposits", _VAULTS[vault], "what was given back",
            "What was settled is first restored as a deposit, so a refund always comes out of deposits.",
        )  # fmt: skip
    for vault in (*_PAYS_OUT, "store_credit", "gift_card"):
        yield Rule(
            f"{vault}_unapplied_refunded", "unapplied money refunded", "unapplied_money", _VAULTS[vault], "what was given back",
            "Money that no document took goes back to the payer.",
        )  # fmt: skip
    for vault in _SENT_BACK:
        yield Rule(
            f"{vault}_refund_returned", "refund sent back", _VAULTS[vault], "customer_deposits", "what came back",
            "The payer's bank would not take it: the document has its money again, to be given back in another way.",
        )  # fmt: skip
        yield Rule(
            f"{vault}_unapplied_refund_returned", "refund sent back", _VAULTS[vault], "unapplied_money", "what came back",
            "The same for money that no document took.",
        )  # fmt: skip
    for vault in _PAYS_OUT:
        yield Rule(
            f"{vault}_paid_to_customer", "payable paid", "customer_payable", _VAULTS[vault], "what was paid",
            "Goodwill, or a credit note without an invoice here, is paid out.",
        )  # fmt: skip


_TABLE: Final = (
    # matching
    ("unapplied_put_to_document", "payment allocated", "unapplied_money", "customer_deposits", "the allocation",
     "Money that was nobody's now pays a document."),
    ("taken_from_document", "allocation released", "customer_deposits", "unapplied_money", "what was released",
     "Money of a document is free again, to pay another one or to be refunded."),
    # invoice
    ("goods_invoiced", "invoice issued", "accounts_receivable", "revenue", "goods without tax",
     "Revenue arises with the invoice, which is issued on shipment."),
    ("shipping_invoiced", "invoice issued", "accounts_receivable", "shipping_revenue", "shipping without tax",
     "Shipping charged."),
    ("fees_invoiced", "invoice issued", "accounts_receivable", "fee_revenue", "fees without tax", "Fees charged."),
    ("tax_invoiced", "invoice issued", "accounts_receivable", "tax_payable", "tax, split from the gross where prices include it",
     "Tax is collected for the authority and never revenue."),
    ("discount_invoiced", "invoice issued", "discounts", "accounts_receivable", "discounts without tax",
     "Discounts stand beside revenue, so that both can be read."),
    ("gift_card_sold", "invoice issued", "accounts_receivable", "gift_cards", "face value of gift cards",
     "A gift card is money owed to whoever holds it; nothing is sold yet."),
    ("rounded_up", "invoice issued", "accounts_receivable", "rounding", "what rounding added", "The total was rounded up."),
    ("rounded_down", "invoice issued", "rounding", "accounts_receivable", "what rounding took off",
     "The total was rounded down."),
    ("deposit_settled", "invoice covered by money", "customer_deposits", "accounts_receivable", "the part now covered",
     "What was paid before and what was invoiced meet."),
    ("deposit_restored", "cover taken away", "accounts_receivable", "customer_deposits", "the part no longer covered",
     "After a credit note or a refund the money stands to the customer again, or the invoice is open again."),
    # credit note: mirrors the invoice
    ("goods_credited", "credit note issued", "sales_returns", "accounts_receivable", "goods without tax",
     "Returns stand beside revenue, so that both can be read."),
    ("shipping_credited", "credit note issued", "shipping_revenue", "accounts_receivable", "shipping without tax",
     "Shipping given back."),
    ("fees_credited", "credit note issued", "fee_revenue", "accounts_receivable", "fees without tax", "Fees given back."),
    ("tax_credited", "credit note issued", "tax_payable", "accounts_receivable", "tax of what is credited",
     "The authority gets that much less."),
    ("discount_credited", "credit note issued", "accounts_receivable", "discounts", "discounts of what is credited",
     "The discount goes with the goods."),
    ("gift_card_credited", "credit note issued", "gift_cards", "accounts_receivable", "face value of gift cards taken back",
     "The card is void."),
    ("rounding_up_credited", "credit note issued", "rounding", "accounts_receivable", "what rounding had added",
     "Rounding undone."),
    ("rounding_down_credited", "credit note issued", "accounts_receivable", "rounding", "what rounding had taken off",
     "Rounding undone."),
    # a credit note whose invoice is not in these books is owed in money
    ("goods_return_owed", "credit note without an invoice here", "sales_returns", "customer_payable", "goods without tax",
     "The customer gets money for goods that were sold before these books began."),
    ("shipping_return_owed", "credit note without an invoice here", "shipping_revenue", "customer_payable",
     "shipping without tax",
     "The same for shipping."),
    ("fees_return_owed", "credit note without an invoice here", "fee_revenue", "customer_payable", "fees without tax",
     "The same for fees."),
    ("tax_return_owed", "credit note without an invoice here", "tax_payable", "customer_payable", "tax of what is credited",
     "The same for tax."),
    ("discount_return_owed", "credit note without an invoice here", "customer_payable", "discounts",
     "discounts of what is credited", "The same for discounts."),
    # given up, and won back
    ("debt_written_off", "receivable written off", "bad_debt", "accounts_receivable", "what is given up",
     "Nobody will pay this."),
    ("debt_reinstated", "receivable reinstated", "accounts_receivable", "bad_debt", "what is owed again",
     "Somebody will pay after all."),
    # what gateways and carriers keep and pass on
    ("gateway_paid_out", "gateway paid out", "bank", "gateway_clearing", "what arrived", "The gateway's payout is in our bank."),
    ("gateway_fee_kept", "gateway paid out", "payment_fees", "gateway_clearing", "the fee", "The gateway kept its fee."),
    ("gateway_fee_returned", "gateway returned a fee", "gateway_clearing", "payment_fees", "the fee",
     "Some gateways give the fee back with a refund."),
    ("gateway_payout_reduced", "gateway kept money back", "gateway_clearing", "bank", "what was kept back",
     "Refunds, disputes and charges come out of a payout, so less than what was captured arrives."),
    ("gateway_payout_raised", "gateway added money", "bank", "gateway_clearing", "what was added",
     "Disputes won, fees given back and money of no payment here come with a payout."),
    ("carrier_passed_on", "carrier settled", "bank", "carrier_receivable", "what arrived",
     "Cash on delivery: the carrier owed it, now it is in our bank."),
    ("carrier_fee_kept", "carrier settled", "payment_fees", "carrier_receivable", "the fee", "The carrier kept its fee."),
    ("carrier_never_paid", "carrier's debt written off", "bad_debt", "carrier_receivable", "what is given up",
     "The carrier collected it and will never pass it on."),
    ("cash_banked", "cash brought to the bank", "bank", "cash", "what was brought", "Between our own vaults."),
    ("cash_drawn", "cash fetched from the bank", "cash", "bank", "what was fetched", "Between our own vaults."),
    ("cash_over", "cash counted", "cash", "cash_difference", "what was found more", "More lies there than the books said."),
    ("cash_short", "cash counted", "cash_difference", "cash", "what is missing", "Less lies there than the books said."),
    ("tax_paid", "tax handed over", "tax_payable", "bank", "what was paid", "To the tax authority."),
    # credit that is owed
    ("goodwill_granted", "goodwill granted", "goodwill_expense", "customer_payable", "the favor",
     "A refund beyond what was captured is a favor: a payable of its own."),
    ("store_credit_granted", "store credit granted", "goodwill_expense", "store_credit", "the credit",
     "A favor, to be spent here."),
    ("store_credit_paid_out", "store credit paid out", "store_credit", "bank", "what was paid", "Where the law asks for it."),
    ("store_credit_handed_on", "customers merged", "store_credit", "customer_payable", "what is left",
     "Two customers were one person: it leaves the number that is no longer used."),
    ("store_credit_taken_over", "customers merged", "customer_payable", "store_credit", "what was left",
     "And stands under the number that was kept."),
    ("store_credit_expired", "store credit expired", "store_credit", "breakage", "what was left", "Never spent: ours."),
    ("gift_card_granted", "gift card granted", "goodwill_expense", "gift_cards", "face value", "A favor, on a card."),
    ("gift_card_sold_for_cash", "gift card sold over the counter", "cash", "gift_cards", "face value",
     "Paid at once, so it is on no order and no invoice."),
    ("gift_card_brought_over", "gift card brought over", "brought_over", "gift_cards", "what was left on it",
     "Sold by another system before these books began."),
    ("gift_card_grant_revoked", "gift card voided", "gift_cards", "goodwill_expense", "what was left", "No favor after all."),
    ("gift_card_cash_returned", "gift card voided", "gift_cards", "cash", "what was left", "Paid out where it was sold."),
    ("gift_card_sent_back", "gift card voided", "gift_cards", "brought_over", "what was left", "It should not have come over."),
    ("gift_card_expired", "gift card expired", "gift_cards", "breakage", "what was left", "Never used: ours."),
    # disputes
    ("dispute_opened", "dispute opened", "dispute_holding", "gateway_clearing", "what is disputed", "The gateway took it back."),
    ("dispute_won", "dispute won", "gateway_clearing", "dispute_holding", "what was disputed", "The gateway gave it back."),
    ("dispute_lost", "dispute lost", "bad_debt", "dispute_holding", "what was disputed", "Gone."),
    ("dispute_fee_charged", "dispute opened", "payment_fees", "gateway_clearing", "the fee", "Charged, won or lost."),
    # sellers of a marketplace
    ("seller_share_owed", "seller's goods invoiced", "revenue", "seller_payable", "the seller's goods",
     "What was sold for a seller is the seller's."),
    ("commission_kept", "seller's goods invoiced", "seller_payable", "commission", "the commission",
     "Our part of the seller's sale."),
    ("seller_share_clawed_back", "seller's goods credited", "seller_payable", "sales_returns", "the seller's goods",
     "A return of a seller's goods is the seller's."),
    ("commission_returned", "seller's goods credited", "commission", "seller_payable", "the commission",
     "No commission on what came back."),
    ("payout_sent", "payout sent", "seller_payable", "payout_clearing", "the payout", "On its way to the seller."),
    ("payout_arrived", "payout arrived", "payout_clearing", "bank", "the payout", "Gone from our bank."),
    ("payout_failed", "payout failed", "payout_clearing", "seller_payable", "the payout", "Owed again."),
    # exchange: one posting in each currency, so that each currency balances by itself
    ("currency_given", "currencies exchanged", "exchange_difference", "bank", "what was given, in its currency",
     "One currency leaves."),
    ("currency_taken", "currencies exchanged", "bank", "exchange_difference", "what was taken, in its currency",
     "Another one comes."),
)  # fmt: skip

RULES: Final[dict[str, Rule]] = {rule.name: rule for rule in (*_money(), *(Rule(*row) for row in _TABLE))}


def posting_rules_markdown() -> str:
    """The chart of accounts and the table of rules as a page for people."""
    lines = ["# Posting rules", "", "Every movement of money is one row of this table. Generated from the code.", ""]
    lines += ["## Accounts", "", "| account | kind | what its balance means |", "|---|---|---|"]
    lines += [f"| {account.code} | {account.kind} | {account.meaning} |" for account in CHART]
    lines += ["", "## Rules", "", "| rule | when | debit | credit | amount | meaning |", "|---|---|---|---|---|---|"]
    lines += [f"| {' | '.join(rule)} |" for rule in RULES.values()]
    return "\n".join([*lines, ""])
