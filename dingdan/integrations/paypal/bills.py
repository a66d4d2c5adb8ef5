"""PayPal's bill of a day: what its transaction search tells, a page at a time. A day is one of UTC's.

PayPal says until when its list is whole, which is some hours ago: a day that is not in it yet has no bill. Money stays in the
balance at PayPal until it is withdrawn, so that no movement is in a payout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from dingdan.integrations.paypal.amounts import CURRENCIES, minor
from dingdan.integrations.paypal.client import Client
from dingdan.integrations.paypal.errors import Refused, Silence
from dingdan.kernel import clock
from dingdan.ledgers.payments.ports import BillKind, BillLine, BillNotReady
from dingdan.masterdata.methods.queries import credentials

_PAGE: Final = 500
_KINDS: Final = {
    "T00": BillKind.PAYMENT,
    "T01": BillKind.FEE,
    "T03": BillKind.OTHER,
    "T04": BillKind.PAYOUT,
    "T12": BillKind.DISPUTE,
}
_EXACT: Final = {"T1106": BillKind.DISPUTE, "T1107": BillKind.REFUND}
_HOLDS: Final = ("T13", "T15", "T21")
"""Holds and what lets them go: nothing moves."""


class PayPalBilling:
    """Streams the bills of accounts at PayPal."""

    def bill(self, account_id: UUID, day: date) -> Iterator[BillLine]:
        """Everything that moved on a day of UTC. Refuses `BillNotReady` while PayPal's list does not reach so far."""
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        account = credentials(account_id)
        if account is None or clock.now() < begin + timedelta(days=1):
            raise BillNotReady(day=day)
        try:
            yield from _lines(Client(account), begin)
        except (Silence, Refused) as error:
            raise BillNotReady(day=day) from error


def _lines(client: Client, begin: datetime) -> Iterator[BillLine]:
    last = begin + timedelta(days=1, seconds=-1)
    page = pages = 1
    while page <= pages:
        question = urlencode(
            {
                "start_date": _written(begin),
                "end_date": _written(last),
                "fields": "transaction_info",
                "page_size": _PAGE,
                "page": page,
            }
        )
        told = client.ask("GET", f"/v1/reporting/transactions?{question}")
        if (until := told.get("last_refreshed_datetime")) and datetime.fromisoformat(str(until)) < last:
            raise Silence("not_refreshed")
        for one in told.get("transaction_details") or ():
            line = _line(one.get("transaction_info") or {})
            if line is not None:
                yield line
        page, pages = page + 1, int(told.get("total_pages") or 1)


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _line(told: Mapping[str, Any]) -> BillLine | None:
    """A line; None for what is only held, is not through, or is in a currency that is none of ours."""
    code = str(told.get("transaction_event_code", ""))
    money = told.get("transaction_amount") or {}
    currency = str(money.get("currency_code", ""))
    if told.get("transaction_status") != "S" or code.startswith(_HOLDS) or currency not in CURRENCIES:
        return None
    kind = _EXACT.get(code) or _KINDS.get(code[:3], BillKind.OTHER)
    is_of_order = told.get("paypal_reference_id_type") == "ODR"
    return BillLine(
        kind=kind,
        reference=_reference(kind, code, str(told["transaction_id"])),
        amount=_signed(money, currency),
        currency=currency,
        at=datetime.fromisoformat(str(told["transaction_initiation_date"])),
        fee=-_signed(told.get("fee_amount") or {"value": "0"}, currency),
        payment_reference=str(told.get("paypal_reference_id", "")) if is_of_order else "",
        key=_key(told.get({BillKind.PAYMENT: "invoice_id", BillKind.REFUND: "custom_field"}.get(kind, ""))),
    )


def _reference(kind: BillKind, code: str, name: str) -> str:
    """A dispute and what becomes of it have one name at PayPal; each is a line of its own."""
    return f"{name}:{code}" if kind == BillKind.DISPUTE and code != "T1201" else name


def _signed(money: Mapping[str, Any], currency: str) -> int:
    text = str(money.get("value", ""))
    amount = minor(text.removeprefix("-"), currency)
    if amount is None:
        raise Silence("amount_not_readable")
    return -amount if text.startswith("-") else amount


def _key(text: object) -> str:
    try:
        return str(UUID(str(text)))
    except ValueError:
        return ""
