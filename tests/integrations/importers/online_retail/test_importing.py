"""A small file told to everybody's commands, and what is in the books afterwards."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from dingdan.automation.setup import create_tenant
from dingdan.integrations.importers.findings import UnreadableFile
from dingdan.integrations.importers.report import ImportReport, ImportRequest, Sums
from dingdan.integrations.importers.running import run
from dingdan.kernel.models import JournalEntry, Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.queries import stock
from dingdan.ledgers.payments.models import Payable, Receivable
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.customers.queries import customers_by_identity
from dingdan.trade.aftersales.models import Return
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.models import Order
from dingdan.trade.settlement.models import CreditNote, Invoice
from tests import kit
from tests.conftest import Shop
from tests.integrations.importers.conftest import RETAIL_HEADER, Bring, WriteRetail, journal_size
from tests.integrations.importers.online_retail.test_planning import row

LIFE = (
    # the first day: three orders, one of them of a guest, one of services only
    row("1", "A", 6, "2.55"),
    row("1", "BB", 4, "1.00"),
    row("1", "POST", 1, "18.00", text="POSTAGE"),
    row("2", "A", 10, "2.55", customer=""),
    row("3", "M", 1, "5.00", customer="9"),
    # part of one is canceled before it leaves, with the postage, which is credited after the invoice
    row("C4", "A", -2, "2.55", hour=10),
    row("C4", "POST", -1, "18.00", hour=10),
    # another one is canceled whole
    row("5", "BB", 3, "1.00", hour=11),
    row("C6", "BB", -3, "1.00", hour=12),
    row("7", "A", -1, "0", customer="", hour=13, text="damaged"),
    # the second day: goods come back, once twice from one line, money without an order, stock found, costs
    row("C8", "BB", -1, "1.00", day=2),
    row("C8", "BB", -2, "1.00", day=2),
    row("C9", "ZZ", -5, "3.00", day=2, hour=10),
    row("10", "BB", 2, "0", customer="", day=2, hour=11, text="found"),
    row("C11", "AMAZONFEE", -1, "100", customer="", day=2, hour=12),
    row("A12", "B", 1, "11.06", customer="", day=2, hour=13),
    row("13", "A", 3, "0", day=2, hour=14, text="GIFT"),
)
AMOUNT = 1530 + 400 + 1800 + 2550 + 500 - 510 - 1800 + 300 - 300 - 300 - 1500 - 10_000 + 1_106


def orders() -> dict[str, Order]:
    return {str(order.external_id): order for order in Order.objects.select_related("customer", "ship_to")}


def statuses() -> dict[str, str]:
    by_id = dict(Receivable.objects.filter(document_kind="order").values_list("document_id", "payment_status"))
    return {number: by_id[order.id] for number, order in orders().items()}


def levels() -> dict[str, tuple[int, int]]:
    return {line.sku: (line.on_hand, line.reserved) for line in stock()}


class Life:
    """A shop into which LIFE was brought, made once for all tests that only look."""

    def __init__(self, folder: Path) -> None:
        self.tenant: Tenant = create_tenant(f"shop-{secrets.token_hex(6)}", "A shop")
        self.path = folder / "retail.csv"
        self.path.write_text("\n".join([RETAIL_HEADER, *LIFE, ""]))
        self.exceptions = folder / "exceptions.csv"
        with tenant_scope(self.tenant.id):
            self.report = self.brought()

    def brought(self) -> ImportReport:
        """Bring it over, or over again."""
        request = ImportRequest(file=self.path, format="online-retail", exceptions=self.exceptions)
        return run(self.tenant, request, Console(file=io.StringIO()))


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return Life(tmp_path_factory.mktemp("life"))


@pytest.fixture
def life(told_once: Life) -> Iterator[Life]:
    """LIFE as it is in the books, in whose shop the test looks around."""
    with tenant_scope(told_once.tenant.id):
        yield told_once


def test_it_works(life: Life) -> None:
    report = life.report
    assert report.sums == {"GBP": Sums(file=AMOUNT, imported=AMOUNT + 10_000 - 1_106, reported=-10_000 + 1_106)}
    assert report.documents == {
        "sales": 5, "cancellations": 2, "dispatches": 4, "losses": 1, "returns": 1, "finds": 2, "credit_notes": 2, "expenses": 1,
        "bad_debts": 1,
    }  # fmt: skip
    assert (report.lines, report.findings, report.left_out, report.refused) == (17, {"expense": 1, "bad_debt": 1}, 2, 0)
    assert (report.adds_up, report.complete) == (True, False)
    # A: 16 sold, 1 damaged before 2 come back … the least that must be there; ZZ only ever came back.
    assert (report.facts["opening_units"], report.facts["opening_skus"]) == (25, 2)
    assert kit.breaches() == []


def test_orders_are_whole_and_told_at_their_own_times(life: Life) -> None:
    found = orders()
    assert {number: (order.state, order.total) for number, order in found.items()} == {
        "1": ("closed", 3220), "2": ("closed", 2550), "3": ("closed", 500), "5": ("canceled", 0), "13": ("closed", 0),
    }  # fmt: skip
    # What was sold is in the lines; what an order says is what was not canceled of them.
    sold = {number: sum(line.total for line in order.lines.all()) for number, order in found.items()}
    assert sold == {"1": 3730, "2": 2550, "3": 500, "5": 300, "13": 0}
    assert statuses() == {"1": "partly_refunded", "2": "paid", "3": "paid", "5": "refunded", "13": "nothing_due"}
    first = found["1"]
    assert first.placed_at == datetime(2010, 12, 1, 9, tzinfo=ZoneInfo("Europe/London"))
    assert (first.quiet, first.expires_at, first.ship_to.country) == (True, None, "GB")
    assert first.customer_id == customers_by_identity("online-retail", ["17850"])["17850"]
    assert (found["2"].customer_id, found["2"].ship_to.name) == (None, "Guest")
    left = set(Shipment.objects.values_list("state", "shipped_at", "delivered_at"))
    assert {(state, shipped.astimezone(ZoneInfo("Europe/London")).hour) for state, shipped, _delivered in left if shipped} == {
        ("delivered", 21)
    }


def test_what_left_is_invoiced_and_what_came_back_is_credited(life: Life) -> None:
    assert {one.external_number: (one.total, one.shipping) for one in Invoice.objects.all()} == {
        "1": (3220, 1800), "2": (2550, 0), "3": (500, 0), "13": (0, 0),
    }  # fmt: skip
    notes = {(one.external_number, one.cause): one.total for one in CreditNote.objects.all()}
    assert notes == {("C4", "correction"): 1800, ("C8", "return"): 300, ("C9", "standalone"): 1500}
    (back,) = Return.objects.prefetch_related("lines")
    assert (back.external_number, back.state, [(line.quantity, line.refund) for line in back.lines.all()]) == (
        "C8", "closed", [(3, 300)],
    )  # fmt: skip
    (owed,) = Payable.objects.filter(kind="credit_note")
    assert (owed.amount, owed.paid) == (1500, 1500)


def test_stock_ends_where_the_file_ends(life: Life) -> None:
    assert levels() == {"A": (0, 0), "BB": (8, 0), "ZZ": (5, 0)}


def test_nobody_is_told_and_nothing_expires(life: Life) -> None:
    told = JournalEntry.objects.filter(actor_kind="import")
    assert (told.filter(quiet=False).count(), told.exclude(actor_id="online-retail").count()) == (0, 0)


def test_what_stays_out_is_listed_in_a_file(life: Life) -> None:
    with Path(life.report.exceptions).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(one["line"], one["document"], one["code"], one["amount"], one["what became of it"]) for one in rows] == [
        ("16", "C11", "expense", "-10000", "stayed out"),
        ("0", "A12", "bad_debt", "1106", "stayed out"),
    ]


def test_a_second_run_finds_everything_done(life: Life) -> None:
    first, size = life.report, journal_size()
    second = life.brought()
    assert journal_size() == size
    # What was told before is counted; only the price list is asked once more whether it is there.
    assert (second.sums, second.documents, second.commands) == (first.sums, first.documents, 1)


def test_a_longer_file_adds_what_is_new_and_only_what_its_opening_needs_more(bring: Bring, retail: WriteRetail) -> None:
    bring(retail(*LIFE[:10]))
    assert levels()["A"] == (1, 0)
    longer = bring(retail(*LIFE, row("14", "A", 100, "1.00", day=3), row("C15", "A", -100, "1.00", day=4)))
    whole = bring(retail(*LIFE, row("14", "A", 100, "1.00", day=3), row("C15", "A", -100, "1.00", day=4)))

    assert longer.facts["opening_units"] == 25 + 100
    assert levels() == {"A": (100, 0), "BB": (8, 0), "ZZ": (5, 0)}
    assert (whole.sums, kit.breaches()) == (longer.sums, [])


def test_a_dry_run_writes_nothing_and_tells_the_same(bring: Bring, retail: WriteRetail, shop: Shop, told_once: Life) -> None:
    path, size = retail(*LIFE), journal_size()
    dry = bring(path, dry_run=True)
    assert (journal_size(), Order.objects.count(), dry.commands) == (size, 0, 0)
    wet = told_once.report
    assert (dry.sums, dry.documents, dry.findings, dry.facts) == (wet.sums, wet.documents, wet.findings, wet.facts)
    assert str(dry).startswith("would import 17 lines as 5 sales")


def test_an_order_above_the_thousand_lines_of_the_largest_invoice(bring: Bring, retail: WriteRetail) -> None:
    report = bring(retail(*(row("1", f"SKU{number}", 1, "1.00") for number in range(1_114))))
    assert (report.complete, report.sums["GBP"].imported) == (True, 111_400)


def test_a_channel_that_is_not_there_or_sells_in_other_money_is_refused(bring: Bring, retail: WriteRetail, shop: Shop) -> None:
    save_channel(shop.call(), channel=ChannelDraft(code="euro", name="Euro", currency="EUR"))
    size = journal_size()
    with pytest.raises(UnreadableFile, match="There is no channel nowhere"):
        bring(retail(*LIFE), channel="nowhere")
    with pytest.raises(UnreadableFile, match="sells in EUR, the file is in GBP"):
        bring(retail(*LIFE), channel="euro")
    assert journal_size() == size
