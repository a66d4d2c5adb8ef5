"""Wordings for tests."""

from __future__ import annotations

from typing import Any

from dingdan.masterdata.wording.rules import WordingDraft


def wording(kind: str = "order_confirmed", **fields: Any) -> WordingDraft:
    """A short wording in English, with what is given said otherwise."""
    texts = {"language": "en", "subject": "Order {{ order.number }}", "heading": "Thanks", "body": "Hi {{ customer.name }}."}
    return WordingDraft(kind=kind, **(texts | fields))
