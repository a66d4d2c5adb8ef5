"""What would come of a change of an order, in words and amounts: lines, sums before and after, and what becomes of money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dingdan.automation.words import named_method
from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import Money
from dingdan.kernel.quantity import plain_quantity
from dingdan.ledgers.payments.queries import payments_of
from dingdan.trade.changes.queries import ChangePreview, LinePreview, Outlook, outlook
from dingdan.trade.changes.rules import Wish, WorldMoved, check_moved
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.web.storefront.own.act_goods import Goods
from dingdan.web.storefront.own.acting import Look
from dingdan.web.storefront.own.opening import Own
from dingdan.web.storefront.reader import TAGS

_FOLLOWS: Final = (LineKind.SHIPPING, LineKind.FEE)


def look_at(own: Own, goods: Goods, wishes: Sequence[Wish]) -> Look:
    """What would come of these wishes."""
    found = outlook(own.order.id, wishes, may=own.held.actor.may, by_customer=True, at=own.reader.at)
    return look_of(own, goods, found, asked=fingerprint(wishes))


def look_of(own: Own, goods: Goods, found: Outlook, *, asked: str) -> Look:
    """What would come of a change, for whoever bought the order; the first of what stands in its way."""
    shown = found.preview
    return Look(
        told=told_of(own, goods, shown), button=_button(own, shown), asked=asked, seen=shown.fingerprint,
        refused=next(iter(found.refused), None), moved=lambda seen: _moved(shown, seen),
    )  # fmt: skip


def _moved(shown: ChangePreview, seen: str) -> Refusal | None:
    try:
        check_moved(seen, shown.fingerprint, difference=Money(shown.difference, shown.currency))
    except WorldMoved as moved:
        return moved
    return None


def told_of(own: Own, goods: Goods, shown: ChangePreview) -> dict[str, Any]:
    """A preview as a page shows it."""
    return {
        "headline": _headline(own, shown), "lines": _lines(own, goods, shown), "totals": _totals(own, shown),
        "contained": own.money(shown.after.tax) if own.order.prices_include_tax and shown.after.tax else "",
        "money": [*filter(None, (_due(own, shown), _back(own, shown), _held(own, goods, shown), _on_its_way(own, shown)))],
        "ships": _ships(own, shown), "is_all": not any(line.after for line in shown.lines if line.kind not in _FOLLOWS),
    }  # fmt: skip


def _headline(own: Own, shown: ChangePreview) -> str:
    if shown.difference > 0:
        return _("{amount} more").format(amount=own.money(shown.difference))
    return _("{amount} less").format(amount=own.money(-shown.difference)) if shown.difference else _("It costs the same")


def _button(own: Own, shown: ChangePreview) -> str:
    if shown.difference > 0:
        return _("Change it: {amount} more").format(amount=own.money(shown.difference))
    if shown.difference < 0:
        return _("Change it: {amount} less").format(amount=own.money(-shown.difference))
    return _("Change it")


# ── lines and sums ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(own: Own, goods: Goods, shown: ChangePreview) -> list[dict[str, str]]:
    """The lines that change; one that takes the place of another is told as one."""
    names = goods.called({line.sku for line in shown.lines if line.sku})
    taken = {line.replaces: line for line in shown.lines if line.is_new and line.replaces}
    found = []
    for line in _together([one for one in shown.lines if one.line_id not in taken and not (one.is_new and one.replaces)]):
        if line.before != line.after or line.amount:
            was, is_now = (_units(goods, line, count) for count in (line.before, line.after))
            text = f"{was} → {is_now}" if line.before != line.after and not _is_one(line) else ""
            found.append(_row(own, names.get(line.sku, line.name), text, line.amount, _late(goods, line)))
    return [*found, *(_replaced(own, goods, (one, taken[one.line_id]), names) for one in shown.lines if one.line_id in taken)]


def _together(lines: Sequence[LinePreview]) -> list[LinePreview]:
    """The lines of one article as one: further units of it are a line of their own in the books, and nowhere else."""
    found: dict[object, LinePreview] = {}
    for line in lines:
        key = (line.sku, line.unit_price) if line.sku else line.line_id
        one = found.get(key)
        found[key] = line if one is None else replace(
            one, before=one.before + line.before, after=one.after + line.after, amount=one.amount + line.amount,
            short=one.short + line.short,
        )  # fmt: skip
    return list(found.values())


def _is_one(line: LinePreview) -> bool:
    return line.kind in _FOLLOWS


def _replaced(own: Own, goods: Goods, pair: tuple[LinePreview, LinePreview], names: dict[str, str]) -> dict[str, str]:
    """A line and the one that takes its place."""
    old, new = pair
    was, is_now = names.get(old.sku, old.name), names.get(new.sku, new.name)
    counted = f"{_units(goods, old, old.before)} → {_units(goods, new, old.after + new.after)}" if not _is_one(old) else ""
    same = old.before == old.after + new.after
    text = "" if old.sku == new.sku and same else counted if was == is_now else f"{was} → {is_now}"
    if was != is_now and not same:
        text += f" ({counted})"
    return _row(own, is_now, text, old.amount + new.amount, _late(goods, new))


def _row(own: Own, name: str, text: str, amount: int, late: str) -> dict[str, str]:
    sign = "+" if amount > 0 else ""
    return {"name": name, "text": text, "late": late, "amount": f"{sign}{own.money(amount)}" if amount else own.money(0)}


def _units(goods: Goods, line: LinePreview, count: int) -> str:
    unit = goods.unit_of_sku(line.sku)
    return plain_quantity(count, unit) + ("" if unit.code in ("piece", "pair", "set") else f" {unit.code}")


def _late(goods: Goods, line: LinePreview) -> str:
    if not line.short:
        return ""
    return _("{count} of them have to be waited for").format(count=_units(goods, line, line.short))


def _totals(own: Own, shown: ChangePreview) -> list[tuple[str, str, str, bool]]:
    names = {"goods": _("Goods"), "discount": _("Discount"), "shipping": _("Shipping"), "tax": _("Tax"), "total": _("Total")}
    if own.order.prices_include_tax:
        del names["tax"]
    pairs = [(name, label, getattr(shown.before, name), getattr(shown.after, name)) for name, label in names.items()]
    return [
        (label, _amount(own, name, before), _amount(own, name, after), name == "total")
        for name, label, before, after in pairs
        if before or after or name == "total"
    ]


def _amount(own: Own, name: str, amount: int) -> str:
    return own.money(-amount if name == "discount" else amount)


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _due(own: Own, shown: ChangePreview) -> str:
    if shown.due <= 0:
        return _("Nothing more is to be paid.") if shown.difference > 0 else ""
    return _("{amount} is then to be paid.").format(amount=own.money(shown.due))


def _back(own: Own, shown: ChangePreview) -> str:
    back = shown.refund_due - shown.refund_disputed if shown.difference < 0 else 0
    return goes_back(own, back) if back > 0 else ""


def _held(own: Own, goods: Goods, shown: ChangePreview) -> str:
    """What becomes of money that a firm holds and has not taken."""
    held = goods.standing.receivable.authorized
    if not held or shown.difference >= 0:
        return ""
    left = min(held, shown.due)
    if not left:
        return _("{amount} that is held is let go.").format(amount=own.money(held))
    return _("Of {held} that is held, only {amount} is taken.").format(held=own.money(held), amount=own.money(left))


def goes_back(own: Own, amount: int) -> str:
    """That an amount goes back, and which way."""
    ways = ways_back(own)
    if not ways:
        return _("{amount} goes back to you.").format(amount=own.money(amount))
    return _("{amount} goes back the way you paid: {ways}.").format(amount=own.money(amount), ways=ways)


def ways_back(own: Own) -> str:
    """By what the order was paid, in the reader's words."""
    paid = payments_of("order", [own.order.id]).get(own.order.id, [])
    there = [one for one in paid if any(share.free > 0 or share.held for share in one.shares)]
    return ", ".join(dict.fromkeys(one.means or named_method(one.gateway, TAGS[own.reader.language]) for one in there))


def _on_its_way(own: Own, shown: ChangePreview) -> str:
    """What becomes of money that was on its way back before."""
    told = []
    if shown.refund_withdrawn:
        text = _("{amount} that was to go back has not been sent yet, and pays for this.")
        told.append(text.format(amount=own.money(shown.refund_withdrawn)))
    if shown.refund_missed:
        text = _("{amount} is on its way back to you already, so it is to be paid again.")
        told.append(text.format(amount=own.money(shown.refund_missed)))
    return " ".join(told)


def day_of(own: Own, moment: datetime) -> str:
    """The day of a moment by the shop's clock, as people say it."""
    return own.reader.day(moment.astimezone(ZoneInfo(own.reader.front.channel.time_zone)).date())


def _ships(own: Own, shown: ChangePreview) -> str:
    """When it leaves, where that is another day than before."""
    before, then = own.order.promised_at, shown.promised_at
    if then == before or not any(line.after for line in shown.lines):
        return ""
    if then is None:
        return _("When it is sent is not known yet.")
    if before is not None and day_of(own, before) == day_of(own, then):
        return ""
    return _("Sent by {day}").format(day=day_of(own, then))
