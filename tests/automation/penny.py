"""PennyPay: a firm at the port, at which a payer has something to do. Nothing of it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

from dingdan.ledgers.payments import ports
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.ports import Answer, GatewayRequest, GatewayResult, Heard, NotGenuine, Notice, Post, Prompt, Topic
from tests.masterdata.methods.firm import open_for_business


@dataclass
class PennyPay:
    """Waits for the payer; `paid` and `closed` are the keys that were; `silent` makes it answer nothing."""

    authorizes: bool = False
    silent: bool = False
    asked: dict[str, GatewayRequest] = field(default_factory=dict)
    paid: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    def capture(self, request: GatewayRequest) -> GatewayResult:
        """Show the payer a code."""
        if self.silent:
            return GatewayResult(answer=Answer.UNKNOWN, error="timeout")
        self.asked[request.key] = request
        return self.query(request)

    def query(self, request: GatewayRequest) -> GatewayResult:
        """What became of it."""
        if self.silent:
            return GatewayResult(answer=Answer.UNKNOWN, error="timeout")
        if request.key not in self.asked:
            return GatewayResult(answer=Answer.NEVER_SEEN)
        if request.key in self.paid:
            return self.told(request)
        if request.key in self.closed:
            return GatewayResult(answer=Answer.DECLINED, error="closed")
        code = Prompt(kind=PromptKind.QR, content=f"penny://{request.key}")
        return GatewayResult(answer=Answer.WAITING, prompt=code, payment_reference=f"P{request.key}")

    def close(self, request: GatewayRequest) -> GatewayResult:
        """Wait no longer."""
        self.asked.setdefault(request.key, request)
        if request.key not in self.paid:
            self.closed.add(request.key)
        return self.query(request)

    def told(self, request: GatewayRequest) -> GatewayResult:
        """It was paid."""
        return GatewayResult(
            answer=Answer.DONE, amount=request.amount, currency=request.currency, reference=f"M{request.key}",
            payment_reference=f"P{request.key}", means="penny 7",
        )  # fmt: skip

    def hear(self, post: Post) -> Heard:
        """A notice is JSON, and genuine when it says so."""
        said = json.loads(post.body)
        if said.pop("signature", "") != "good":
            raise NotGenuine(why="its signature is wrong")
        request = self.asked[said["key"]]
        result = replace(self.told(request), **{name: said[name] for name in ("amount", "currency", "reference") if name in said})
        topic = Topic(said.get("topic", Topic.CAPTURE))
        if topic == Topic.DISPUTE_OPENED:
            result = replace(result, payment_reference="")  # a firm that knows the payment by our key alone
        notice = Notice(
            id=said["id"],
            topic=topic,
            key=said["key"],
            merchant=said.get("merchant", "P-1"),
            result=result,
            fee=said.get("fee", 0),
        )
        return Heard(notices=(notice,), answer=b"thanks")

    def notice(self, attempt_id: UUID, **said: object) -> bytes:
        """The body of a notice that a payment came."""
        return json.dumps({"key": str(attempt_id), "id": f"n-{attempt_id}", "signature": "good", **said}).encode()


@contextmanager
def pennypay() -> Iterator[PennyPay]:
    """The firm is there inside, and its gateway with it."""
    penny = PennyPay()
    with open_for_business():
        ports.gateways["pennypay"] = penny  # type: ignore[assignment]
        ports.closing["pennypay"] = penny
        ports.hearing["pennypay"] = penny
        try:
            yield penny
        finally:
            for where in (ports.gateways, ports.closing, ports.hearing):
                del where["pennypay"]
