"""Coming in and going out: by a link in a mail, by a password, by a passkey."""

from __future__ import annotations

from typing import Any, Final, cast

from allauth.account.adapter import get_adapter
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy

from dingdan.kernel import clock
from dingdan.kernel.contact import clean_email
from dingdan.kernel.errors import Refusal
from dingdan.kernel.guessing import TooManyGuesses, counted_deed, counted_letter
from dingdan.web.shared.clients import address_of
from dingdan.web.shared.passkeys import SignInWithPasskey
from dingdan.web.storefront.account import letters
from dingdan.web.storefront.account.accounts import account_at, entered, has_proved, seal_of, wants_more
from dingdan.web.storefront.account.links import SignIn, link_of, sign_in_by
from dingdan.web.storefront.account.who import Desk, account_page, come_in, entrance_page, go_out, next_of, safe_next

LETTER: Final = "shopper letter"
_LONGEST_PASSWORD: Final = 1000


class WrongPassword(Refusal):
    """The same for an address that there is not, a password that is wrong, and an account that is switched off."""

    status = 422
    sentence = gettext_lazy("E-mail or password is not right.")
    remedy = gettext_lazy("Try again, or have a link mailed to you: it needs no password.")


class PasskeyNotKnown(Refusal):
    """Nobody comes in by it."""

    status = 422
    sentence = gettext_lazy("The passkey did not work.")
    remedy = gettext_lazy("Try it again, or have a link mailed to you.")


class PasswordTooWeak(Refusal):
    """What the rules about passwords say."""

    status = 422
    sentence = gettext_lazy("This password is not good enough: {reason}")
    remedy = gettext_lazy("Ten characters or more, of any kind; nothing that many people use.")


@entrance_page("POST")
def sign_in(desk: Desk) -> HttpResponse:
    """The ways in. A link makes an account where there is none; what is answered does not tell whether there was one."""
    sent = desk.request.POST
    if desk.shopper is not None and "again" not in desk.request.GET and desk.request.method != "POST":
        return desk.went(next_of(desk.request, desk.reader))
    try:
        if sent.get("act") == "mail":
            return _mailed(desk)
        if sent.get("act") == "password":
            return _by_password(desk)
    except Refusal as refusal:
        return _shown(desk, refusal)
    return _shown(desk, None)


def _shown(desk: Desk, trouble: Refusal | None) -> HttpResponse:
    sent = desk.request.POST
    known = sent.get("email", "")[:254] or (desk.shopper.user.email if desk.shopper else "")
    return desk.shown(
        "sign-in", trouble=trouble, email=known, next=next_of(desk.request, desk.reader), is_again=desk.shopper is not None,
        by_password=sent.get("act") == "password",
    )  # fmt: skip


def _mailed(desk: Desk) -> HttpResponse:
    email = clean_email(desk.request.POST.get("email", ""), "email")
    send_link(desk, email, next_of(desk.request, desk.reader))
    return desk.shown("mailed", email=email, minutes=letters.MINUTES)


def send_link(desk: Desk, email: str, next_: str) -> None:
    """Mail the link by which one signs in. Refuses so many that somebody would be flooded."""
    counted_letter(LETTER, to=email.lower(), client=address_of(desk.request), at=clock.now())
    letters.send_sign_in(desk.reader, email, link_of(SignIn(email, seal_of(account_at(email)), next_), at=clock.now()))


def _by_password(desk: Desk) -> HttpResponse:
    sent = desk.request.POST
    email = clean_email(sent.get("email", ""), "email")
    try:
        found = get_adapter().authenticate(desk.request, email=email, password=sent.get("password", "")[:_LONGEST_PASSWORD])
    except ValidationError as many:
        raise many.__cause__ if isinstance(many.__cause__, TooManyGuesses) else WrongPassword from None
    if found is None or not found.is_active:
        raise WrongPassword(field="password")
    user = cast(User, found)
    if wants_more(user):
        send_link(desk, user.email, next_of(desk.request, desk.reader))
        return desk.shown("mailed", email=user.email, minutes=letters.MINUTES, was_right=True)
    return _came(desk, user)


def _came(desk: Desk, user: User) -> HttpResponse:
    next_ = next_of(desk.request, desk.reader)
    come_in(desk.request, desk.reader, user)
    return desk.went(next_)


@entrance_page("POST")
def by_link(desk: Desk, link: str) -> HttpResponse:
    """What a link in a mail opens. Looking at it does nothing, as programs look at mails, too; its button signs in."""
    wish = sign_in_by(link, at=clock.now())
    user = account_at(wish.email) if wish else None
    if wish is None or seal_of(user) != wish.seal or (user and not user.is_active):
        return desk.shown("over", status=404)
    if desk.request.method != "POST":
        return desk.shown("by-link", email=wish.email, is_new=user is None)
    password = desk.request.POST.get("password", "")[:_LONGEST_PASSWORD] if user is None else ""
    try:
        check_password(password, wish.email)
    except Refusal as refusal:
        return desk.shown("by-link", trouble=refusal, email=wish.email, is_new=True)
    came = entered(wish.email, wish.seal)
    if came is None:
        return desk.shown("over", status=404)
    if password:
        came.set_password(password)
        came.save(update_fields=["password"])
    come_in(desk.request, desk.reader, came)
    return desk.went(safe_next(wish.next, desk.reader) or desk.at())


def check_password(password: str, email: str) -> None:
    """Refuse a password that is too short, or that many people use, or that is like the address. None at all is none."""
    try:
        if password:
            validate_password(password, User(username=email, email=email))
    except ValidationError as weak:
        raise PasswordTooWeak(field="password", reason=" ".join(weak.messages)) from None


@entrance_page("POST")
def passkey(desk: Desk) -> HttpResponse:
    """What a browser asks its passkey for; and coming in by what the passkey says."""
    try:
        counted_deed("shopper passkey", client=address_of(desk.request), at=clock.now())
        if desk.request.method != "POST":
            return JsonResponse(begin_authentication(user=None))
        form: Any = SignInWithPasskey(data=desk.request.POST)
        user = form.cleaned_data["credential"].user if form.is_valid() else None
        if user is None or not user.is_active or not has_proved(user):
            raise PasskeyNotKnown
        return _came(desk, user)
    except Refusal as refusal:
        if desk.request.method != "POST":
            return JsonResponse({"trouble": str(refusal)}, status=refusal.status)
        return _shown(desk, refusal)


@account_page("POST")
def sign_out(desk: Desk) -> HttpResponse:
    """Sign out on this device. The cart stays."""
    if desk.request.method == "POST":
        go_out(desk.request)
        return desk.went(desk.reader.to.home)
    return desk.went(desk.at())
