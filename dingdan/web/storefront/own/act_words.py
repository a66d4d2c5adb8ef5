"""Why something cannot be done with an order, as whoever bought it is told: what is the matter, and what helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.web.storefront import address_form

_WRITE: Final = _("Write to the shop.")
_LOOK: Final = _("Look at how it is now.")
_BACK: Final = _("Send it back when it has arrived.")

_SAID: Final[Mapping[str, tuple[Any, Any]]] = {
    "too_late_for_customers": (
        _("This order cannot be changed here any more: {why}."),
        _("Write to the shop: it may still be able to. What arrives can be sent back."),
    ),
    "not_changeable": (_("This order is over, so nothing of it is changed any more."), _WRITE),
    "already_canceled": (_("This order is canceled already."), ""),
    "nothing_to_cancel": (_("Nothing of this order can be canceled any more: everything has left."), _BACK),
    "already_shipped": (_("Of {name} only {open} can still be taken out: the rest has left."), _BACK),
    "has_left": (_("{name} has left already, so it stays in the order."), _BACK),
    "line_is_gone": (_("{name} is not in this order any more."), _LOOK),
    "shipping_goes_last": (_("Shipping is given back when everything else is canceled."), ""),
    "out_of_stock": (_("Only {available} of {name} can be had just now, not {asked}."), _("Take fewer, or something else.")),
    "unknown_sku": (_("{name} is not sold any more."), _("Choose something else.")),
    "not_priced": (_("{name} is not sold here."), _("Choose something else.")),
    "does_not_go_there": (_("It is not shipped there this way."), _("Choose another way of shipping, or another address.")),
    "label_is_on": (_("A parcel is packed already, with the address of before on it."), _WRITE),
    "everything_has_left": (_("Everything has left, so nothing can go elsewhere any more."), _("Ask the carrier.")),
    "nothing_is_left": (_("Everything has left, so nothing of this order can be changed."), _BACK),
    "world_moved": (_("Something changed while you were looking: {moved}. Nothing was done."), _("This is how it would be now.")),
    "nothing_changes": (_("Nothing would be different."), _("Choose what is to be different.")),
    "may_not_change": (_("Only the shop does this."), _WRITE),
    "payment_method_not_available": (_("This order cannot be paid that way."), _("Choose another way to pay.")),
    "allowed_before": (_("A part of the price of {name} was given up before, so its price stays."), _WRITE),
    "card_used": (_("Of {name}, a card has been used already."), _("Only cards that nobody has used are taken back.")),
    "changed_since": (_("This cannot be taken back any more: {reason}."), _("Change the order again to what it should be.")),
    "customer_is_blocked": (
        _("The shop sells you nothing more for now, so nothing can be added to this order."),
        _("Less can be taken, and it can be canceled. To add something, write to the shop."),
    ),
    "changed_by_the_shop": (_("The shop made this change."), _WRITE),
    "return_above_shipped": (
        _("Of {name} only {left} can come back, not {asked}."), _("The rest has not arrived, or comes back already."),
    ),
    "claim_above_shipped": (
        _("Of {name} there are only {left} about which something can be said, not {asked}."),
        _("The rest has not left, is on its way back, or was told before."),
    ),
    "not_returnable": (_("{name} is nothing that can be sent."), _WRITE),
    "against_the_rules": (_("{name} cannot come back. {why}"), _("Leave it out, or write to the shop.")),
    "seen_before": (_("The parcel is on its way or here, so this goes on."), _WRITE),
    "left_ahead": (_("What you get in exchange is sent before, so this goes on."), _WRITE),
    "looked_at": (_("The parcel is here and was looked at, so this goes on."), _WRITE),
    "not_in_this_state": (_("This is over, or was answered already."), _LOOK),
    "too_many_files": (_("There are {most} pictures already, and no more are kept here."), _("Put several into one PDF.")),
    "busy": (_("Somebody is doing something with this order just now."), _("Press the button once more in a moment.")),
    "still_running": (_("This is being done just now."), _LOOK),
}  # fmt: skip


def told(refusal: Refusal | None) -> dict[str, str]:
    """What was refused, what helps, and at which field; empty where nothing was."""
    if refusal is None:
        return {}
    field = refusal.field.removeprefix("ship_to.").removeprefix("address.")
    said = _SAID.get(refusal.code)
    if said is None:
        return {**address_form.told(refusal), "field": field}
    facts = _named(refusal.facts)
    return {"text": str(said[0]).format(**facts), "remedy": str(said[1]).format(**facts), "field": field}


def _named(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a refusal, with the name of the article where it tells a SKU."""
    sku = facts.get("sku")
    if not sku or "name" in facts:
        return dict(facts)
    found = variants_by_sku([str(sku)]).get(str(sku))
    return {**facts, "name": found.name if found else sku}
