"""How money comes and goes: the methods that need no outside firm. Every other code is a gateway's."""

from typing import Final, NamedTuple

from dingdan.ledgers.payments.lifecycle import Terms

GATEWAY_VAULT: Final = "gateway"


class Method(NamedTuple):
    """A way to pay.

    `vault` is where the money lies when it came this way (empty: none comes this way), `refund_to` the method by which it
    goes back, `terms` when a document that is to be paid this way is due.
    """

    code: str
    vault: str
    refund_to: str
    terms: Terms
    meaning: str


METHODS: Final[dict[str, Method]] = {
    method.code: method
    for method in (
        Method("cash", "cash", "cash", Terms.PREPAID, "Notes and coins into our own cash box."),
        Method("terminal", GATEWAY_VAULT, "terminal", Terms.PREPAID, "A card terminal at the till; its firm pays us out later."),
        Method("bank_transfer", "bank", "bank_transfer", Terms.PREPAID, "The customer sends money to our bank account."),
        Method("cash_on_delivery", "carrier", "bank_transfer", Terms.ON_DELIVERY, "The carrier collects and passes on later."),
        Method("on_account", "", "bank_transfer", Terms.ON_ACCOUNT, "Invoiced with a date; paid later by another method."),
        Method("store_credit", "store_credit", "store_credit", Terms.PREPAID, "Credit that we owe the customer."),
        Method("gift_card", "gift_card", "gift_card", Terms.PREPAID, "A card that was paid for when it was bought."),
    )
}


def vault_of(method: str) -> str:
    """Where money of this method lies: a vault of the posting rules; a gateway's money lies in its clearing account."""
    return METHODS[method].vault if method in METHODS else GATEWAY_VAULT


def refund_method(method: str) -> str:
    """The method by which money of this method goes back: a gateway's through the gateway."""
    return METHODS[method].refund_to if method in METHODS else method


def terms_of(method: str) -> Terms:
    """When a document that is to be paid by this method is due."""
    return METHODS[method].terms if method in METHODS else Terms.PREPAID


#: Methods that are credit we owe: nobody else has to be asked.
OWN_CREDIT: Final = ("store_credit", "gift_card")


def pay_out_rule(account: str, method: str) -> str | None:
    """The posting rule by which a payable on that account is paid by a method; None where it cannot be."""
    vault = vault_of(method)
    if account == "customer_payable" and vault in ("cash", "bank"):
        return f"{vault}_paid_to_customer"
    if account == "store_credit" and vault == "bank":
        return "store_credit_paid_out"
    return None
