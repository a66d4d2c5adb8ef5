"""The one table of kinds of change: what is drafted, what is written, how that is undone, who may, what is final."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.trade.changes.lifecycle import UNDONE_BY, Effect
from dingdan.trade.changes.rules import following, heads, lines, paying, wishes
from dingdan.trade.changes.rules.cases import Case, Work, begin
from dingdan.trade.changes.rules.regrouping import BETWEEN, Between
from dingdan.trade.changes.rules.wishes import Wish
from dingdan.trade.orders.lifecycle import CHANGEABLE, ORDER_LIFE

MOST_CHANGES = 500
CHANGE = "changes.change_orders"
PRICES = "orders.set_prices"
_UNITS = (Effect.CANCELED, Effect.RESTORED, Effect.ADDED)
_TERMS = (Effect.CANCELED, Effect.REPLACED, Effect.ADDED)
_LEFT = _("What has left. What was credited is taken back by a new line, never by undoing.")


class NotChangeable(Refusal):
    """The order is canceled or closed."""

    sentence = _("The order is {state}, so this cannot be changed.")
    remedy = _("Place a new order, or give back what is wrong with this one as a return or an allowance.")


class MayNotChange(Refusal):
    """The kind of change asks for a permission of its own."""

    status = 403
    sentence = _("This account may not do this: it needs {permission}.")
    remedy = _("Ask the owner for a role that has it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of change.

    `draft` works a wish into the draft of an order, for preview and apply alike; `writes` are the effects that apply may come
    down to, each undone by its opposite; `permission` is asked for beside the command's own; `states` are the order's.
    """

    wish: type
    title: Any
    draft: Callable[[Work, Any, str], None]
    writes: tuple[Effect, ...]
    irreversible: Any
    permission: str = CHANGE
    states: tuple[str, ...] = CHANGEABLE

    @property
    def undo(self) -> tuple[str, ...]:
        """How what it writes is taken back."""
        return tuple(UNDONE_BY[effect] for effect in self.writes)


def _kind(*cells: Any, **others: Any) -> Kind:
    return Kind(**dict(zip(("wish", "title", "draft", "writes", "irreversible"), cells, strict=True)), **others)


KINDS: Final[Mapping[str, Kind]] = {
    "set_quantity": _kind(wishes.SetQuantity, _("Quantity"), lines.set_quantity, _UNITS, _LEFT),
    "remove_line": _kind(wishes.RemoveLine, _("Remove a line"), lines.remove_line, (Effect.CANCELED, Effect.TURNED), _LEFT),
    "add_line": _kind(wishes.AddLine, _("Add an article"), lines.add_line, (Effect.ADDED,), _LEFT),
    "replace_line": _kind(wishes.ReplaceLine, _("Another article"), lines.replace_line, _TERMS, _LEFT),
    "set_price": _kind(wishes.SetPrice, _("Price"), lines.set_price, _TERMS, _LEFT, permission=PRICES),
    "give_discount": _kind(wishes.GiveDiscount, _("Discount"), lines.give_discount, _TERMS, _LEFT, permission=PRICES),
    "add_surcharge": _kind(
        wishes.AddSurcharge, _("Surcharge"), lines.add_surcharge, (Effect.ADDED,),
        _("What was invoiced is credited, never struck out."), permission=PRICES,
    ),
    "set_address": _kind(
        wishes.SetAddress, _("Address"), heads.set_address, (Effect.ADDRESSED, Effect.REPLACED, Effect.CANCELED),
        _("Parcels that have left go where they were sent."),
    ),
    "set_contact": _kind(
        wishes.SetContact, _("E-mail or phone"), heads.set_contact, (Effect.ADDRESSED,), _("Mails that were sent.")
    ),
    "set_shipping": _kind(
        wishes.SetShipping, _("Shipping method"), lines.set_shipping, (Effect.ROUTED, *_TERMS),
        _("What has left. What was credited is taken back by a new line, never by undoing."),
    ),
    "set_payment": _kind(
        wishes.SetPayment, _("Payment method"), paying.set_payment, (Effect.PAID_BY, *_TERMS),
        _("What was invoiced is credited, never struck out."), permission="orders.set_payment",
    ),
    "revive": _kind(
        wishes.Revive, _("Revive"), paying.revive, (Effect.RESTORED, Effect.TURNED), _("What has left meanwhile."),
        permission="aftersales.cancel_orders", states=("canceled",),
    ),
    "add_note": _kind(
        wishes.AddNote, _("Note"), heads.add_note, (Effect.NOTED,), _("Who has read it."),
        permission="orders.note_order", states=ORDER_LIFE.states,
    ),
    "hold_order": _kind(
        wishes.HoldOrder, _("Hold"), heads.hold_order, (Effect.TURNED,), _("Nothing: the order goes on as it was."),
        permission="orders.hold_order",
    ),
    "resume_order": _kind(
        wishes.ResumeOrder, _("Resume"), heads.resume_order, (Effect.TURNED,), _("What has left meanwhile."),
        permission="orders.resume_order",
    ),
    "hold_line": _kind(
        wishes.HoldLine, _("Hold a line"), heads.hold_line, (Effect.HELD,), _("Nothing: the line goes on as it was."),
        permission="orders.hold_order",
    ),
    "resume_line": _kind(
        wishes.ResumeLine, _("Resume a line"), heads.resume_line, (Effect.RESUMED,), _("What has left meanwhile."),
        permission="orders.resume_order",
    ),
    "cancel": _kind(
        wishes.Cancel, _("Cancel"), lines.cancel, (Effect.CANCELED, Effect.TURNED), _LEFT,
        permission="aftersales.cancel_orders",
    ),
    "replace_article": _kind(wishes.ReplaceArticle, _("Another article everywhere"), lines.replace_article, _TERMS, _LEFT),
    "remove_article": _kind(
        wishes.RemoveArticle, _("Remove an article"), lines.remove_article, (Effect.CANCELED, Effect.TURNED), _LEFT
    ),
    "source_from": _kind(
        wishes.SourceFrom, _("Leave from another node"), heads.source_from, (Effect.SOURCED,),
        _("What has left; and goods that were to leave from several nodes."), permission="fulfillment.plan_shipments",
    ),
    "reprice": _kind(wishes.Reprice, _("Prices of today"), lines.reprice, _TERMS, _LEFT, permission=PRICES),
}  # fmt: skip
"""Every kind of change by its name."""

NAMES: Final[Mapping[type, str]] = {kind.wish: name for name, kind in KINDS.items()}


def permissions_of(wish: Wish) -> tuple[str, ...]:
    """What whoever asks for it must be allowed: what its kind says, and to set prices where it names one of its own."""
    kind = KINDS[NAMES[type(wish)]].permission
    names_price = any(getattr(wish, name, None) is not None for name in ("unit_price", "price")) or bool(
        getattr(wish, "discount", 0)
    )
    return (kind, PRICES) if names_price and kind != PRICES else (kind,)


def names_one_order(wish: Wish) -> bool:
    """Whether a wish is about a line or a person of one order, so that it means nothing for another."""
    own = {one.name for one in fields(wish) if getattr(wish, one.name)}
    return bool(own & {"line_id", "line_ids", "lines", "ship_to", "bill_to", "email", "phone"})


def work_in(case: Case, changes: Sequence[Wish], *, may: Callable[[str], bool]) -> tuple[Work, list[Refusal]]:
    """Work changes into a case, one after the other; what is refused is told, and the others are tried all the same.

    What a payment method costs is worked out last: it is a part of everything else.
    """
    work, refused = begin(case), list[Refusal]()
    for index, wish in sorted(enumerate(changes), key=lambda one: isinstance(one[1], wishes.SetPayment)):
        kind, at = KINDS[NAMES[type(wish)]], f"changes.{index}"
        try:
            for permission in permissions_of(wish):
                if not may(permission):
                    raise MayNotChange(field=at, permission=permission)
            if case.state not in kind.states:
                raise NotChangeable(field=at, state=case.state)
            kind.draft(work, wish, at)
        except Refusal as refusal:
            refused.append(refusal)
    following.follow(work, "changes")
    return work, refused


def _row(name: str, kind: Kind | Between, meaning: str) -> str:
    writes, undo = ", ".join(kind.writes), " ".join(dict.fromkeys(kind.undo))
    return f"| `{name}` | {meaning} | {writes} | {undo} | `{kind.permission}` | {kind.irreversible} |"


def title_of(name: str) -> str:
    """A kind of change, for people."""
    kind: Kind | Between | None = KINDS.get(name) or BETWEEN.get(name)
    return str(kind.title) if kind else name


def kinds_markdown() -> str:
    """The table, printed for people."""
    rows = [_row(name, kind, (kind.wish.__doc__ or "").partition("\n")[0]) for name, kind in KINDS.items()]
    rows += [_row(name, kind, str(kind.meaning)) for name, kind in BETWEEN.items()]
    head = [
        "| kind | what the preview shows | what apply writes | how undo takes it back | who may | what is final |",
        "|" + "---|" * 6,
    ]
    return "\n".join([*head, *rows])
