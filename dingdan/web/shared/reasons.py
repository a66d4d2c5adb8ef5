"""Why orders wait, as the doors tell it."""

from __future__ import annotations

from dingdan.kernel.money import Money
from dingdan.trade.review.models import Finding
from dingdan.trade.review.rules import sentence


def reason(finding: Finding, locale: str) -> str:
    """What was found, in the active language, with amounts as readers of that locale write them."""
    return sentence(finding.kind, finding.facts, money=lambda amount, currency: Money(amount, currency).format(locale))
