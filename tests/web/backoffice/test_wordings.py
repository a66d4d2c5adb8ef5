"""Wording mails at the back office: the list, the editor and its preview, a test mail, versions and back."""

from __future__ import annotations

import re

from django.test import override_settings

from dingdan.automation.commands import MOST_TRIALS
from dingdan.automation.models import Notice
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.wording.commands import record_wording_fault
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.queries import switched_off
from tests.automation.mailbox import free_port, mail_server, mail_settings
from tests.automation.test_notices import letter
from tests.conftest import Shop
from tests.kit import place, stock
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
    assert "Saved. Mails are worded so from now on." in send(desk, "save")
    assert Wording.objects.values_list("subject", "version", "state").get() == (WORDS["subject"], 1, "active")
    send(desk, "save", heading="Better")
    assert "Order confirmed Your own Version 2 The program’s The program’s" in desk.read("wording/")
    assert "The older version is in force again." in send(desk, "1")
    assert Wording.objects.values_list("heading", "version").get() == ("Hooray", 3)
    assert "Mails are worded by the program again." in send(desk, "retire")
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
    assert "Line 2: nothing in this mail is called “poem”." in refused.content.decode()
    kept = send(desk, "save", body="a\n{{ poem }}")
    assert "Line 2: nothing in this mail is called “poem”." in kept
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
