"""F19: each notice once for each kind, thing and way, also where the worker dies between asking a firm and remembering it.

Here a worker dies at exactly that moment; test_f13_worker_kills.py kills a real one at any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from dingdan.automation import commands, pushing
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.models import Notice
from dingdan.automation.sending import NotDelivered, send_notice
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft, Identity
from dingdan.trade.orders.commands import save_device
from dingdan.trade.orders.rules import DeviceDraft
from tests import kit
from tests.conftest import Shop
from tests.integrations.messaging.carriers import carriers, open_account

KNOWN = (Identity(source="line", external_id="U" + "1" * 32), Identity(source="wechat", external_id="o" + "1" * 27))
FIRMS = {"sms": "twilio", "line": "line", "wechat": "wechat", "push": "push"}
ASKED_AGAIN = {"line", "push"}
"""LINE keeps keys, and a browser shows one message for a tag: both are asked again. Of the others nobody knows then."""


class Killed(BaseException):
    """The worker is gone, without another word."""


@pytest.fixture
def firms(shop: Shop) -> Iterator[Sandbox]:
    with carriers() as sandbox, override_settings(SANDBOX_GATEWAY=True):
        sandbox.world.faults.tell({"silence": 0.05})
        for firm in ("twilio", "line", "wechat"):
            open_account(shop, sandbox, firm)
        yield sandbox
        pushing._to_doubles.close()


def queued(shop: Shop, sandbox: Sandbox, way: str) -> Notice:
    """A notice of an order whose buyer is reached in every way."""
    kit.stock(shop, "TEA", 5)
    who = save_customer(shop.call(), customer=CustomerDraft(identities=KNOWN)).customer_id
    order = kit.place(shop, ("TEA", 1), customer_id=who)
    told = sandbox.phone(pushing.public_key(), "hers")
    device = DeviceDraft(endpoint=told["endpoint"], server_key=pushing.public_key(), **told["keys"])
    save_device(shop.call(), order_id=order.order_id, device=device)
    event = queue_notices.one(shop.call(), QueueNotice(kind="shipped", order_id=order.order_id, way=way))
    return Notice.objects.get(id=event.notice_id)


def do(notice: Notice) -> str:
    send_notice(tenant_id=str(notice.tenant_id), notice_id=str(notice.id))
    return Notice.objects.get(id=notice.id).state


def dies(monkeypatch: pytest.MonkeyPatch, notice: Notice, moment: str) -> None:
    """The worker comes as far as a command and no further."""

    def killed(*_args: Any, **_options: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(commands, moment, killed)
        with pytest.raises(Killed):
            do(notice)


@pytest.mark.parametrize("way", [*FIRMS])
def test_a_worker_that_dies_between_asking_and_remembering(
    shop: Shop, firms: Sandbox, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    notice = queued(shop, firms, way)
    dies(monkeypatch, notice, "record_notice_sent")
    came = [one for one in firms.messages() if one["firm"] == FIRMS[way]]
    assert len(came) == 1  # the firm had it
    ends = "sent" if way in ASKED_AGAIN else "unknown"
    assert [do(notice) for _again in range(3)] == [ends] * 3
    assert [one["firm"] for one in firms.messages()] == [FIRMS[way]]  # once, however often the job is done
    if way == "push":
        assert firms.messages()[0]["times"] == 2  # came twice and is shown once


@pytest.mark.parametrize("way", ["sms", "wechat"])
def test_a_worker_that_dies_before_it_says_that_it_asks(
    shop: Shop, firms: Sandbox, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    notice = queued(shop, firms, way)
    dies(monkeypatch, notice, "hand_over_notice")
    assert firms.messages() == []
    assert [do(notice) for _again in range(2)] == ["sent", "sent"]
    assert [one["firm"] for one in firms.messages()] == [FIRMS[way]]


@pytest.mark.parametrize("way", [*FIRMS])
def test_a_firm_that_answers_slowly_or_breaks_off(shop: Shop, firms: Sandbox, way: str) -> None:
    """Slow is no matter. A connection that breaks after the firm had it is like a worker that died then."""
    slow, broken = queued(shop, firms, way), queued(shop, firms, way)
    path = {"wechat": "/cgi-bin/message"}.get(way, "")
    for fault, notice, states in (
        ("slow", slow, ["sent"]),
        ("reset_after", broken, ["queued", "sent"] if way in ASKED_AGAIN else ["unknown", "unknown"]),
    ):
        firms.world.faults.tell({"next": [{"fault": fault, "firm": FIRMS[way], "path": path}]})
        found = []
        for _try in states:
            try:
                found.append(do(notice))
            except NotDelivered:
                found.append(Notice.objects.get(id=notice.id).state)
        assert found == states, fault
    texts = [one["text"] for one in firms.messages()]
    assert (len(texts), len(set(texts))) == (2, 2)
