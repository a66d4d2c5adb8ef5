"""Payment methods that a shop offers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dingdan.masterdata.methods.commands import save_payment_method
from dingdan.masterdata.methods.rules import PaymentMethodDraft
from tests.conftest import Shop


def offer(shop: Shop, code: str, **said: Any) -> UUID:
    """The shop offers a method; returns its id."""
    draft = PaymentMethodDraft(**{"code": code, "gateway": code, "name": code.replace("_", " ").title(), **said})
    return save_payment_method(shop.call(), method=draft).payment_method_id
