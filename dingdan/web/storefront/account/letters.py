"""What shoppers are written about their account: by the shop, in its name."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Final

from django.utils.translation import gettext as _

from dingdan.automation.imprint import imprint
from dingdan.automation.letters import Fact, Letter, Note, Recipient, handed_over
from dingdan.automation.looks import look_of
from dingdan.automation.notices import shop_name
from dingdan.automation.sending import MAILER, tell_wording
from dingdan.automation.wordings import word
from dingdan.kernel.journal import Call
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.web.storefront.account.links import GOOD_FOR
from dingdan.web.storefront.addresses import whole
from dingdan.web.storefront.reader import TAGS, Reader

log = logging.getLogger(__name__)
MINUTES: Final = int(GOOD_FOR.total_seconds() // 60)


def send_sign_in(reader: Reader, email: str, link: str) -> None:
    """The link by which one signs in. It says the same whether or not there is an account."""
    letter = _begun(reader, email)
    letter.subject = _("Your link to sign in at {shop}").format(shop=letter.shop)
    letter.heading = _("Sign in")
    what = _("With this link you sign in at {shop}. If you have no account yet, it makes one.")
    letter.paragraphs.append(what.format(shop=letter.shop))
    letter.paragraphs.append(Note(_("It is good for {minutes} minutes, and once.").format(minutes=MINUTES)))
    letter.paragraphs.append(Note(_("If you did not ask for it, leave it: nothing happens without it.")))
    letter.button = Fact(_("Sign in"), "", whole(reader.to.at("account", "in", link)))
    _send(letter, "account_sign_in")


def send_move(reader: Reader, email: str, link: str) -> None:
    """The link by which an address becomes that of an account: to the new one."""
    letter = _begun(reader, email)
    letter.subject = _("Your new address at {shop}").format(shop=letter.shop)
    letter.heading = _("Is this your new address?")
    letter.paragraphs.append(_("Somebody wants to use this address for their account at {shop}.").format(shop=letter.shop))
    letter.paragraphs.append(Note(_("It is good for {minutes} minutes, and once.").format(minutes=MINUTES)))
    letter.paragraphs.append(Note(_("If you did not ask for it, leave it: nothing happens without it.")))
    letter.button = Fact(_("Use this address"), "", whole(reader.to.at("account", "move", link)))
    _send(letter, "account_move")


def tell(reader: Reader, email: str, what: str) -> None:
    """That something about the account has changed, so that whoever did not do it hears of it."""
    letter = _begun(reader, email)
    letter.subject = _("Your account at {shop} was changed").format(shop=letter.shop)
    letter.heading = what
    letter.names["account"] = {"change": what}
    letter.paragraphs.append(Note(_("If it was you, nothing is to be done. If not, sign in by a link, and write to us.")))
    letter.button = Fact(_("My account"), "", whole(reader.to.at("account")))
    _send(letter, "account_changed")


def tell_forgotten(reader: Reader, email: str) -> None:
    """That somebody was forgotten, as they wished: the last mail that they get."""
    letter = _begun(reader, email)
    letter.subject = _("You are forgotten at {shop}").format(shop=letter.shop)
    letter.heading = _("You are forgotten")
    letter.paragraphs.append(Note(_("As you asked, what we knew of you is erased, or will be once your last order is over.")))
    _send(letter, "account_forgotten")


def _begun(reader: Reader, email: str) -> Letter:
    shop = shop_name(tenant_in_scope())
    letter = Letter(Recipient("", email), shop, TAGS[reader.language], look=look_of(shop), is_about_order=False)
    letter.why = _("You get this mail because this address was given at {shop}.").format(shop=shop)
    profile = profile_in_force()
    if profile is not None:
        letter.imprint, letter.reply_to = imprint(profile, reader.locale), profile.email
    return letter


def _send(letter: Letter, kind: str) -> None:
    """Send it, in the shop's own words where it has some. Where no mail goes out now, whoever waits for the page is told nothing
    that others are not told."""
    word(letter, kind)
    try:
        handed_over(letter).send()
    except (OSError, SMTPException):
        log.exception("a mail about an account could not be sent")
    tell_wording(letter, Call(tenant_id=current_tenant_id(), actor=MAILER))
