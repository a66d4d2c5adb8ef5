"""Notices of a payment firm that arrive together: how many a second are written down, beside a server that does nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import UUID

from benchmarks import load
from benchmarks.figures import ROUNDS, Figure, Rounds
from benchmarks.house import PROCESSES, House, free_port
from benchmarks.placing import BATCH, wanted
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments.commands import Towards, request_charge
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Payment, Posting
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from dingdan.trade.orders.commands import place_orders

SECONDS: Final = 4
CLIENTS: Final = 64
MOST: Final = 1_600  # a second; more are not prepared
SECRET: Final = "whsec_" + "benchmark" * 3
_SCRIPT: Final = """
local lines, at, path = {{}}, {first}, "{path}"
for line in io.lines("{file}") do lines[#lines + 1] = line end
function request()
  at = at + 1
  local signature, body = lines[(at - 1) % #lines + 1]:match("^(%S+) (.*)$")
  return wrk.format("POST", path, {{["Content-Type"] = "application/json", ["Stripe-Signature"] = signature}}, body)
end
"""


def figures(house: House) -> Iterator[Figure]:
    """Notices that a charge was paid, each about another one, ÷ requests to a server that does nothing."""
    load.require_wrk()
    with tenant_scope(house.tenant.id), tempfile.TemporaryDirectory() as folder:
        account_id = _account(house)
        charges = _charges(house, MOST * SECONDS * ROUNDS)
        path = f"/gateways/stripe/{house.tenant.id}/{account_id}/notices"
        notices, nothing = Path(folder) / "notices", Path(folder) / "nothing"
        notices.write_text("\n".join(_signed(account_id, *charge) for charge in charges) + "\n")
        nothing.write_text('- {"id":"x"}\n' * len(charges))
        told: list[int] = []

        def notice(_round: int) -> float:
            first = sum(told) + CLIENTS * len(told)  # behind those that were on their way at the end of the round before
            rate, count = _load(web.address, path, notices, first)
            told.append(count)
            return rate

        with house.serving() as web, _nothing() as empty:
            rounds = Rounds(nothing=lambda _n: _load(empty, "/nothing", nothing, 0)[0], notices=notice).run()
        captured = Payment.objects.filter(gateway="stripe", state="captured").count()
        if not sum(told) <= captured <= sum(told) + CLIENTS * ROUNDS or Posting.objects.exclude(payment=None).count() != captured:
            raise RuntimeError(f"{sum(told)} notices were answered, and {captured} charges are paid")
    yield Figure(
        name="P1", what="notices of payments, each written down with its postings ÷ requests that do nothing", unit="a second",
        value=rounds["notices"], baseline=rounds["notices"] / rounds.ratio("notices", "nothing"), goal=">= 0.5",
    )  # fmt: skip


def _account(house: House) -> UUID:
    secrets = {"secret_key": "sk_test_bench1234", "webhook_secret": SECRET}
    draft = MerchantAccountDraft(gateway="stripe", merchant="acct_bench", mode="sandbox", secrets=secrets)
    return save_merchant_account(house.call(), account=draft).merchant_account_id


def _charges(house: House, count: int) -> list[tuple[UUID, int]]:
    """So many charges that Stripe was asked for, each for an order of its own: attempt and amount."""
    charges = []
    for first in range(0, count, BATCH):
        for order in place_orders.many([(house.call(), wanted(first + number)) for number in range(BATCH)]):
            towards = (Towards(document=Document("order", order.order_id)),)  # type: ignore[union-attr]
            asked = request_charge(house.call(), gateway="stripe", currency="GBP", towards=towards)
            charges.append((asked.attempt_id, asked.amount))
    return charges


def _signed(account_id: UUID, attempt_id: UUID, amount: int) -> str:
    """The event that the charge was paid, with the signature that Stripe would put on it before it."""
    name = attempt_id.hex
    marks = {"dingdan_key": str(attempt_id), "dingdan_account": str(account_id), "dingdan_kind": "capture"}
    intent = {
        "id": f"pi_{name}", "object": "payment_intent", "amount": amount, "amount_received": amount, "currency": "gbp",
        "status": "succeeded", "latest_charge": f"ch_{name}", "metadata": marks,
    }  # fmt: skip
    event = {
        "id": f"evt_{name}",
        "object": "event",
        "livemode": False,
        "type": "payment_intent.succeeded",
        "data": {"object": intent},
    }
    body, at = json.dumps(event), int(time.time())
    signature = hmac.new(SECRET.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={signature} {body}"


def _load(address: str, path: str, file: Path, first: int) -> tuple[float, int]:
    """Requests per second, and how many were answered. Every answer is a thank-you."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        Path(script.name).write_text(_SCRIPT.format(path=path, file=file, first=first))
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "--timeout", "20s", "-s", script.name, address]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, count = re.search(r"Requests/sec:\s+([0-9.]+)", said), re.search(r"([0-9]+) requests in", said)
    if rate is None or count is None or "Non-2xx" in said:
        raise RuntimeError(said)
    return float(rate[1]), int(count[1])


@contextmanager
def _nothing() -> Iterator[str]:
    """A server that does nothing, with as many processes as the house has."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.nothing", str(port), str(PROCESSES)], stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            time.sleep(0.1)
            try:
                asked = Request(f"{address}/nothing", data=b'{"id":"x"}', headers={"Content-Type": "application/json"})  # noqa: S310
                urlopen(asked).close()  # noqa: S310
                break
            except URLError:
                continue
        yield address
    finally:
        process.terminate()
        process.wait()
