"""Who somebody is and how they are reached: name, phone, language, and an address that a mail proves."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dingdan.kernel import clock
from dingdan.kernel.contact import clean_email
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import counted_letter
from dingdan.masterdata.customers.commands import change_profile
from dingdan.masterdata.customers.queries import contact_of
from dingdan.masterdata.customers.rules import ProfileDraft
from dingdan.web.shared.clients import address_of
from dingdan.web.storefront.account import letters
from dingdan.web.storefront.account.accounts import moved, seal_of, works_somewhere
from dingdan.web.storefront.account.entering import LETTER
from dingdan.web.storefront.account.links import Move, link_of, move_by
from dingdan.web.storefront.account.who import Desk, account_page
from dingdan.web.storefront.reader import LANGUAGE_NAMES, TAGS

_LANGUAGES = {TAGS[code]: name for code, name in LANGUAGE_NAMES.items()}


class WorksHere(Refusal):
    """The account opens a back office: how one signs in to it is changed there."""

    sentence = gettext_lazy("You work in a shop with this account, so this is changed in its back office.")
    remedy = gettext_lazy("Sign in to the back office, and open the page about your account.")


class AddressIsAnothers(Refusal):
    """Two accounts want the same address."""

    sentence = gettext_lazy("There is an account with this address already.")
    remedy = gettext_lazy("Sign in with it, or write to the shop to have both made one.")


@account_page("POST")
def profile(desk: Desk) -> HttpResponse:
    """What the shop calls somebody, where it may phone, and in which language it writes."""
    sent, trouble = desk.request.POST, None
    contact = contact_of(desk.me.customer.id)
    known = {name: getattr(contact, name, "") for name in ("name", "company", "phone")} | {"language": desk.me.customer.language}
    if desk.request.method == "POST":
        typed = {name: sent.get(name, "").replace("\0", "")[:200] for name in known}
        language = typed["language"] if typed["language"] in _LANGUAGES else known["language"]
        known = typed | {"language": language}
        try:
            change_profile(desk.call, customer_id=desk.me.customer.id, profile=ProfileDraft(**known))
            return desk.went(desk.at("profile") + "?saved=1")
        except Refusal as refusal:
            trouble = refusal
    return desk.shown(
        "profile", trouble=trouble, typed=known, languages_known=list(_LANGUAGES.items()), email=desk.me.user.email,
        is_saved="saved" in desk.request.GET and trouble is None,
    )  # fmt: skip


@account_page("POST", fresh=True)
def email(desk: Desk) -> HttpResponse:
    """Ask for another address: it counts once the mail to it was answered."""
    trouble = None
    if desk.request.method == "POST":
        try:
            _may_change_sign_in(desk)
            wanted = clean_email(desk.request.POST.get("email", ""), "email")
            counted_letter(LETTER, to=wanted.lower(), client=address_of(desk.request), at=clock.now())
            wish = Move(wanted, seal_of(desk.me.user), desk.me.user.pk)
            letters.send_move(desk.reader, wanted, link_of(wish, at=clock.now()))
            return desk.shown("mailed", email=wanted, minutes=letters.MINUTES, is_move=True)
        except Refusal as refusal:
            trouble = refusal
    return desk.shown("email", trouble=trouble, email=desk.me.user.email, typed=desk.request.POST.get("email", "")[:254])


@account_page("POST")
def move(desk: Desk, link: str) -> HttpResponse:
    """What the mail to the new address opens: its button changes the address, for whoever is signed in and asked for it."""
    wish = move_by(link, at=clock.now())
    user = desk.me.user
    if wish is None or wish.user_id != user.pk or seal_of(user) != wish.seal:
        return desk.shown("over", status=404)
    if desk.request.method != "POST":
        return desk.shown("move", email=wish.email)
    before = user.email
    try:
        _may_change_sign_in(desk)
        if not moved(user, wish.email):
            raise AddressIsAnothers(field="email")
        change_profile(desk.call, customer_id=desk.me.customer.id, profile=ProfileDraft(email=wish.email))
    except Refusal as refusal:
        return desk.shown("move", trouble=refusal, email=wish.email)
    letters.tell(desk.reader, before, _("The address of your account was changed"))
    return desk.went(desk.at("profile") + "?saved=1")


def _may_change_sign_in(desk: Desk) -> None:
    if works_somewhere(desk.me.user):
        raise WorksHere
