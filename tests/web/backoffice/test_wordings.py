"""Wording mails at the back office: the list, the editor and its preview, a test mail, versions and back."""

from __future__ import annotations

import re

from django.test import override_settings

from dingdan.automation.commands import MOST_TRIALS
from dingdan.automation.models import Notice
from dingdan.automation.pushing import public_key
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.methods.commands import save_reminder_level
from dingdan.masterdata.methods.rules import ReminderLevelDraft
from dingdan.masterdata.wording.commands import record_wording_fault
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.queries import switched_off
from dingdan.trade.orders.commands import save_device
from dingdan.trade.orders.rules import DeviceDraft
from tests.automation.mailbox import free_port, mail_server, mail_settings
from tests.automation.test_notices import letter
from tests.conftest import Shop
from tests.integrations.messaging.carriers import carriers, open_account
from tests.kit import BUYER, place, stock
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

HERE = "wording/order_confirmed/en/"
WORDS = {"subject": "Yes: {{ order.number }}", "heading": "Hooray", "body": "**Thanks**, {{ customer.name }}.", "closing": ""}


def send(desk: Desk, do: str, path: str = HERE, **said: str) -> str:
    """Press a button of the editor; the page that comes of it."""
    answer = desk.browser.post(f"/backoffice/{path}", {**WORDS, "do": do, **said}, follow=True)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def framed(html: str) -> list[str]:
    """What stands in the frames of a page."""
    return [found.replace("&lt;", "<").replace("&quot;", '"').replace("&#x27;", "'").replace("&gt;", ">").replace("&amp;", "&")
            for found in re.findall(r'srcdoc="([^"]*)"', html)]  # fmt: skip


def test_from_the_programs_words_to_ones_own_and_back(shop: Shop) -> None:
    desk = sit_down(shop)
    listed = desk.read("wording/")
    assert "Order confirmed The program’s The program’s The program’s Always" in listed
    page = desk.get(HERE)
    assert "{% if customer.name %}Hello {{ customer.name }},{% endif %}" in page.replace("&#x27;", "'")
    assert "Made of a sample: no such mail was written yet." in page
    assert [f"Hello {name}," in html for html in framed(page) for name in ("Ann Lee",)] == [True, True]
    assert 'sandbox=""' in page
    assert "Saved. Notices are worded so from now on." in send(desk, "save")
    assert Wording.objects.values_list("subject", "version", "state").get() == (WORDS["subject"], 1, "active")
    send(desk, "save", heading="Better")
    assert "Order confirmed Your own Version 2 The program’s The program’s" in desk.read("wording/")
    assert "The older version is in force again." in send(desk, "1")
    assert Wording.objects.values_list("heading", "version").get() == ("Hooray", 3)
    assert "Notices are worded by the program again." in send(desk, "retire")
    assert "Thank you for your order" in desk.get(HERE)
    assert "Your wording is used again." in send(desk, "restore")
    record_wording_fault(shop.call(), wording_id=Wording.objects.get().id, fault="UnknownName body")
    assert "because yours could not be used: UnknownName body" in desk.read(HERE)
    assert "Your own Cannot be used" in desk.read("wording/")


def test_the_preview_follows_what_is_typed(shop: Shop) -> None:
    desk = sit_down(shop)
    stock(shop, "TEA", 10)
    letter(shop, place(shop, ("TEA", 2)), "order_confirmed")
    asked = desk.browser.post(f"/backoffice/{HERE}", WORDS, headers={"X-Part": "preview"})
    html = asked.content.decode()
    assert "<html" not in html.partition("srcdoc")[0]
    assert "Made of the last such mail: 1001." in html
    assert ["<strong>Thanks</strong>, Ann Lee." in one and "Article TEA" in one for one in framed(html)] == [True, True]
    refused = desk.browser.post(f"/backoffice/{HERE}", {**WORDS, "body": "a\n{{ poem }}"}, headers={"X-Part": "preview"})
    assert "Line 2, column 4: nothing here is called “poem”." in refused.content.decode()
    kept = send(desk, "save", body="a\n{{ poem }}")
    assert "Line 2, column 4: nothing here is called “poem”." in kept
    assert "{{ poem }}" in kept
    assert "Hooray" in send(desk, "look")
    assert Wording.objects.count() == 0


def test_a_test_is_sent_and_counted(shop: Shop) -> None:
    desk = sit_down(shop)
    stock(shop, "TEA", 10)
    letter(shop, place(shop, ("TEA", 2)), "order_confirmed")
    with mail_server() as mailbox:
        for _twice in range(2):
            assert "The test is on its way." in send(desk, "test", to="me@example.com", key="once")
    (mail,) = mailbox.letters
    assert (mail["To"], mail["Subject"], mail["From"]) == ("me@example.com", "[Test] Yes: 1001", "A shop <orders@localhost>")
    assert "<strong>Thanks</strong>, me" not in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert Notice.objects.count() == 1  # the order's own
    entries = JournalEntry.objects.filter(command="automation.try_wording")
    assert [one.event for one in entries] == [{"kind": "order_confirmed"}]
    with mail_settings(free_port()):
        assert "The mail server did not take the test: ConnectionRefusedError." in send(desk, "test", to="me@example.com")
    assert "This is not an e-mail address." in send(desk, "test", to="me@@")
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        for _more in range(MOST_TRIALS - 2):
            send(desk, "test", to="me@example.com")
        assert f"{MOST_TRIALS} tests were sent within the last hour" in send(desk, "test", to="me@example.com")


def test_who_may_look_may_not_write(shop: Shop) -> None:
    reader = sit_down(shop, as_user=lambda where: member(where, "reader"))
    assert 'value="save"' not in reader.get(HERE)
    send(reader, "save")
    assert Wording.objects.count() == 0
    assert reader.browser.post("/backoffice/wording/shipped/switch/", {"on": "0"}).status_code == 403
    warehouse = sit_down(shop, as_user=lambda where: member(where, "warehouse"))
    assert warehouse.browser.get("/backoffice/wording/").status_code == 403
    owner = sit_down(shop)
    assert owner.browser.get("/backoffice/wording/poem/en/").status_code == 404
    assert owner.browser.get("/backoffice/wording/shipped/fr/").status_code == 404


def test_what_need_not_be_written(shop: Shop) -> None:
    desk = sit_down(shop)
    assert "Do not write it any more" in desk.read("wording/delivered/en/")
    assert "Write this mail at all?" not in desk.read(HERE)
    desk.browser.post("/backoffice/wording/delivered/switch/", {"on": "0"})
    assert switched_off() == frozenset({"delivered"})
    assert "Not written" in desk.read("wording/delivered/en/")
    desk.browser.post("/backoffice/wording/order_confirmed/switch/", {"on": "0"})
    assert switched_off() == frozenset({"delivered"})
    desk.browser.post("/backoffice/wording/delivered/switch/", {"on": "1"})
    assert switched_off() == frozenset()


SMS = "wording/shipped/en/sms/"


def test_short_messages_are_worded_and_counted_while_they_are_typed(shop: Shop) -> None:
    desk = sit_down(shop)
    assert "Shipped The program’s The program’s The program’s The program’s" in desk.read("wording/")
    page = desk.get(SMS)
    assert "{{ shop.name }}: order {{ order.number }} is on its way." in page
    assert 'name="subject"' not in page
    assert "1 message of 160 characters" in text_of(page)

    def typed(body: str, path: str = SMS, **more: str) -> str:
        answer = desk.browser.post(f"/backoffice/{path}", {"body": body, **more}, headers={"X-Part": "preview"})
        return text_of(answer.content.decode())

    assert "2 messages of 67 characters" in typed("出" * 60)
    assert "Phones do not have “出” in their own alphabet" in typed("出" * 60)
    assert "This comes to 7 messages; 6 are the most." in typed("x" * 920)
    assert "Paid 1042" in typed("", "wording/shipped/en/wechat/", subject="Paid {{ order.number }}")
    assert "9 of 300 characters." in typed("1042 left", "wording/shipped/en/push/", subject="Sent")
    assert "Saved. Notices are worded so from now on." in send(desk, "save", SMS, body="{{ order.number }} left")
    assert Wording.objects.values_list("kind", "way", "subject", "body").get() == (
        "shipped",
        "sms",
        "",
        "{{ order.number }} left",
    )
    assert "Shipped Your own English The program’s" in desk.read("wording/")
    assert "Notices are worded by the program again." in send(desk, "retire", SMS)
    assert "is on its way." in desk.get(SMS)
    for path in ("wording/order_changed/en/sms/", "wording/shipped/en/pigeon/", "wording/shipped/en/sms/1/"):
        assert desk.browser.get(f"/backoffice/{path}").status_code == 404, path


def test_a_short_test_is_sent_by_the_firm_of_the_shop(shop: Shop) -> None:
    desk = sit_down(shop)
    assert "The shop has no account in use by which it could be sent." in send(desk, "test", SMS, body="Hi", to=str(BUYER.phone))
    with carriers() as sandbox, override_settings(SANDBOX_GATEWAY=True):
        for firm in ("twilio", "line", "wechat"):
            open_account(shop, sandbox, firm)
        for _twice in range(2):
            assert "The test is on its way." in send(desk, "test", SMS, body="Hi", to=str(BUYER.phone), key="sms")
        assert "The test is on its way." in send(desk, "test", "wording/shipped/en/line/", body="Hi", to="U" + "1" * 32)
        wechat = send(desk, "test", "wording/shipped/en/wechat/", subject="Sent", to="o" + "1" * 27)
        assert "The test is on its way." in wechat
        push = "wording/shipped/en/push/"
        assert "No device wants to be told of the order 7." in send(desk, "test", push, subject="Off", body="Hi", to="7")
        stock(shop, "TEA", 10)
        order = place(shop, ("TEA", 2))
        told = sandbox.phone(public_key(), "mine")
        device = DeviceDraft(endpoint=told["endpoint"], server_key=public_key(), **told["keys"])
        save_device(shop.call(), order_id=order.order_id, device=device)
        assert "The test is on its way." in send(desk, "test", push, subject="Off", body="Hi", to=order.number)
        assert {one["firm"]: one["text"].removesuffix(" https://shop.example/o/1042") for one in sandbox.messages()} == {
            "twilio": "[Test] Hi", "line": "[Test] Hi", "wechat": "1042 [Test] Sent", "push": "[Test] Off [Test] Hi",
        }  # fmt: skip
        assert len(sandbox.messages()) == 4
        sandbox.world.faults.tell({"next": [{"fault": "error_500", "firm": "twilio"}]})
        refused = send(desk, "test", SMS, body="Hi", to=str(BUYER.phone))
        assert "The firm did not take the test: Twilio 500." in refused


def test_reminders_are_worded_level_by_level(shop: Shop) -> None:
    desk = sit_down(shop)
    assert "level by level" not in desk.read("wording/")
    for level in (1, 2):
        save_reminder_level(shop.call(), level=ReminderLevelDraft(level=level, days=7 * level))
    listed = desk.read("wording/")
    assert "First reminder The program’s The program’s The program’s" in listed
    assert "Last reminder (no. 2) The program’s" in listed
    last = "wording/payment_reminder/en/mail/2/"
    assert "{{ invoice.open }} of our invoice" in desk.get(last)
    assert "Reminder no. 2" in desk.read(last)
    send(desk, "save", last, subject="The last word", body="No. {{ reminder.level }}")
    assert "Last reminder (no. 2) Your own Version 1" in desk.read("wording/")
    assert "First reminder The program’s" in desk.read("wording/")
