"""Mails in the shop's own words: the same facts, other words; what cannot be said stops no mail."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from dingdan.automation.commands import MailSwitchedOff, QueueNotice, queue_notices
from dingdan.automation.letters import BLOCKS, Letter
from dingdan.automation.lifecycle import NoticeKind
from dingdan.automation.mail_samples import program_wording, sample_letter, shown_letter
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.automation.wordings import names_of
from dingdan.kernel.colors import LEGIBLE, contrast
from dingdan.masterdata.shop.commands import put_storefront_logo, remove_storefront_logo, save_profile, save_storefront
from dingdan.masterdata.shop.rules import StorefrontDraft
from dingdan.masterdata.wording.commands import save_wording, switch_mail
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.rules import BLOCKS as PLACED
from dingdan.masterdata.wording.rules import KINDS, UnknownName
from dingdan.trade.orders.rules import Person
from tests.automation.mailbox import mail_server, send
from tests.automation.test_notices import everything
from tests.automation.test_notices import letter as written
from tests.conftest import Shop
from tests.kit import BUYER, place, stock
from tests.masterdata.shop.drafts import AMYS
from tests.masterdata.wording.drafts import wording

ALL = [*KINDS]


def test_every_kind_is_a_notice_and_places_blocks_that_there_are() -> None:
    # Mails about accounts go out at once, and are no notices.
    assert {kind for kind in KINDS if not kind.startswith("account_")} <= set(NoticeKind)
    assert tuple(PLACED) == BLOCKS
    assert {block for kind in KINDS.values() for block in kind.blocks} == set(BLOCKS)


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_the_programs_wording_says_what_the_program_says(shop: Shop, language: str) -> None:
    """The table of kinds and the letters hold the same sentences, and every name of a kind is given by its letter."""
    for kind in everything(shop, language):
        notice = Notice.objects.get(kind=kind)
        letter, again = letter_of(notice), letter_of(notice, wording=program_wording(kind, language))
        assert letter is not None
        assert again is not None
        assert (again.subject, again.heading) == (letter.subject, letter.heading)
        assert _words(again.text) == _words(letter.text), kind
        named = names_of(letter, kind)
        for path in [one.path for one in KINDS[kind].all_names if "." in one.path]:
            group, name = path.split(".")
            assert group in ("customer", "shop") or name in letter.names[group], (kind, path)
        assert named["order"]["number"] == "1001"


def _words(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("kind", ALL)
def test_a_sample_of_every_kind_is_whole(shop: Shop, kind: str) -> None:
    for language in ("en", "zh-Hant", "zh-Hans"):
        letter = sample_letter(kind, language)
        assert letter.subject
        assert letter.own is not None
        for said in (letter.html.partition("</style>")[2], letter.text, letter.subject):
            assert not re.search(r"[{}]|None|\ue000|\ue001|\ue002", said)


LOOP = "**Thanks** for {{ lines.size }} thing:\n{% for line in lines %}{{ line.name }}{% endfor %}"
OWN = {
    "en": ("Yes! {{ order.number }}", "Hooray, {{ customer.name }}", LOOP),
    "zh-Hant": (
        "{{ shop.name }}：訂單 {{ order.number }} 成立",
        "感謝您",
        "**「謝謝」**{{ customer.name }}，合計 {{ order.total }}。",
    ),
    "zh-Hans": ("订单 {{ order.number }}", "谢谢您", "{% if order.due %}还需支付 {{ order.due }}。{% endif %}"),
}
SAID = {
    "en": (
        "Yes! 1001",
        "Hooray, Ann Lee",
        "<strong>Thanks</strong> for 1 thing:<br>Article TEA",
        "Thanks for 1 thing:\nArticle TEA",
    ),
    "zh-Hant": (
        "A shop：訂單 1001 成立",
        "感謝您",
        "<strong>「謝謝」</strong>Ann Lee，合計 £5.00。",
        "「謝謝」Ann Lee，合計 £5.00。",
    ),
    "zh-Hans": ("订单 1001", "谢谢您", "还需支付 £5.00。", "还需支付 £5.00。"),
}


@pytest.mark.parametrize("language", [*OWN])
def test_own_words_around_the_programs_blocks(shop: Shop, language: str) -> None:
    stock(shop, "TEA", 10)
    subject, heading, body = OWN[language]
    own = wording(language=language, subject=subject, heading=heading, body=body + "\n\n{{ totals }}\n\nP.S.", closing="Amy")
    save_wording(shop.call(), wording=own)
    letter = written(shop, place(shop, ("TEA", 2), language=language, payment_method="bank_transfer"), "order_confirmed")
    said_subject, said_heading, html, text = SAID[language]
    assert (letter.subject, letter.heading) == (said_subject, said_heading)
    assert [part.block for part in letter.parts] == [
        "prose", "totals", "prose", "prose", "button", "facts", "order_lines", "addresses",
    ]  # fmt: skip
    assert letter.parts[0].paragraphs == [(html, text)]
    assert len(letter.parts[3].paragraphs) >= 1  # how to pay, which no wording can leave out
    assert f">{html}</p>" in letter.html
    assert text in letter.text
    assert letter.text.index("P.S.") < letter.text.index("1001", letter.text.index("P.S.")) < letter.text.index("\nAmy\n")
    assert ("Hello" in letter.text, "您好" in letter.text) == (False, False)


EVIL = "<img src=x onerror=alert(1)> [win](https://evil.example) **{{ shop.name }}** {% raw %} javascript:alert(1)"


def test_what_a_customer_writes_stays_text(shop: Shop) -> None:
    """In mails and in previews: no tag, no link, no bold, no name of a wording."""
    stock(shop, "TEA", 10)
    person = Person(name=EVIL, email="ann@example.com", country="GB", address=BUYER.address)
    own = wording(
        subject="For {{ customer.name }}", body="**{{ customer.name }}** [look](https://shop.example/?q={{ customer.name }})",
        closing="{{ customer.name }}",
    )  # fmt: skip
    save_wording(shop.call(), wording=own)
    letter = written(shop, place(shop, ("TEA", 1), ship_to=person), "order_confirmed")
    assert letter.subject == f"For {EVIL}"
    shown, notice = shown_letter(own)
    assert notice is not None
    for html in (letter.html, letter.mailed_html, shown.html):
        assert "<img src=x" not in html
        assert '"https://evil.example' not in html
        assert "<strong>&lt;img src=x onerror=alert(1)&gt; [win](https://evil.example) **{{ shop.name }}**" in html
        assert 'href="https://shop.example/?q=%3Cimg%20src%3Dx%20' in html
    assert EVIL in letter.text


def test_what_cannot_be_said_goes_out_in_the_programs_words(shop: Shop) -> None:
    """A name that a later version of the program does not know any more: once, whole, and the shop is told."""
    stock(shop, "TEA", 10)
    kept = save_wording(shop.call(), wording=wording()).wording_id
    Wording.objects.filter(id=kept).update(body="{{ order.poem }}")
    order = place(shop, ("TEA", 2))
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order.order_id))
    with mail_server() as mailbox:
        send(queued.notice_id)
        assert send(queued.notice_id).state == "sent"
    assert [one["Subject"] for one in mailbox.letters] == ["Your order 1001 at A shop"]
    row = Wording.objects.get(id=kept)
    assert (row.fault, row.failed_at is not None) == ("UnknownName body", True)
    with pytest.raises(UnknownName):
        shown_letter(wording(body="{{ order.poem }}"))
    save_wording(shop.call(), wording=wording(body="Good"))
    with mail_server() as mailbox:
        again = queue_notices.one(shop.call(), QueueNotice(kind="order_changed", order_id=order.order_id))
        assert send(again.notice_id).state == "sent"
    assert Wording.objects.get(id=kept).fault == ""


def test_a_mail_in_own_words_arrives(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    save_wording(
        shop.call(), wording=wording(body="Hi {{ customer.name }}, **look**:\n\n{{ order_lines }}\n\n[Terms](https://a.example)")
    )
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=place(shop, ("TEA", 2)).order_id))
    with mail_server() as mailbox:
        send(queued.notice_id)
    (mail,) = mailbox.letters
    assert mail["Subject"] == "Order 1001"
    html, text = (mail.get_body((kind,)).get_content().replace("\r", "") for kind in ("html", "plain"))  # type: ignore[union-attr]
    assert "Hi Ann Lee, <strong>look</strong>:" in html
    assert '<a class="link" style="color:#14566b;" href="https://a.example">Terms</a>' in html
    assert html.index("look") < html.index("Article TEA") < html.index("Terms")
    assert "Hi Ann Lee, look:\n" in text
    assert "Terms (https://a.example)" in text
    assert Wording.objects.get().fault == ""


def test_mails_that_the_shop_does_without_are_not_queued(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    order = place(shop, ("TEA", 2))
    switch_mail(shop.call(), mail_kind="payment_received", is_on=False)
    with pytest.raises(MailSwitchedOff):
        queue_notices.one(shop.call(), QueueNotice(kind="payment_received", order_id=order.order_id))
    assert Notice.objects.count() == 0
    switch_mail(shop.call(), mail_kind="payment_received", is_on=True)
    queue_notices.one(shop.call(), QueueNotice(kind="payment_received", order_id=order.order_id))


def test_the_shops_look(shop: Shop) -> None:
    stock(shop, "TEA", 10)
    save_profile(shop.call(), profile=replace(AMYS, name="Amy's"))
    order = place(shop, ("TEA", 1), payment_method="bank_transfer")
    plain = written(shop, order, "order_confirmed")
    assert (plain.look.name, plain.look.accent) == ("Amy's", "#14566b")
    assert "border-radius:8px;" in plain.html
    save_storefront(shop.call(), storefront=StorefrontDraft(code="web", title="Mugs & more", accent="#ffe14d", corners="round"))
    letter = letter_of(Notice.objects.get())
    assert letter is not None
    _legible(letter)
    assert (letter.shop, letter.look.name) == ("Amy's", "Mugs & more")
    assert "Mugs &amp; more</p>" in letter.html
    assert "border-radius:999px;" in letter.html
    assert letter.html.count(letter.look.accent) >= 3
    assert "url(" not in letter.html
    assert "<link" not in letter.html


def test_the_shops_logo_is_a_part_of_the_mail(shop: Shop) -> None:
    """Small, as a PNG whatever it was, beside the text: nothing is fetched."""
    stock(shop, "TEA", 10)
    front = save_storefront(shop.call(), storefront=StorefrontDraft(code="web", title="Mugs")).storefront_id
    drawn = BytesIO()
    Image.new("RGB", (1200, 300), "#b3402a").save(drawn, "WEBP")
    put_storefront_logo(shop.call(), storefront_id=front, name="logo.webp", content=drawn.getvalue(), alt="Mugs & more")
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=place(shop, ("TEA", 2)).order_id))
    with mail_server() as mailbox:
        send(queued.notice_id)
    (mail,) = mailbox.letters
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert '<img class="logo" src="cid:logo" alt="Mugs &amp; more"' in html
    (part,) = [one for one in mail.walk() if one.get_content_type() == "image/png"]
    assert (part["Content-ID"], part.get_content_disposition()) == ("<logo>", "inline")
    assert Image.open(BytesIO(part.get_content())).size == (440, 110)
    letter = letter_of(Notice.objects.get())
    assert letter is not None
    assert 'src="data:image/png;base64,' in letter.html
    remove_storefront_logo(shop.call(), storefront_id=front)
    again = letter_of(Notice.objects.get())
    assert again is not None
    assert (again.look.logo, "Mugs</p>" in again.html) == (b"", True)


def _legible(letter: Letter) -> None:
    look = letter.look
    for color, ground in (
        (look.accent, "#ffffff"),
        (look.on_accent, look.accent),
        (look.night, "#22252b"),
        (look.on_night, look.night),
    ):
        assert contrast(color, ground) >= LEGIBLE
