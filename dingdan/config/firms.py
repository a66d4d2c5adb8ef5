"""`dingdan sandbox`: the doubles of payment firms, in the foreground or as one more child of `dingdan demo`."""

from __future__ import annotations

import re
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dingdan.config import environment, processes

if TYPE_CHECKING:
    from dingdan.automation.demo_firms import Payments
    from dingdan.integrations.sandbox.firms.sandbox import Sandbox

PORT: Final = 8190
DAY_SECONDS: Final = 86_400
URL: Final = "DINGDAN_SANDBOX_URL"
"""Where the sandbox is, for the processes that are started beside it."""


def is_wanted() -> bool:
    """Whether it runs beside web and worker: in the demo, or where the environment says so."""
    return environment.switch("DINGDAN_SANDBOX")


def port() -> int:
    """The port that was asked for. Where none was and the usual one is taken, any free one."""
    if environment.text("DINGDAN_SANDBOX_PORT"):
        asked = environment.number("DINGDAN_SANDBOX_PORT", PORT, least=1, most=65_535)
        processes.require_free_port("127.0.0.1", asked, variable="DINGDAN_SANDBOX_PORT")
        return asked
    try:
        processes.require_free_port("127.0.0.1", PORT)
    except processes.PortTaken:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
    return PORT


def faults(written: Sequence[str]) -> dict[str, float]:
    """Likelihoods written as `name=0.1`."""
    told = {}
    for one in written:
        name, _, rate = one.partition("=")
        try:
            told[name.strip()] = float(rate)
        except ValueError:
            raise environment.Misconfigured(f"{one}: a fault is written as name=0.1") from None
    return told


@contextmanager
def opened() -> Iterator[Sandbox]:
    """The doubles with everything that they remember, on a port of their own, for this process alone. No time passes."""
    from django.conf import settings

    from dingdan.integrations.sandbox.firms.sandbox import Settings, running_sandbox

    usual = settings.SANDBOX_URL
    with running_sandbox(Settings(file=_file(), passes_time=False)) as sandbox:
        settings.SANDBOX_URL = sandbox.address
        try:
            yield sandbox
        finally:
            settings.SANDBOX_URL = usual


def open_accounts() -> Payments:
    """Give the demo shop its accounts at the doubles, which send it notices from now on, bills of yesterday, and something to be
    paid."""
    from dingdan.automation import demo_bills
    from dingdan.automation.demo_firms import Sell, load

    with opened() as sandbox:

        def yesterday(sell: Sell) -> None:
            if not sandbox.world.clock.begin(-DAY_SECONDS):
                return
            demo_bills.sell(sell, lambda firm, shown: _approve(sandbox, firm, shown), lambda: _wait(sandbox))
            for firm in demo_bills.PAID_OUT:
                sandbox.firms[firm].act("", "pay_out")
            sandbox.world.clock.move(DAY_SECONDS)
            demo_bills.fetch()

        told = {name: firm.credentials() for name, firm in sandbox.firms.items()}
        secrets = {name: str(kept.get("webhook_secret", "")) for name, kept in told.items()}
        return load(
            told,
            lambda firm, url: sandbox.world.store.set(f"{firm}.webhook", {"url": url, "secret": secrets[firm]}),
            before=yesterday,
            phone=sandbox.phone,
        )


def _wait(sandbox: Sandbox) -> None:
    for firm in sandbox.firms.values():
        firm.pass_time()


def _approve(sandbox: Sandbox, firm: str, shown: str) -> None:
    """Pay on a page of Stripe's or PayPal's, whose address ends in the name of what is paid."""
    sandbox.firms[firm].act(re.split(r"[/=]", shown)[-1], "approve")


def _file() -> Path:
    return environment.data_folder() / "sandbox" / "firms.sqlite"


def run(*, address: str, port: int, seed: int | None, rates: Sequence[str], is_open: bool, out: Callable[[str], None]) -> None:
    """Serve the doubles until told to stop."""
    from dingdan.integrations.sandbox.firms.faults import UnknownFault
    from dingdan.integrations.sandbox.firms.sandbox import NotHere, Sandbox, Settings

    processes.end_with_parent()
    processes.require_free_port(address, port, variable="DINGDAN_SANDBOX_PORT")
    wishes: dict[str, object] = {"rates": faults(rates)} if rates else {}
    wishes |= {"seed": seed} if seed is not None else {}
    try:
        sandbox = Sandbox(Settings(address=address, port=port, file=_file(), is_open=is_open))
    except NotHere as wrong:
        raise environment.Misconfigured(str(wrong)) from None
    try:
        sandbox.world.faults.tell(wishes)
    except UnknownFault as wrong:
        sandbox.close()
        raise environment.Misconfigured(str(wrong)) from None
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    sandbox.start()
    out(f"sandbox: {sandbox.address}/")
    told.wait()
    sandbox.stop()
