"""A mail to a customer before and after it is put into text and HTML."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.mime.image import MIMEImage
from email.utils import formataddr, parseaddr
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import conditional_escape

from dingdan.automation.looks import Look
from dingdan.automation.models import Notice

SCAN: Final = "transfer"
LOGO: Final = "logo"
"""What the picture of a transfer, and that of the shop, are called inside a mail."""

BLOCKS: Final = ("notes", "button", "facts", "order_lines", "totals", "addresses")
"""What the program itself puts into every mail that has it, in the order in which it stands there by itself."""


class Recipient(NamedTuple):
    """Who is written to."""

    name: str
    email: str


class Item(NamedTuple):
    """A line of goods as the mail shows it; amounts are left out where they say nothing."""

    name: str
    detail: str
    quantity: str
    amount: str = ""


class Fact(NamedTuple):
    """A label with what it says, and where it leads."""

    label: str
    value: str
    url: str = ""
    is_strong: bool = False


class Note(str):
    """A paragraph that the reader needs, however the shop words its mails: what is to be paid and how, what staff answered."""

    __slots__ = ()


class Part(NamedTuple):
    """A stretch of a mail: one of the `BLOCKS`, or (`prose`) paragraphs, each as HTML that is safe and as text."""

    block: str
    paragraphs: Sequence[tuple[str, str]] = ()


@dataclass(slots=True)
class Letter:
    """A mail before it is put into text and HTML. Everything in it is for people: amounts and dates are written out."""

    recipient: Recipient
    shop: str
    language: str
    look: Look
    subject: str = ""
    heading: str = ""
    paragraphs: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    totals: list[Fact] = field(default_factory=list)
    addresses: list[tuple[str, list[str]]] = field(default_factory=list)
    button: Fact | None = None
    scan: bytes = b""
    """What to pay as a code to be scanned (PNG); empty where banks know none for it."""
    imprint: list[str] = field(default_factory=list)
    reply_to: str = ""
    is_about_order: bool = True
    why: str = ""
    """Why somebody gets it, where it is about neither an order nor a ticket."""
    stop: str = ""
    """Where its reader says that they want no more of the kind; empty where it is about what they ordered."""
    names: dict[str, Any] = field(default_factory=dict)
    """What the shop's own wording may call by name: strings, lists and mappings of them; None for what there is not."""
    own: Sequence[Part] | None = None
    """The body in the shop's own words, which then greets by itself; None: in the program's."""
    closing: Sequence[tuple[str, str]] = ()
    """What the shop says at the end, as HTML that is safe and as text."""
    failed: tuple[UUID, str] | None = None
    """The wording by which it could not be written, and why: then it stands here in the program's words."""

    @property
    def html(self) -> str:
        """The mail as HTML, whole in itself."""
        return self._rendered("mails/letter.html", scan=_inside(self.scan), logo=_inside(self.look.logo))

    @property
    def text(self) -> str:
        """The mail as plain text."""
        text = self._rendered("mails/letter.txt").strip() + "\n"
        return text if self.own is None else re.sub(r"\n{3,}", "\n\n", text)

    @property
    def colon(self) -> str:
        """What stands between a label and its value."""
        return ": " if self.language == "en" else "："

    @property
    def mailed_html(self) -> str:
        """The mail as HTML whose pictures are parts of the mail beside it: what programs for mail show."""
        return self._rendered("mails/letter.html", scan=f"cid:{SCAN}", logo=f"cid:{LOGO}")

    @property
    def greeting(self) -> str:
        """Whom the program greets; empty where the shop's own words do, or nobody knows a name."""
        return self.recipient.name if self.own is None else ""

    @property
    def parts(self) -> list[Part]:
        """The body from top to bottom. What the shop's own words do not place stands where it always does, behind them."""
        if self.own is None:
            return [_prose(self.paragraphs), *(Part(block) for block in BLOCKS[1:])]
        notes = _prose([one for one in self.paragraphs if isinstance(one, Note)])
        placed = {part.block for part in self.own}
        left = [Part(block) for block in BLOCKS if block not in placed]
        return [notes if part.block == "notes" else part for part in (*self.own, *left)]

    @property
    def preview(self) -> str:
        """The line that lists of mails show beside the subject."""
        return next((text for part in self.parts for _html, text in part.paragraphs), "")

    @property
    def written_button(self) -> Fact | None:
        """The button for those who read text: where it leads, unless that stands there anyway."""
        told = {fact.url for fact in self.facts}
        return self.button if self.button and self.button.url not in told else None

    def _rendered(self, template: str, *, scan: str = "", logo: str = "") -> str:
        with translation.override(self.language.lower()):
            return render_to_string(template, {"letter": self, "look": self.look, "scan": scan, "logo": logo})


def _inside(picture: bytes) -> str:
    """A picture as an address that holds it."""
    return f"data:image/png;base64,{b64encode(picture).decode()}"


def _prose(paragraphs: Sequence[str]) -> Part:
    return Part("prose", [(conditional_escape(str(text)), str(text)) for text in paragraphs])


def message_of(notice: Notice, letter: Letter) -> EmailMultiAlternatives:
    """The mail as it is handed to a mail server, with the notice's own Message-ID."""
    return handed_over(letter, headers={"Message-ID": notice.message_id})


def handed_over(letter: Letter, *, headers: dict[str, str] | None = None) -> EmailMultiAlternatives:
    """A mail as it is handed to a mail server: text and HTML, from the shop, with what belongs to it as parts of the mail."""
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=formataddr((letter.shop, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[formataddr((letter.recipient.name, letter.recipient.email))],
        reply_to=[formataddr((letter.shop, letter.reply_to))] if letter.reply_to else None,
        headers={
            **(headers or {}),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": letter.language,
            **unsubscribing(letter),
        },
    )
    message.attach_alternative(letter.mailed_html, "text/html")
    for name, content in ((LOGO, letter.look.logo), (SCAN, letter.scan)):
        if content:
            picture = MIMEImage(content, "png")
            picture.add_header("Content-ID", f"<{name}>")
            picture.add_header("Content-Disposition", "inline", filename=f"{name}.png")
            message.attach(picture)
    return message


def unsubscribing(letter: Letter) -> dict[str, str]:
    """The headers by which programs for mail offer to stop it in one click (RFC 8058); none for what is about an order."""
    return {"List-Unsubscribe": f"<{letter.stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if letter.stop else {}
