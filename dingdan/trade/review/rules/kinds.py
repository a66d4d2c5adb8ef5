"""The kinds of rules in one table: what each takes, what it wants to know, and how it looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid
from dingdan.masterdata.customers.rules import WatchedPart
from dingdan.trade.review.lifecycle import AddressTrouble, RuleKind
from dingdan.trade.review.rules import looking
from dingdan.trade.review.rules.facts import Facts, Need
from dingdan.trade.review.rules.parameters import Parameter, ParameterNotUsable, Takes

MOST_EARLIER: Final = 100
LONGEST_WINDOW: Final = 24 * 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of rule. `one_of` names parameters of which at least one must be given."""

    name: RuleKind
    title: Any
    meaning: Any
    parameters: tuple[Parameter, ...]
    look: Callable[[Mapping[str, Any], Facts], dict[str, Any] | None] | None
    needs: frozenset[Need] = frozenset()
    one_of: tuple[str, ...] = ()

    def clean(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as they are kept, defaults filled in. Refuses unknown ones, missing ones and what cannot be."""
        known = {one.name: one for one in self.parameters}
        for name in given:
            if name not in known:
                names = ", ".join(known) or "–"
                raise Invalid(
                    field=f"parameters.{str(name)[:40]}", reason=_("This kind of rule takes only: {names}.").format(names=names)
                )
        said = {name: one.default if given.get(name) is None else one.clean(given[name]) for name, one in known.items()}
        for name, one in known.items():
            if one.required and said[name] is None:
                raise ParameterNotUsable(field=f"parameters.{name}", parameter=name, reason=_("it must be given."))
        if self.one_of and not any(said[name] for name in self.one_of):
            raise ParameterNotUsable(
                field=f"parameters.{self.one_of[0]}", parameter=" / ".join(self.one_of), reason=_("one of them must be given.")
            )
        return {name: value for name, value in said.items() if value is not None}


_AMOUNTS: Final = Parameter(name="amounts", takes=Takes.AMOUNTS, label=_("Amount by currency"), required=True)
_PARTS: Final = Parameter(
    name="parts", takes=Takes.CHOICES, label=_("Compare"), choices=tuple(WatchedPart), default=[str(part) for part in WatchedPart]
)
_USUAL_TROUBLES: Final = [str(one) for one in AddressTrouble if one != AddressTrouble.BILLED_ELSEWHERE]

_TABLE: Final = (
    Kind(
        name=RuleKind.AMOUNT,
        title=_("Amount above"),
        meaning=_("The order comes to more than an amount. Orders in a currency that is not named are not looked at."),
        parameters=(_AMOUNTS,),
        look=looking.amount,
    ),
    Kind(
        name=RuleKind.NEW_CUSTOMER,
        title=_("New customer"),
        meaning=_("The buyer has placed fewer orders before than a number; if amounts are given, only orders above them."),
        parameters=(
            Parameter(name="orders", takes=Takes.NUMBER, label=_("Fewer earlier orders than"), default=1, most=MOST_EARLIER),
            Parameter(name="amounts", takes=Takes.AMOUNTS, label=_("Only above, by currency")),
        ),
        look=looking.new_customer,
        needs=frozenset({Need.HISTORY}),
    ),
    Kind(
        name=RuleKind.ADDRESS_TROUBLE,
        title=_("Address trouble"),
        meaning=_("Something is wrong with where the order goes, or it is paid for from elsewhere."),
        parameters=(
            Parameter(
                name="troubles", takes=Takes.CHOICES, label=_("Look for"), choices=tuple(AddressTrouble), default=_USUAL_TROUBLES
            ),
        ),
        look=looking.address_trouble,
    ),
    Kind(
        name=RuleKind.BLACKLIST,
        title=_("Blacklist"),
        meaning=_("Mail, phone or address of the buyer is on the blacklist."),
        parameters=(_PARTS,),
        look=looking.blacklist,
        needs=frozenset({Need.WATCHES}),
    ),
    Kind(
        name=RuleKind.TRUSTED,
        title=_("Trusted contact"),
        meaning=_("Mail, phone or address of the buyer is on the list of trusted contacts. Use it with “passes”."),
        parameters=(_PARTS,),
        look=looking.trusted,
        needs=frozenset({Need.WATCHES}),
    ),
    Kind(
        name=RuleKind.DUPLICATE,
        title=_("Duplicate"),
        meaning=_("The same buyer has ordered the same goods within some hours before."),
        parameters=(
            Parameter(name="hours", takes=Takes.NUMBER, label=_("Within so many hours"), default=24, most=LONGEST_WINDOW),
        ),
        look=looking.duplicate,
        needs=frozenset({Need.HISTORY}),
    ),
    Kind(
        name=RuleKind.REMARK,
        title=_("Word in the remark"),
        meaning=_("The customer's remark holds one of the words. Write Chinese words in each script that customers use."),
        parameters=(Parameter(name="words", takes=Takes.WORDS, label=_("Words"), required=True),),
        look=looking.remark,
    ),
    Kind(
        name=RuleKind.SHORT_OF_STOCK,
        title=_("Short of stock"),
        meaning=_("Pieces are owed and not there. When the goods come, the order is looked at again by itself."),
        parameters=(Parameter(name="pieces", takes=Takes.NUMBER, label=_("At least so many pieces"), default=1),),
        look=looking.short_of_stock,
        needs=frozenset({Need.STOCK}),
    ),
    Kind(
        name=RuleKind.UNUSUAL_QUANTITY,
        title=_("Unusual quantity"),
        meaning=_("A line orders more than a number, or more than so many times what people usually order of the article."),
        parameters=(
            Parameter(name="most", takes=Takes.NUMBER, label=_("More than so many")),
            Parameter(name="times", takes=Takes.NUMBER, label=_("More than so many times the usual"), least=2, most=1000),
        ),
        look=looking.unusual_quantity,
        needs=frozenset({Need.USUAL}),
        one_of=("most", "times"),
    ),
    Kind(
        name=RuleKind.PRICE_UNDER_FLOOR,
        title=_("Price under floor"),
        meaning=_("A line is sold, after discount, below the price in a list of floors or below a part of its list price."),
        parameters=(
            Parameter(name="percent", takes=Takes.NUMBER, label=_("Below so many percent of the list price"), most=100),
            Parameter(name="price_list", takes=Takes.CODE, label=_("Below the price in the price list (code)")),
        ),
        look=looking.price_under_floor,
        needs=frozenset({Need.LIST_PRICES, Need.FLOORS}),
        one_of=("percent", "price_list"),
    ),
    Kind(
        name=RuleKind.RISK_SCORE,
        title=_("Risk score"),
        meaning=_("The weights of everything that the other rules have found add up to more than a limit."),
        parameters=(Parameter(name="limit", takes=Takes.NUMBER, label=_("Above"), required=True, least=0),),
        look=None,
    ),
)

KINDS: Final[Mapping[str, Kind]] = {str(kind.name): kind for kind in _TABLE}
"""Every kind of rule by its name."""


def needs_of(kind: str, said: Mapping[str, Any]) -> frozenset[Need]:
    """What a rule with these parameters wants to know."""
    idle = {
        Need.USUAL: not said.get("times"),
        Need.LIST_PRICES: not said.get("percent"),
        Need.FLOORS: not said.get("price_list"),
    }
    return frozenset(need for need in KINDS[kind].needs if not idle.get(need, False))
