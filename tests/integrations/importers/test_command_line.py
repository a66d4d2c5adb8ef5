"""`dingdan import orders` as people and scripts use it: exit codes, JSON, and what happens when it is cut short."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dingdan.automation.setup import ensure_defaults
from dingdan.integrations.importers.online_retail import SLICE
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.orders.models import Order
from dingdan.trade.settlement.models import CreditNote, Invoice
from tests import kit
from tests.integrations.importers.conftest import WriteRetail
from tests.integrations.importers.online_retail.test_planning import row
from tests.running import typed

ROOT = Path(__file__).resolve().parents[3]


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "dingdan", "import", "orders", *map(str, arguments)]


def environ(folder: Path, database_url: str) -> dict[str, str]:
    return os.environ | {"DINGDAN_DATA": str(folder / "data"), "DATABASE_URL": database_url, "COLUMNS": "200"}


def imported(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What the command says and how it ends, in this process."""
    return typed("import", "orders", *arguments, DINGDAN_DATA=str(folder / "data"))


def test_complete_is_0_and_what_stays_out_is_1(retail: WriteRetail, tmp_path: Path) -> None:
    ensure_defaults()
    path = retail(row("901", "CLI-A", 2, "1.50"), row("902", "CLI-A", 1, "1.50"))
    whole = imported(tmp_path, path, "--format", "online-retail", "--json")
    assert (whole.returncode, json.loads(whole.stdout)["complete"]) == (0, True)
    assert json.loads(whole.stdout)["sums"] == {"GBP": {"file": 450, "imported": 450, "reported": 0}}

    part = imported(tmp_path, retail(row("C903", "AMAZONFEE", -1, "7", customer="")), "--format", "online-retail")
    assert (part.returncode, part.stdout) == (1, "")
    assert "GBP 0.00 imported + -7.00 reported = -7.00 in the file" in part.stderr
    assert (tmp_path / "data" / "imports" / "retail.csv.exceptions.csv").read_text().count("\n") == 2


def test_a_file_that_cannot_be_used_is_2(retail: WriteRetail, tmp_path: Path) -> None:
    nothing = imported(tmp_path, retail(header="a,b"), "--format", "online-retail")
    assert nothing.returncode == 2
    assert nothing.stderr.splitlines()[-1].startswith("The header has no column InvoiceNo")
    unknown = imported(tmp_path, retail(), "--format", "excel")
    assert (unknown.returncode, "There is no format excel. Choose one of: csv, online-retail, olist." in unknown.stderr) == (
        2,
        True,
    )
    assert imported(tmp_path, tmp_path / "missing.csv").returncode == 2


@pytest.mark.slow
def test_an_import_that_was_killed_goes_on_where_it_stopped(tmp_path: Path, database_url: str) -> None:
    tenant = ensure_defaults()
    arguments = (SLICE, "--format", "online-retail", "--until", "2010-12-01", "--json")
    surroundings, quiet = environ(tmp_path, database_url), subprocess.DEVNULL
    for _round in range(2):
        with tenant_scope(tenant.id):
            before = Order.objects.count()
        running = subprocess.Popen(command(*arguments), cwd=ROOT, env=surroundings, stdout=quiet, stderr=quiet)
        deadline = time.monotonic() + 120
        while running.poll() is None and time.monotonic() < deadline:
            with tenant_scope(tenant.id):
                if Order.objects.count() > before:
                    break
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
        running.wait()

    last = subprocess.run(command(*arguments), cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert last.returncode == 0, last.stderr
    told = json.loads(last.stdout)
    assert (told["complete"], told["refused"], told["lines"]) == (True, 0, 3_108)
    assert told["sums"] == {"GBP": {"file": 5_863_556, "imported": 5_863_556, "reported": 0}}
    assert (told["facts"]["opening_units"], told["facts"]["opening_skus"]) == (26_919, 1_336)
    with tenant_scope(tenant.id):
        mine = Order.objects.filter(external_id__startswith="536")
        assert (mine.count(), set(mine.values_list("state", flat=True))) == (127, {"closed"})
        # The day total once more, from what was invoiced and what was taken back of that.
        invoices = Invoice.objects.filter(order_id__in=mine.values("id")).values_list("total", flat=True)
        credited = CreditNote.objects.filter(external_number__startswith="C536").values_list("total", flat=True)
        assert sum(invoices) - sum(credited) == 5_863_556
        assert kit.breaches() == []
