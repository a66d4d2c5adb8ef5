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

from django.db import connection

from benchmarks import load
from benchmarks.figures import ROUNDS, Figure, Rounds
from benchmarks.house import PROCESSES, House, free_port
from benchmarks.placing import BATCH, wanted
from benchmarks.runs import Processor
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments.commands import Towards, request_charge
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Payment, Posting
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from dingdan.trade.orders.commands import place_orders

SECONDS: Final = 4
CLIENTS: Final = 64
MOST: Final = 1_500  # a second; more are not prepared
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
    """Notices that a charge was paid, each about another one, ÷ requests that do nothing, with one process each and with two."""
    load.require_wrk()
    with tenant_scope(house.tenant.id), tempfile.TemporaryDirectory() as folder:
        desk = _Desk(house, Path(folder))
        for processes in range(1, PROCESSES + 1):
            yield from _beside_nothing(desk, processes)
        desk.check()


class _Desk:
    """Charges that are asked for, and notices of them that were sent."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        self.account_id = _account(house)
        with _in_haste():
            self.charges = _charges(house, MOST * SECONDS * ROUNDS * PROCESSES)
        self.path = f"/gateways/stripe/{house.tenant.id}/{self.account_id}/notices"
        self.file, self.nothing = folder / "notices", folder / "nothing"
        self.nothing.write_text('- {"id":"x"}\n' * 1000)
        self.told: list[int] = []

    def sign(self) -> None:
        """What was signed more than five minutes ago is refused."""
        self.file.write_text("\n".join(_signed(self.account_id, *charge) for charge in self.charges) + "\n")

    def tell(self, address: str) -> float:
        """Notices per second."""
        first = sum(self.told) + CLIENTS * len(self.told)  # behind those that were on their way at the end of the round before
        rate, count = _load(address, self.path, self.file, first)
        self.told.append(count)
        return rate

    def check(self) -> None:
        """Every notice that was thanked for is in the books once, and nothing else is."""
        captured, told = Payment.objects.filter(gateway="stripe", state="captured").count(), sum(self.told)
        most = told + CLIENTS * len(self.told)
        if not told <= captured <= most or Posting.objects.exclude(payment=None).count() != captured:
            raise RuntimeError(f"{told} notices were answered, and {captured} charges are paid")


def _beside_nothing(desk: _Desk, processes: int) -> Iterator[Figure]:
    with desk.house.serving(processes) as web, _nothing("bare", processes) as bare, _nothing("stack", processes) as stack:
        desk.sign()
        before, processor, spent = sum(desk.told), Processor(), web.cpu_seconds()
        rounds = Rounds(
            bare=lambda _n: _load(bare, "/nothing", desk.nothing, 0)[0],
            stack=lambda _n: _load(stack, "/nothing", desk.nothing, 0)[0],
            notices=lambda _n: desk.tell(web.address),
        ).run()
        theirs, mine = processor.spent()[1], web.cpu_seconds() - spent
    each = 1000 / (sum(desk.told) - before)
    name, said = f"P1/{processes}", f"processes: {processes} each"
    for to, what, goal in (("bare", "a bare server that does nothing", ">= 0.5"), ("stack", "a POST here that does nothing", "")):
        yield Figure(
            name=f"{name}{to[0]}", what=f"notices of payments, written down with postings ÷ {what}; {said}", unit="a second",
            value=rounds["notices"], baseline=rounds["notices"] / rounds.ratio("notices", to), goal=goal,
        )  # fmt: skip
    yield Figure(name=f"{name}m", what="the best round", unit="a second", value=max(rounds.found["notices"]))
    yield Figure(name=f"{name}p", what="processor time of the program for a notice", unit="ms", value=mine * each)
    yield Figure(name=f"{name}d", what="processor time of PostgreSQL for a notice", unit="ms", value=theirs * each)


@contextmanager
def _in_haste() -> Iterator[None]:
    """What is prepared needs not to outlast a crash."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        yield
        cursor.execute("RESET synchronous_commit")


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
def _nothing(how: str, processes: int) -> Iterator[str]:
    """A server that does nothing."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.nothing", how, str(port), str(processes)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    asked = Request(f"{address}/nothing", data=b'{"id":"x"}', headers={"Content-Type": "application/json"})  # noqa: S310
    until = time.monotonic() + 120
    while True:
        try:
            urlopen(asked).close()  # noqa: S310
            return
        except URLError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)
