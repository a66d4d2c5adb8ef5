"""What `dingdan up` keeps running, and how it tells that all is ready."""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

from dingdan.config import environment, firms, postgres, processes

DATABASE_LOOK_SECONDS = 2.0
LATE_SECONDS = 30.0


class _Watch:
    """Says `ready` once, and brings the embedded database up again when it is gone for good."""

    def __init__(self, say: Callable[[str], None], out: Callable[[str], None], *, embedded: bool) -> None:
        self.say, self.out, self.embedded = say, out, embedded
        self.started_at = self.looked_at = time.monotonic()
        self.is_ready = self.was_late = False

    def tend(self) -> None:
        now = time.monotonic()
        if self.embedded and now - self.looked_at > DATABASE_LOOK_SECONDS:
            self.looked_at = now
            if not postgres.is_alive(environment.data_folder()):
                self.say("the database is gone: bringing it up again …")
                postgres.ensure(environment.data_folder(), say=self.say)
        if not self.is_ready:
            self._look(now)

    def _look(self, now: float) -> None:
        status, parts = processes.health(environment.bind(), environment.port())
        if status == 200:
            self.is_ready = True
            self.out(f"ready: {_address()}")
        elif not self.was_late and now - self.started_at > LATE_SECONDS:
            self.was_late = True
            self.say(f"not ready after {LATE_SECONDS:g} s: {_why(parts)}")


def _address() -> str:
    host = environment.bind()
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104 (compared only)
    return f"http://{shown}:{environment.port()}/"


def _why(parts: dict[str, Any]) -> str:
    ill = [f"{name}: {state}" for name, state in parts.items() if state != "ok"]
    return "; ".join(ill) or "the web process does not answer"


def _with_sandbox(say: Callable[[str], None]) -> list[processes.Child]:
    """The doubles of payment firms as a child, told of to whoever is started with it."""
    port = firms.port()
    os.environ[firms.URL] = f"http://127.0.0.1:{port}"
    say(f"payment sandbox  {os.environ[firms.URL]}/   Stripe, WeChat Pay, Alipay and PayPal that move no money")
    return [processes.Child("sandbox", [sys.executable, "-m", "dingdan", "sandbox", "--port", str(port)])]


def serve(say: Callable[[str], None], out: Callable[[str], None], *, embedded: bool, with_sandbox: bool = False) -> None:
    """Run web and worker until told to stop; `embedded` is whether the database is ours to look after.

    With the sandbox, the doubles of payment firms run beside them.
    """
    # They stop in this order: the web first, so that nothing new comes in while the worker ends; the firms last.
    children = _with_sandbox(say) if with_sandbox else []
    children.insert(0, processes.Child("worker", [sys.executable, "-m", "dingdan", "worker"]))
    children.insert(0, processes.Child("web", [sys.executable, "-m", "dingdan.config.web"]))
    processes.Tree(children, say, _Watch(say, out, embedded=embedded).tend).run()
    say("stopped")
