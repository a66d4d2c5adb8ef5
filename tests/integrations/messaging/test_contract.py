"""What every firm that carries messages must do, tried at its double: who asks is checked, and each fault has its answer."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from dingdan.integrations.sandbox.firms.messaging import NO_FOLLOWER, NO_NUMBER, NO_USER
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.masterdata.messengers.ports import Credentials, Message, Outcome, Reply, firms, messengers
from tests.integrations.messaging.carriers import carriers

TO = {"twilio": ("+442079460000", NO_NUMBER), "line": ("U" + "1" * 32, NO_USER), "wechat": ("o" + "1" * 27, NO_FOLLOWER)}
FIRMS = sorted(TO)
SENDS = {"twilio": "/2010-04-01/", "line": "/v2/", "wechat": "/cgi-bin/message/"}
"""Where what is to be sent goes, at each firm."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with carriers() as running:
        running.world.faults.tell({"silence": 0.05})
        yield running


def send(sandbox: Sandbox, firm: str, *, to: str = "", key: str = "", fault: str = "", **changed: str) -> tuple[Reply, int]:
    """What is answered, and how many messages the firm got by it."""
    before = len(sandbox.firms[firm].messages())  # type: ignore[attr-defined]
    if fault:
        sandbox.world.faults.tell({"next": [{"fault": fault, "firm": firm, "path": SENDS[firm]}]})
    account = Credentials(firm, "sandbox", {**sandbox.firms[firm].credentials(), **changed})
    message = Message(
        to=to or TO[firm][0], said="Order 1001 is on its way. 已出貨", key=key or str(uuid4()), number="1001", status="已出貨",
        url="https://shop.example/o/1",
    )  # fmt: skip
    reply = messengers[firm].send(account, message)
    return reply, len(sandbox.firms[firm].messages()) - before  # type: ignore[attr-defined]


@pytest.mark.parametrize("firm", FIRMS)
def test_it_works(sandbox: Sandbox, firm: str) -> None:
    reply, came = send(sandbox, firm)
    assert (reply.outcome, bool(reply.reference), reply.error, came) == (Outcome.ACCEPTED, True, "", 1)
    said = next(one for one in sandbox.messages() if one["firm"] == firm)["text"]
    assert said == ("1001 已出貨" if firm == "wechat" else "Order 1001 is on its way. 已出貨") + " https://shop.example/o/1"


@pytest.mark.parametrize("firm", FIRMS)
def test_what_the_firm_does_not_send_is_refused(sandbox: Sandbox, firm: str) -> None:
    assert send(sandbox, firm, to=TO[firm][1])[0].outcome == Outcome.REFUSED
    assert send(sandbox, firm, to="nobody")[0].outcome == Outcome.REFUSED
    secret = next(one.name for one in firms[firm].fields if one.secret)
    reply, came = send(sandbox, firm, **{secret: "x" * 32})
    assert (reply.outcome, came) == (Outcome.REFUSED, 0)
    assert ("40125" if firm == "wechat" else "401") in reply.error


@pytest.mark.parametrize("firm", FIRMS)
def test_a_busy_firm_is_asked_again(sandbox: Sandbox, firm: str) -> None:
    reply, came = send(sandbox, firm, fault="error_429")
    assert (reply.outcome, came) == (Outcome.LATER, 0)


@pytest.mark.parametrize("firm", FIRMS)
@pytest.mark.parametrize(
    ("fault", "came"), [("reset_before", 0), ("reset_after", 1), ("timeout_after", 1), ("error_500_after", 1)]
)
def test_without_an_answer_nobody_knows(sandbox: Sandbox, firm: str, fault: str, came: int) -> None:
    key = str(uuid4())
    reply, first = send(sandbox, firm, key=key, fault=fault)
    assert (reply.outcome, first) == (Outcome.UNKNOWN, came)
    if firms[firm].keeps_keys:  # the same key is sent once, however often it is tried
        again, second = send(sandbox, firm, key=key)
        assert (again.outcome, first + second) == (Outcome.ACCEPTED, 1)


def test_a_firm_that_is_away_got_nothing() -> None:
    with carriers() as sandbox:
        account = Credentials("twilio", "sandbox", sandbox.firms["twilio"].credentials())
        sandbox._server.server_close()
        sandbox._server.shutdown()
        reply = messengers["twilio"].send(account, Message(to="+442079460000", said="x", key=str(uuid4())))
    assert reply.outcome in (Outcome.LATER, Outcome.UNKNOWN)
