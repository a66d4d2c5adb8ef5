"""Every row of the table of posting rules: which accounts it moves money between, said once more by hand."""

import pytest

from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.ledgers.payments.queries import trial_balance
from dingdan.ledgers.payments.rules import (
    CHART,
    LIABILITY_OF,
    METHODS,
    RULES,
    posting_rules_markdown,
    refund_method,
    terms_of,
    vault_of,
)
from tests.ledgers.payments.desk import Desk, post_by_rule

EXPECTED = {
    # money received for a document: a prepayment is a deposit
    "cash_received": "cash > customer_deposits",
    "bank_received": "bank > customer_deposits",
    "gateway_received": "gateway_clearing > customer_deposits",
    "carrier_received": "carrier_receivable > customer_deposits",
    "store_credit_received": "store_credit > customer_deposits",
    "gift_card_received": "gift_cards > customer_deposits",
    # money received for nobody yet
    "cash_unapplied": "cash > unapplied_money",
    "bank_unapplied": "bank > unapplied_money",
    "gateway_unapplied": "gateway_clearing > unapplied_money",
    "carrier_unapplied": "carrier_receivable > unapplied_money",
    # refunds
    "cash_refunded": "customer_deposits > cash",
    "bank_refunded": "customer_deposits > bank",
    "gateway_refunded": "customer_deposits > gateway_clearing",
    "store_credit_refunded": "customer_deposits > store_credit",
    "gift_card_refunded": "customer_deposits > gift_cards",
    "cash_unapplied_refunded": "unapplied_money > cash",
    "bank_unapplied_refunded": "unapplied_money > bank",
    "gateway_unapplied_refunded": "unapplied_money > gateway_clearing",
    "store_credit_unapplied_refunded": "unapplied_money > store_credit",
    "gift_card_unapplied_refunded": "unapplied_money > gift_cards",
    "bank_refund_returned": "bank > customer_deposits",
    "bank_unapplied_refund_returned": "bank > unapplied_money",
    "gateway_refund_returned": "gateway_clearing > customer_deposits",
    "gateway_unapplied_refund_returned": "gateway_clearing > unapplied_money",
    "cash_paid_to_customer": "customer_payable > cash",
    "bank_paid_to_customer": "customer_payable > bank",
    "gateway_paid_to_customer": "customer_payable > gateway_clearing",
    # matching
    "unapplied_put_to_document": "unapplied_money > customer_deposits",
    "taken_from_document": "customer_deposits > unapplied_money",
    # invoice: revenue, tax split from gross
    "goods_invoiced": "accounts_receivable > revenue",
    "shipping_invoiced": "accounts_receivable > shipping_revenue",
    "fees_invoiced": "accounts_receivable > fee_revenue",
    "tax_invoiced": "accounts_receivable > tax_payable",
    "discount_invoiced": "discounts > accounts_receivable",
    "gift_card_sold": "accounts_receivable > gift_cards",
    "rounded_up": "accounts_receivable > rounding",
    "rounded_down": "rounding > accounts_receivable",
    "deposit_settled": "customer_deposits > accounts_receivable",
    "deposit_restored": "accounts_receivable > customer_deposits",
    # credit note
    "goods_credited": "sales_returns > accounts_receivable",
    "shipping_credited": "shipping_revenue > accounts_receivable",
    "fees_credited": "fee_revenue > accounts_receivable",
    "tax_credited": "tax_payable > accounts_receivable",
    "discount_credited": "accounts_receivable > discounts",
    "gift_card_credited": "gift_cards > accounts_receivable",
    "rounding_up_credited": "rounding > accounts_receivable",
    "rounding_down_credited": "accounts_receivable > rounding",
    "goods_return_owed": "sales_returns > customer_payable",
    "shipping_return_owed": "shipping_revenue > customer_payable",
    "fees_return_owed": "fee_revenue > customer_payable",
    "tax_return_owed": "tax_payable > customer_payable",
    "discount_return_owed": "customer_payable > discounts",
    # given up
    "debt_written_off": "bad_debt > accounts_receivable",
    "debt_reinstated": "accounts_receivable > bad_debt",
    # gateways and carriers
    "gateway_paid_out": "bank > gateway_clearing",
    "gateway_fee_kept": "payment_fees > gateway_clearing",
    "gateway_fee_returned": "gateway_clearing > payment_fees",
    "gateway_payout_reduced": "gateway_clearing > bank",
    "gateway_payout_raised": "bank > gateway_clearing",
    "carrier_passed_on": "bank > carrier_receivable",
    "carrier_fee_kept": "payment_fees > carrier_receivable",
    "carrier_never_paid": "bad_debt > carrier_receivable",
    "cash_banked": "bank > cash",
    "cash_drawn": "cash > bank",
    "cash_over": "cash > cash_difference",
    "cash_short": "cash_difference > cash",
    "tax_paid": "tax_payable > bank",
    # credit that is owed
    "goodwill_granted": "goodwill_expense > customer_payable",
    "store_credit_granted": "goodwill_expense > store_credit",
    "store_credit_paid_out": "store_credit > bank",
    "store_credit_handed_on": "store_credit > customer_payable",
    "store_credit_taken_over": "customer_payable > store_credit",
    "store_credit_expired": "store_credit > breakage",
    "gift_card_granted": "goodwill_expense > gift_cards",
    "gift_card_sold_for_cash": "cash > gift_cards",
    "gift_card_brought_over": "brought_over > gift_cards",
    "gift_card_grant_revoked": "gift_cards > goodwill_expense",
    "gift_card_cash_returned": "gift_cards > cash",
    "gift_card_sent_back": "gift_cards > brought_over",
    "gift_card_expired": "gift_cards > breakage",
    # disputes
    "dispute_opened": "dispute_holding > gateway_clearing",
    "dispute_won": "gateway_clearing > dispute_holding",
    "dispute_lost": "bad_debt > dispute_holding",
    "dispute_fee_charged": "payment_fees > gateway_clearing",
    # sellers: commission, payout, clawback
    "seller_share_owed": "revenue > seller_payable",
    "commission_kept": "seller_payable > commission",
    "seller_share_clawed_back": "seller_payable > sales_returns",
    "commission_returned": "commission > seller_payable",
    "payout_sent": "seller_payable > payout_clearing",
    "payout_arrived": "payout_clearing > bank",
    "payout_failed": "payout_clearing > seller_payable",
    # exchange of currencies
    "currency_given": "exchange_difference > bank",
    "currency_taken": "bank > exchange_difference",
}


def test_no_rule_is_forgotten() -> None:
    assert list(EXPECTED) == list(RULES)


@pytest.mark.parametrize("name", RULES)
def test_the_rule_moves_money_between_these_accounts(desk: Desk, name: str) -> None:
    debit, credit = EXPECTED[name].split(" > ")

    post_by_rule(desk.call(), rule=name, amount=7)

    assert desk.posted() == [(name, debit, credit, 7)]
    assert [(one.account, one.debit, one.credit) for one in trial_balance()] == sorted([(debit, 7, 0), (credit, 0, 7)])


def test_every_account_of_the_rules_is_in_the_chart_and_used() -> None:
    codes = [account.code for account in CHART]
    assert len(set(codes)) == len(codes)
    assert {code for rule in RULES.values() for code in (rule.debit, rule.credit)} == set(codes)


def test_every_payable_stands_on_a_liability() -> None:
    liabilities = {account.code for account in CHART if account.kind == "liability"}
    assert set(LIABILITY_OF) == set(PayableKind)
    assert set(LIABILITY_OF.values()) <= liabilities


def test_a_rule_that_does_not_exist_is_a_mistake(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(KeyError):
        post_by_rule(desk.call(), rule="out_of_thin_air", amount=7)


def test_the_page_shows_every_row() -> None:
    page = posting_rules_markdown()
    assert [line.split(" | ")[0].removeprefix("| ") for line in page.split("## Rules")[1].splitlines() if "_" in line] == list(
        RULES
    )
    assert page.count("\n| ") == len(RULES) + len(CHART) + 2


@pytest.mark.parametrize(
    ("method", "vault", "back", "terms"),
    [
        ("cash", "cash", "cash", "prepaid"),
        ("bank_transfer", "bank", "bank_transfer", "prepaid"),
        ("cash_on_delivery", "carrier", "bank_transfer", "on_delivery"),
        ("on_account", "", "bank_transfer", "on_account"),
        ("store_credit", "store_credit", "store_credit", "prepaid"),
        ("gift_card", "gift_card", "gift_card", "prepaid"),
        ("some_gateway", "gateway", "some_gateway", "prepaid"),
    ],
)
def test_methods(method: str, vault: str, back: str, terms: str) -> None:
    assert (vault_of(method), refund_method(method), terms_of(method)) == (vault, back, terms)


def test_every_vault_of_a_method_has_its_rules() -> None:
    vaults = {method.vault for method in METHODS.values() if method.vault} | {"gateway"}
    assert {f"{vault}_received" for vault in vaults} <= set(RULES)
    ways_back = {vault_of(refund_method(method)) for method in (*METHODS, "some_gateway")}
    assert {f"{vault}_refunded" for vault in ways_back} <= set(RULES)
