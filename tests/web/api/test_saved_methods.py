"""What customers left with payment firms, over the API."""

from __future__ import annotations

from datetime import date
from typing import cast
from uuid import UUID

import pytest

from dingdan.ledgers.payments.ports import SavedMethod, SavesMethods, saving
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.masterdata.methods.commands import save_merchant_account
from tests.conftest import Shop
from tests.masterdata.methods.firm import ACCOUNT, open_for_business
from tests.web.api.client import Caller


class _Keeping:
    """A firm that keeps a card of every customer."""

    def saved(self, account_id: UUID, customer_id: UUID) -> list[SavedMethod]:
        return [SavedMethod(id="pm_1", means="visa 4242", expires_on=date(2030, 1, 31))]


def test_what_a_customer_left_with_a_firm(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    save_customer(shop.call(), customer=CustomerDraft(number="C-1"))
    asked = "/customers/C-1/saved-methods"
    with open_for_business():
        monkeypatch.setitem(saving, "pennypay", cast("SavesMethods", _Keeping()))
        assert Caller(shop).get(asked).json == []  # the shop has no account there
        save_merchant_account(shop.call(), account=ACCOUNT)
        told = [{"gateway": "pennypay", "id": "pm_1", "means": "visa 4242", "expires_on": "2030-01-31"}]
        assert Caller(shop).get(asked).json == told
