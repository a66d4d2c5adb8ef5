"""Returns and claims of an order: how far each is, what is to be done, what is given back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dingdan.automation.carriers import tracking_url
from dingdan.automation.imprint import place_lines
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.trade.aftersales.models import Return
from dingdan.trade.orders.models import Order
from dingdan.web.storefront.own.facts import Facts
from dingdan.web.storefront.own.goods import articles_of
from dingdan.web.storefront.own.opening import Own
from dingdan.web.storefront.own.words import counted, on_day


def returns_told(own: Own, facts: Facts) -> list[dict[str, Any]]:
    """The returns, the newest first."""
    return [_return(own, facts, one) for one in reversed(facts.returns)]


def _return(own: Own, facts: Facts, one: Return) -> dict[str, Any]:
    lines = list(one.lines.all())
    waits = one.state == "authorized"
    is_known = one.state in ("inspected", "closed") or (one.refund_at == "scan" and one.scanned_at is not None)
    refund, fee = sum(line.refund for line in lines), sum(line.fee for line in lines)
    return {
        "number": one.number, "state": how_far(one), "tone": _TONES.get(one.state, "calm"),
        "goods": _goods(own, facts, [(line.order_line_id, line.quantity) for line in lines]),
        "is_to_send": waits and not one.scanned_at, "where": _where(own) if waits else [],
        "label": _safe(one.label_url) if waits else "",
        "carrier": one.carrier, "tracking": one.tracking_number, "tracking_url": tracking_url(one.carrier, one.tracking_number),
        "due_back": on_day(own.reader, one.due_back_at) if waits and one.due_back_at else "",
        "refund": own.money(refund) if is_known else "", "fee": own.money(fee) if is_known and fee else "",
        "files": _files(own, facts, one.id),
        "off": own.at("returns", str(one.id), "call-off") if waits and not one.scanned_at and not one.is_ahead else "",
        "follow_up": _number(one.follow_up_id),
    }  # fmt: skip


def how_far(one: Return) -> str:
    """How far a return is, in plain words."""
    if one.state == "authorized":
        return _("On its way to us") if one.scanned_at else _("Please send it back")
    words = {
        "received": _("Arrived here; we look at it"), "inspected": _("Done"), "closed": _("Done"),
        "canceled": _("Called off"), "lapsed": _("It did not arrive in time"),
    }  # fmt: skip
    return words.get(one.state, "")


_TONES = {"authorized": "waits", "inspected": "good", "closed": "good", "canceled": "over", "lapsed": "over"}


def _where(own: Own) -> list[str]:
    """Where it is sent back to: the shop, as it is by law; nothing where nobody said where that is."""
    profile = profile_in_force()
    if profile is None:
        return []
    country = profile.address.get("country_code", "")
    lines = place_lines(profile.address, country, own.reader.locale)
    return [profile.legal_name or profile.name, *lines] if len(lines) > 1 else []


def _safe(url: str) -> str:
    """A label's address, where a browser may go there."""
    return url if url.startswith(("https://", "http://")) else ""


def _number(order_id: UUID | None) -> str:
    return Order.objects.filter(id=order_id).values_list("number", flat=True).first() or "" if order_id else ""


def _goods(own: Own, facts: Facts, units: list[tuple[UUID, int]]) -> list[str]:
    rows = {line_id: facts.stands.rows[line_id] for line_id, _quantity in units if line_id in facts.stands.rows}
    names = articles_of(own.reader, facts.variants, list(rows.values()))
    variants = {id_: facts.variants.get(row.variant_id) if row.variant_id else None for id_, row in rows.items()}
    return [f"{counted(quantity, variants[id_])} × {names[id_].name}" for id_, quantity in units if id_ in rows]


def _files(own: Own, facts: Facts, about_id: UUID) -> list[tuple[str, str]]:
    """What hangs on it: the name of each file, and where it is."""
    return [(file.name, own.at("files", str(file.id))) for file in facts.files.get(about_id, ()) if file.erased_at is None]


def claim_words(state: str) -> tuple[str, str]:
    """How far a claim is, in plain words, and in which tone."""
    words = {
        "filed": (_("We look into it"), "calm"), "replacing": (_("We send you another one"), "good"),
        "resolved": (_("Done"), "good"), "denied": (_("Not granted"), "over"), "withdrawn": (_("Withdrawn"), "over"),
    }  # fmt: skip
    return words[state]


def claims_told(own: Own, facts: Facts) -> list[dict[str, Any]]:
    """The claims, the newest first."""
    return [
        {
            "number": one.number, "state": claim_words(one.state)[0], "tone": claim_words(one.state)[1],
            "goods": _goods(own, facts, [(line.order_line_id, line.quantity) for line in one.lines.all()]),
            "note": one.note, "answer": one.answer,
            "refund": own.money(refund) if (refund := sum(line.refund for line in one.lines.all())) else "",
            "files": _files(own, facts, one.id),
            "off": own.at("claims", str(one.id), "withdraw") if one.state == "filed" else "",
            "follow_up": _number(one.follow_up_id),
        }
        for one in reversed(facts.claims)
    ]  # fmt: skip
