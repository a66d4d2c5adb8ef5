"""Money that came and went, and tax: from postings, invoices and credit notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from dingdan.insight.reports.layout import Asked, Column, Head, Kind, Line, Picture, Report, Where, place_in, share
from dingdan.insight.rollups import facts, queries
from dingdan.masterdata.channels.queries import all_channels

VAULTS: Final = ("cash", "bank", "gateway", "carrier", "store_credit", "gift_card")
_CAME: Final = ("received", "unapplied")
_WENT: Final = ("refunded", "unapplied_refunded", "paid_to_customer")
_CAME_BACK: Final = ("refund_returned", "unapplied_refund_returned")
SIGNS: Final[dict[str, tuple[str, int]]] = {
    **{f"{vault}_{what}": ("received", 1) for vault in VAULTS for what in _CAME},
    **{f"{vault}_{what}": ("refunded", 1) for vault in VAULTS for what in _WENT},
    **{f"{vault}_{what}": ("refunded", -1) for vault in VAULTS for what in _CAME_BACK},
    "gateway_fee_kept": ("fees", 1),
    "carrier_fee_kept": ("fees", 1),
    "dispute_fee_charged": ("fees", 1),
    "gateway_fee_returned": ("fees", -1),
    "dispute_opened": ("disputed", 1),
    "dispute_won": ("disputed", -1),
}
"""As what the postings of a rule are reported; all other rules move nothing to or from a payer."""
_NAMES: Final = ("payments", "received", "refunds", "refunded", "fees", "disputed")
FIGURES: Final = (
    Column("payments", _("Payments")),
    Column("received", _("Received"), Kind.MONEY),
    Column("refunds", _("Refunds")),
    Column("refunded", _("Given back"), Kind.MONEY),
    Column("refunded_share", _("Given back in a hundred"), Kind.SHARE, share("refunded", "received")),
    Column("fees", _("Fees"), Kind.MONEY),
    Column("disputed", _("Disputed"), Kind.MONEY),
    Column("left", _("Left"), Kind.MONEY, lambda line: line["received"] - line["refunded"] - line["fees"] - line["disputed"]),
)
_TIMES: Final = {"received": "payments", "refunded": "refunds"}


def _summed(asked: Asked, column: str) -> dict[Any, dict[str, int]]:
    """Postings by a column, as what they are reported."""
    found: dict[Any, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_NAMES, 0))
    for row in queries.postings_by(column, "rule", period=asked.period, currency=asked.currency):
        if row["rule"] in SIGNS:
            name, sign = SIGNS[row["rule"]]
            found[row[column]][name] += sign * int(row["amount"])
            if name in _TIMES:
                found[row[column]][_TIMES[name]] += sign * int(row["times"])
    return found


def _by_day(asked: Asked) -> Iterator[Line]:
    """Every day of the period, also those on which no money moved."""
    found = _summed(asked, "counted_on")
    for day in asked.period.each_day():
        yield Line((day,), found.get(day) or dict.fromkeys(_NAMES, 0), key=place_in(asked.period, day))


def _by_method(asked: Asked) -> Iterator[Line]:
    for method, figures in sorted(_summed(asked, "method").items(), key=lambda item: (-item[1]["received"], item[0])):
        yield Line((method,), figures, key=method)


PAYMENTS_BY_DAY: Final = Report(
    name="payments-by-day",
    group=_("Money"),
    title=_("Payments by day"),
    lead=_("Money of payers that came and went back, on the day on which it was booked."),
    heads=(Head("day", _("Day"), Kind.DAY),),
    columns=FIGURES,
    ask=_by_day,
    picture=Picture.COLUMNS,
    drawn="received",
)
PAYMENTS_BY_METHOD: Final = Report(
    name="payments-by-method",
    group=_("Money"),
    title=_("Payments by method"),
    lead=_("By what payers paid. Fees are those that firms and carriers kept."),
    heads=(Head("method", _("Method"), Kind.METHOD),),
    columns=FIGURES,
    ask=_by_method,
    picture=Picture.BARS,
    drawn="received",
)

# ── tax ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
_TAXED: Final = (
    Column("invoiced_base", _("Invoiced without tax"), Kind.MONEY),
    Column("invoiced_tax", _("Tax on invoices"), Kind.MONEY),
    Column("credited_base", _("Credited without tax"), Kind.MONEY),
    Column("credited_tax", _("Tax on credit notes"), Kind.MONEY),
    Column("base", _("Without tax"), Kind.MONEY, lambda line: line["invoiced_base"] - line["credited_base"]),
    Column("tax", _("Tax"), Kind.MONEY, lambda line: line["invoiced_tax"] - line["credited_tax"]),
)


def _tax(asked: Asked, *columns: str) -> list[tuple[dict[str, Any], dict[str, int]]]:
    """Rows by some columns, and their figures."""
    rows = queries.tax_by(*columns, period=asked.period, currency=asked.currency, channel_id=asked.channel_id)
    return [(row, {name: int(row[name]) for name in facts.TAX.figures}) for row in rows]


def _tax_by_day(asked: Asked) -> Iterator[Line]:
    """Every day of the period, also those without a paper."""
    found = {row["counted_on"]: figures for row, figures in _tax(asked, "counted_on")}
    for day in asked.period.each_day():
        figures = found.get(day, dict.fromkeys(facts.TAX.figures, 0))
        yield Line((day,), figures, _papers(day, day), place_in(asked.period, day))


def _tax_by_rate(asked: Asked) -> Iterator[Line]:
    where = _papers(asked.period.first, asked.period.last)
    for row, figures in _tax(asked, "name", "rate"):
        yield Line((row["name"], row["rate"]), figures, where, (row["name"], row["rate"]))


def _tax_by_channel(asked: Asked) -> Iterator[Line]:
    names = {one.id: one.name for one in all_channels()}
    for row, figures in _tax(asked, "channel_id", "name", "rate"):
        key = (row["channel_id"], row["name"], row["rate"])
        about = (names.get(row["channel_id"], ""), row["name"], row["rate"])
        yield Line(about, figures, _papers(asked.period.first, asked.period.last), key)


def _papers(first: date, last: date) -> Where:
    """The invoices of some days, as their list finds them."""
    return Where("invoices", {"issued_from": first.isoformat(), "issued_until": last.isoformat()})


_LEAD: Final = _("From invoices and credit notes, by the day that stands on them.")
TAX_BY_RATE: Final = Report(
    name="tax-by-rate",
    group=_("Tax"),
    title=_("Tax by rate"),
    lead=_LEAD,
    heads=(Head("name", _("Tax")), Head("rate", _("Rate"), Kind.SHARE)),
    columns=_TAXED,
    ask=_tax_by_rate,
    picture=Picture.BARS,
    drawn="tax",
    by_channel=True,
)
TAX_BY_DAY: Final = Report(
    name="tax-by-day",
    group=_("Tax"),
    title=_("Tax by day"),
    lead=_LEAD,
    heads=(Head("day", _("Day"), Kind.DAY),),
    columns=_TAXED,
    ask=_tax_by_day,
    picture=Picture.COLUMNS,
    drawn="tax",
    by_channel=True,
)
TAX_BY_CHANNEL: Final = Report(
    name="tax-by-channel",
    group=_("Tax"),
    title=_("Tax by channel"),
    lead=_LEAD,
    heads=(Head("channel", _("Channel")), Head("name", _("Tax")), Head("rate", _("Rate"), Kind.SHARE)),
    columns=_TAXED,
    ask=_tax_by_channel,
    picture=Picture.BARS,
    drawn="tax",
    by_channel=True,
)
