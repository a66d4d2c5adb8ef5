"""What is done with a claim at the back office: settled in one of three ways, denied, withdrawn, thanked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.policies.queries import favor_limits
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import LineAmount, deny_claim, resolve_claim, thank_customer, withdraw_claim
from dingdan.trade.aftersales.events import ClaimResolved, CustomerThanked
from dingdan.trade.aftersales.lifecycle import CLAIM_LIFE, Resolution
from dingdan.trade.aftersales.models import Claim
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, Look, fresh_key
from dingdan.web.backoffice.base import number
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Table
from dingdan.web.backoffice.return_acts import LOOK
from dingdan.web.backoffice.typed import amount


def _amounts(row: Claim, sent: QueryDict) -> tuple[LineAmount, ...]:
    told = [
        (line.order_line_id, amount(sent, f"amount-{line.order_line_id}", row.order.currency))
        for line in queries.claimed_lines(row.id)
    ]
    return tuple(LineAmount(line_id, wanted) for line_id, wanted in told if wanted is not None)


def _settling(resolution: Resolution) -> Act:
    def give(call: Call, row: Claim, sent: QueryDict) -> Event:
        return resolve_claim(call, claim_id=row.id, resolution=resolution.value, amounts=_amounts(row, sent))

    def look(row: Claim, sent: QueryDict) -> Look:
        return look_at_settling(row, resolution, _amounts(row, sent))

    return Act("aftersales.resolve_claim", give, said_of_settling, look)


def look_at_settling(row: Claim, resolution: Resolution, amounts: tuple[LineAmount, ...]) -> Look:
    """What settling a claim in a way would come to."""
    offer = queries.claim_preview(row.id, resolution=resolution, amounts=amounts)
    lines, replaces = queries.claimed_lines(row.id), resolution == Resolution.REPLACEMENT
    goods = _("are ordered again, free of charge") if replaces else _("stay with the customer, nothing comes back")
    stock = Table(
        _("What happens to the goods"),
        [_("Article"), _("Quantity"), _("Goods")],
        [
            [Cell(line.order_line.name, small=line.order_line.sku), number(show.count(line.quantity)), Cell(goods)]
            for line in lines
        ],
    )
    button = (
        _("Order them again") if replaces else _("Do it: {amount} back").format(amount=show.money(offer.refund, offer.currency))
    )
    told = (stock, settled_money(offer.refund, offer.owed, offer.refund_due, offer.currency))
    return Look(told, Button(button, "good"), fingerprint(resolution.value, offer))


def settled_money(refund: int, owed: int, refund_due: int, currency: str) -> Facts:
    """What happens to the money of an order when so much is given back."""
    goes = _("{amount} goes back the way it came").format(amount=show.money(refund_due, currency))
    return Facts(
        _("What happens to the money"),
        [
            (_("Given back"), show.money(refund, currency)),
            (_("The order is owed then"), show.money(owed, currency)),
            (_("Paid above that"), goes if refund_due else _("Nothing")),
        ],
    )


def said_of_settling(event: ClaimResolved) -> str:
    """What is said once a claim is settled."""
    if event.resolution == Resolution.REPLACEMENT:
        return _("The same goods are ordered again, free of charge.")
    return _("{amount} is given back.").format(amount=show.money(event.refund, event.currency))


def _deny(call: Call, row: Claim, sent: QueryDict) -> Event:
    return deny_claim(call, claim_id=row.id, reason=sent.get("reason", ""))


def _withdraw(call: Call, row: Claim, _sent: QueryDict) -> Event:
    return withdraw_claim(call, claim_id=row.id)


def _thank(call: Call, row: Claim, _sent: QueryDict) -> Event:
    return thank_customer(call, claim_id=row.id)


def _said_of_thanking(event: CustomerThanked) -> str:
    return _("{amount} of store credit is given.").format(amount=show.money(event.amount, event.currency))


ACTS: Final[Mapping[str, Act]] = {
    "refund": _settling(Resolution.REFUND),
    "replacement": _settling(Resolution.REPLACEMENT),
    "keep": _settling(Resolution.KEEP),
    "deny": Act("aftersales.deny_claim", _deny, lambda _event: _("The claim is denied.")),
    "withdraw": Act("aftersales.withdraw_claim", _withdraw, lambda _event: _("The claim is taken back.")),
    "thank": Act("aftersales.thank_customer", _thank, _said_of_thanking),
}
"""What can be done with a claim, by the name in the form's address."""


def forms(row: Claim, do: Any, allowed: set[str]) -> Iterator[Form]:
    """The forms of a claim as it stands now, for whoever may."""

    def form(name: str, title: Any, button: Button, *fields: Field, lead: Any = "") -> Form:
        return Form(title, do(row, name), fresh_key(), fields, [button], is_open=False, lead=lead)

    found: dict[str, Form] = {}
    if CLAIM_LIFE.may("resolve", row.state):
        found["refund"] = form("refund", _("Give the money back"), LOOK, *_worth(row, needed=False),
                               lead=_("The goods stay with the customer."))  # fmt: skip
        found["keep"] = form("keep", _("The customer keeps it for a part of the money"), LOOK, *_worth(row, needed=True))
    if CLAIM_LIFE.may("replace", row.state):
        found["replacement"] = form("replacement", _("Send the same goods again"), LOOK)
    if CLAIM_LIFE.may("deny", row.state):
        why = Field("reason", _("Why"), is_required=True, most=200, note=_("The customer reads it."))
        found["deny"] = form("deny", _("Reject"), Button(_("Deny the claim"), "bad"), why)
    if CLAIM_LIFE.may("withdraw", row.state):
        found["withdraw"] = form("withdraw", _("Withdraw"), Button(_("The customer wants nothing any more"), "bad"))
    thanks = favor_limits(row.order.currency).thank_you
    if row.state == "resolved" and row.thanked_at is None and row.order.customer_id and thanks:
        given = show.money(thanks, row.order.currency)
        found["thank"] = form("thank", _("Say thank you"), Button(_("Give {amount} of store credit").format(amount=given)))
    yield from (one for name, one in found.items() if name in allowed)


def _worth(row: Claim, *, needed: bool) -> list[Field]:
    note = "" if needed else _("Empty: all that it is worth.")
    return [
        Field(
            f"amount-{line.order_line_id}", _("Give back for {article}").format(article=line.order_line.name), note=note,
            is_required=needed,
        )
        for line in queries.claimed_lines(row.id)
    ]  # fmt: skip
