"""The worked examples of docs/promotions.md as the program reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from dingdan.kernel.money import Rounding, exponent, plain
from dingdan.masterdata.pricing.rules import LineInput, PricedLine, PricedOrder, ShippingInput, Tax, TaxPart, price_lines
from dingdan.masterdata.promotions.rules import (
    Cart,
    CartLine,
    Promotion,
    PromotionDraft,
    Tier,
    Worked,
    clean_promotion,
    promotion_of,
    work_out,
)

PAGE = Path(__file__).resolve().parents[3] / "docs" / "promotions.md"
CART = re.compile(r"Cart: ([A-Z]{3}), prices (with|without) tax((?:, [^,|\n]+)*)\.\n")
_PROMOTION = re.compile(r"^- `([a-z0-9-]+)`: `(.+)`$", re.MULTILINE)
_BACK = re.compile(r"^Back: (\d+) of (\S+) for ([\d.]+)\.$", re.MULTILINE)
_TABLE = re.compile(r"((?:\|.*\n)+)")
_SEVERAL = ("coupons", "skus", "not_skus", "categories", "others", "channels", "groups", "tags", "combines")
_WHOLE = ("buy", "get", "least_quantity", "priority", "most_uses", "most_each")
_AMOUNT = ("amount", "most_off", "least_amount")
_TICK = ("first_order", "exclusive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example: its promotions, its cart, and what the page says comes of it."""

    title: str
    currency: str
    gross: bool
    promotions: tuple[PromotionDraft, ...]
    rows: tuple[tuple[str, ...], ...]
    said: Mapping[str, str]
    given: str = ""
    refused: str = ""
    back: tuple[tuple[int, str, str], ...] = ()
    lines: tuple[tuple[str, ...], ...] = field(default=())


def examples(page: str) -> Iterator[Example]:
    """The examples of the page in their order: the sections that have a cart."""
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        found = CART.search(section)
        if found is None:
            continue
        currency, gross = found[1], found[2] == "with"
        said = dict(one.strip().split(" ", 1) for one in found[3].split(",") if one.strip())
        table = _TABLE.search(section, found.end())
        assert table is not None
        rows = tuple(tuple(cell.strip() for cell in row.strip("|").split("|")) for row in table[1].splitlines()[2:])
        yield Example(
            title=section.splitlines()[0], currency=currency, gross=gross,
            promotions=tuple(_draft(code, text, currency) for code, text in _PROMOTION.findall(section)),
            rows=rows, lines=tuple(row for row in rows if row[1]), said=said, given=_line(section, "Given"),
            refused=_line(section, "Refused"),
            back=tuple((int(units), sku, amount) for units, sku, amount in _BACK.findall(section)),
        )  # fmt: skip


def _line(section: str, word: str) -> str:
    found = re.search(rf"^{word}: (.+)\.$", section, flags=re.MULTILINE)
    return found[1] if found else ""


def _minor(text: str, currency: str) -> Decimal:
    return Decimal(text).scaleb(exponent(currency))


def _draft(code: str, text: str, currency: str) -> PromotionDraft:
    said: dict[str, Any] = {"code": code, "name": code.upper()}
    for part in text.split("; "):
        name, _space, value = part.partition(" ")
        said[name] = _value(name, value, currency)
    if any(name in said for name in _AMOUNT) or said["gives"] == "by_value" or "." in str(text):
        said["currencies"] = (currency,)
    return clean_promotion(PromotionDraft(**said))


def _value(name: str, text: str, currency: str) -> Any:
    if name in _SEVERAL:
        return tuple(text.split(", "))
    if name in _WHOLE:
        return int(text)
    if name in _AMOUNT:
        return int(_minor(text, currency))
    if name in _TICK:
        return text == "yes"
    if name == "percent":
        return _percent(text)
    if name in ("starts_on", "ends_on"):
        return date.fromisoformat(text)
    if name == "bundle":
        return {sku: int(count) for sku, count in (one.split(" ") for one in text.split(", "))}
    return tuple(_tier(one, currency) for one in text.split(", ")) if name == "tiers" else text


def _tier(text: str, currency: str) -> Tier:
    least, _colon, off = text.partition(": ")
    start = int(_minor(least, currency)) if "." in least else int(least)
    return Tier(least=start, percent=_percent(off)) if "%" in off else Tier(least=start, amount=int(_minor(off, currency)))


def _percent(text: str) -> Decimal:
    return Decimal(text.removesuffix("%").strip()) / 100


def _tax(percent: str) -> Tax:
    rounding: Rounding = "half_up"
    return Tax((TaxPart("tax", _percent(percent)),), rounding)


def worked(example: Example) -> tuple[Worked, PricedOrder]:
    """What promotions give to the example's cart, and what the order then costs."""
    inputs = [
        LineInput(row[0], int(row[1]), _minor(row[2], example.currency), _tax(row[3])) for row in example.lines
    ]  # fmt: skip
    before = price_lines(inputs, currency=example.currency, prices_include_tax=example.gross)
    freight = int(_minor(example.said.get("shipping", "0"), example.currency))
    cart = Cart(
        channel=example.said.get("channel", "web"), currency=example.currency,
        on=date.fromisoformat(example.said.get("on", "2026-11-11")),
        lines=tuple(
            CartLine(
                key=line.key, sku=line.key, quantity=line.quantity, amount=line.goods,
                shelves=_shelves(example.said.get("shelves", ""), line.key),
            )
            for line in before.lines
        ),
        freight=freight, is_known="buyer" in example.said, group=example.said.get("group", ""),
        tags=frozenset(example.said.get("tags", "").split()), first_order=example.said.get("buyer") == "new",
    )  # fmt: skip
    every = [promotion_of(draft) for draft in example.promotions]
    known = {coupon: one for draft, one in zip(example.promotions, every, strict=True) for coupon in draft.coupons}
    typed: Mapping[str, Promotion | None] = {coupon: known.get(coupon) for coupon in example.said.get("coupons", "").split()}
    got = work_out(cart, every, coupons=typed)
    priced = price_lines(
        [LineInput(one.key, one.quantity, one.unit_price, one.tax, got.shares.get(one.key, 0)) for one in inputs],
        currency=example.currency, prices_include_tax=example.gross,
        shipping=ShippingInput(freight, got.freight) if freight else None,
    )  # fmt: skip
    return got, priced


def _shelves(told: str, sku: str) -> frozenset[str]:
    """The categories of an article, as the cart says them: SKUs, each with its categories after it."""
    words = told.split()
    return frozenset(dict(zip(words[::2], words[1::2], strict=True)).get(sku, "").split("/")) - {""}


def rows_of(example: Example, priced: PricedOrder) -> list[tuple[str, ...]]:
    """The rows of the example's table, as they come out."""

    def cells(line: PricedLine) -> tuple[str, ...]:
        percent = f"{(line.tax_rate * 100).normalize():f} %"
        return (percent, *(plain(amount, example.currency) for amount in (line.goods, line.discount, line.tax, line.total)))

    found = [
        (row[0], row[1], row[2], *cells(line)) for row, line in zip(example.lines, priced.lines, strict=True)
    ]  # fmt: skip
    found += [("shipping", "", "", *cells(line)) for line in priced.shipping]
    sums = (priced.goods + priced.freight, priced.discount, priced.tax, priced.total)
    return [*found, ("all", "", "", "", *(plain(amount, example.currency) for amount in sums))]


def given_of(example: Example, got: Worked) -> str:
    """What was given, as the page says it: codes and amounts, in the order in which they were worked out."""
    return ", ".join(f"{one.promotion.code} {plain(one.off, example.currency)}" for one in got.given) or "nothing"
