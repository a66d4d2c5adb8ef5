"""Why an order waits, in a sentence for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.trade.review.lifecycle import AddressTrouble, RuleKind

Money = Callable[[int, str], str]
"""Writes minor units of a currency as the reader does."""

TROUBLES: Final[Mapping[str, Any]] = {
    AddressTrouble.INCOMPLETE: _("the address is incomplete"),
    AddressTrouble.PO_BOX: _("it is a post office box"),
    AddressTrouble.NOT_OF_COUNTRY: _("the address does not exist in that country"),
    AddressTrouble.BILLED_ABROAD: _("it is paid for from another country"),
    AddressTrouble.BILLED_ELSEWHERE: _("it is billed to another address"),
    AddressTrouble.NO_CONTACT: _("there is neither e-mail nor phone"),
}

PARTS: Final[Mapping[str, Any]] = {"email": _("e-mail"), "phone": _("phone"), "address": _("address")}


Values = Callable[[Mapping[str, Any], Money], Mapping[str, Any]]


def _joined(words: Callable[[Mapping[str, Any]], list[str]]) -> Values:
    return lambda facts, _money: {"found": ", ".join(words(facts))}


def _as_money(facts: Mapping[str, Any], money: Money) -> Mapping[str, Any]:
    return {name: money(facts[name], facts["currency"]) for name in ("amount", "limit")}


def _quantities(facts: Mapping[str, Any]) -> list[str]:
    return [str(_("{quantity} of {sku}, more than {limit}")).format(**line) for line in facts["lines"]]


def _prices(facts: Mapping[str, Any], money: Money) -> Mapping[str, Any]:
    """Unit prices and floors as money: to the nearest minor unit, which the comparison was not."""
    template, told = str(_("{sku} at {price}, under {floor}")), []
    for line in facts["lines"]:
        price, floor = round(Decimal(line["paid"]) / line["quantity"]), round(Decimal(line["floor"]))
        told.append(
            template.format(sku=line["sku"], price=money(price, facts["currency"]), floor=money(floor, facts["currency"]))
        )
    return {"found": ", ".join(told)}


_SENTENCES: Final[Mapping[str, tuple[Any, Values]]] = {
    RuleKind.AMOUNT: (_("{amount} is more than {limit}."), _as_money),
    RuleKind.NEW_CUSTOMER: (_("Earlier orders of this buyer: {earlier}."), lambda facts, _money: facts),
    RuleKind.ADDRESS_TROUBLE: (_("Address: {found}."), _joined(lambda facts: [str(TROUBLES[one]) for one in facts["troubles"]])),
    RuleKind.BLACKLIST: (_("On the blacklist: {found}."), _joined(lambda facts: [str(PARTS[one]) for one in facts["parts"]])),
    RuleKind.TRUSTED: (_("Trusted: {found}."), _joined(lambda facts: [str(PARTS[one]) for one in facts["parts"]])),
    RuleKind.DUPLICATE: (_("Same buyer, same goods: {found}."), _joined(lambda facts: facts["orders"])),
    RuleKind.REMARK: (_("The remark says: {found}."), _joined(lambda facts: facts["words"])),
    RuleKind.SHORT_OF_STOCK: (_("Pieces that are owed and not there: {missing}."), lambda facts, _money: facts),
    RuleKind.UNUSUAL_QUANTITY: (_("Quantity: {found}."), _joined(_quantities)),
    RuleKind.PRICE_UNDER_FLOOR: (_("Price: {found}."), _prices),
    RuleKind.RISK_SCORE: (_("What was found weighs {score}; the limit is {limit}."), lambda facts, _money: facts),
}


def sentence(kind: str, facts: Mapping[str, Any], *, money: Money) -> str:
    """What was found, in the active language."""
    template, values = _SENTENCES[kind]
    return str(template).format(**values(facts, money))
