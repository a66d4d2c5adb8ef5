"""How somebody signs in: a password, passkeys, and signing out everywhere."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.internal.auth import WebAuthn, begin_registration
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from dingdan.kernel.errors import Refusal
from dingdan.masterdata.customers.commands import sign_out_login
from dingdan.web.shared.passkeys import AddPasskey
from dingdan.web.storefront.account import letters
from dingdan.web.storefront.account.accounts import passkeys_of, works_somewhere
from dingdan.web.storefront.account.entering import PasskeyNotKnown, PasswordTooWeak, check_password
from dingdan.web.storefront.account.orders import day_of
from dingdan.web.storefront.account.profile import WorksHere
from dingdan.web.storefront.account.who import Desk, account_page, go_out

MOST_PASSKEYS = 20


@account_page()
def security(desk: Desk) -> HttpResponse:
    """What there is to sign in with."""
    user = desk.me.user
    keys = [
        {"id": one.pk, "name": one.wrap().name, "since": day_of(desk.reader, one.created_at)} for one in passkeys_of(user)
    ]  # fmt: skip
    return desk.shown(
        "security", email=user.email, has_password=user.has_usable_password(), keys=keys, works=works_somewhere(user),
        is_saved="saved" in desk.request.GET,
    )  # fmt: skip


@account_page("POST", fresh=True)
def password(desk: Desk) -> HttpResponse:
    """Choose a password, or another one. Whoever is signed in elsewhere with the old one no longer is."""
    user, trouble = desk.me.user, None
    if desk.request.method == "POST":
        try:
            _may_change(desk)
            wanted = desk.request.POST.get("password", "")[:1000]
            if not wanted:
                raise PasswordTooWeak(field="password", reason=_("there is none."))
            check_password(wanted, user.email)
            user.set_password(wanted)
            user.save(update_fields=["password"])
            update_session_auth_hash(desk.request, user)
            letters.tell(desk.reader, user.email, _("The password of your account was changed"))
            return desk.went(desk.at("security") + "?saved=1")
        except Refusal as refusal:
            trouble = refusal
    return desk.shown("password", trouble=trouble, has_password=user.has_usable_password(), email=user.email)


@account_page("POST", fresh=True)
def add_passkey(desk: Desk) -> HttpResponse:
    """Add a passkey that signs in by itself: what a browser is to make, and what it made."""
    user, trouble = desk.me.user, None
    try:
        _may_change(desk)
        if len(passkeys_of(user)) >= MOST_PASSKEYS:
            raise PasskeyNotKnown
        if desk.request.method == "POST":
            _keep_passkey(desk)
            return desk.went(desk.at("security") + "?saved=1")
        if "options" in desk.request.GET:
            return JsonResponse(begin_registration(user, True))
    except Refusal as refusal:
        trouble = refusal
    return desk.shown("passkey", trouble=trouble)


def _keep_passkey(desk: Desk) -> None:
    sent, user = desk.request.POST, desk.me.user
    said = {"name": sent.get("name", "")[:80], "credential": sent.get("credential", ""), "passwordless": "on"}
    form: Any = AddPasskey(user=user, data=said)
    if not form.is_valid():
        raise PasskeyNotKnown
    WebAuthn.add(user, form.cleaned_data["name"], form.cleaned_data["credential"])
    letters.tell(desk.reader, user.email, _("A passkey was added to your account"))


@account_page("POST", fresh=True)
def remove_passkey(desk: Desk) -> HttpResponse:
    """Take a passkey away: one of one's own."""
    asked = desk.request.POST.get("passkey", "")
    if desk.request.method == "POST" and not works_somewhere(desk.me.user):
        for one in passkeys_of(desk.me.user):
            if str(one.pk) == asked:
                one.delete()
                letters.tell(desk.reader, desk.me.user.email, _("A passkey was taken from your account"))
    return desk.went(desk.at("security") + "?saved=1")


@account_page("POST")
def everywhere(desk: Desk) -> HttpResponse:
    """Sign out on all devices at this shop."""
    if desk.request.method != "POST":
        return desk.went(desk.at("security"))
    sign_out_login(desk.call, login_id=desk.me.login.id)
    go_out(desk.request)
    return desk.went(desk.at("sign-in"))


def _may_change(desk: Desk) -> None:
    if works_somewhere(desk.me.user):
        raise WorksHere
