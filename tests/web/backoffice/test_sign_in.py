"""Signing in: by password, with a second factor, by those who vouch; invited, slow to guess, told apart by nobody."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from dingdan.kernel import clock
from dingdan.kernel.models import GuessCount
from dingdan.kernel.tenancy import across_tenants
from dingdan.masterdata.staff.commands import save_membership, suspend_membership
from dingdan.masterdata.staff.models import Membership
from dingdan.web.backoffice import invitations
from tests.conftest import Shop
from tests.web.backoffice.desk import PASSWORD, client, member, sit_down, text_of
from tests.web.storefront.test_attacks import PASSKEYS

ACCOUNT = "/backoffice/account/"
LOGIN = f"{ACCOUNT}login/"


@pytest.fixture(autouse=True)
def _fresh_counts() -> Iterator[None]:
    """Everybody here comes from one address: what is counted of it must not outlive a test."""
    yield
    cache.clear()
    with across_tenants():
        GuessCount.objects.filter(scope__startswith="sign_in").delete()


def signs_in(browser: Client, user: User, password: str = PASSWORD) -> HttpResponse:
    answer: HttpResponse = browser.post(LOGIN, {"login": user.email, "password": password})  # type: ignore[assignment]
    return answer


def said(answer: Any) -> str:
    return text_of(answer.content.decode())


def code_of(user: User, *, steps: int = 0) -> str:
    """The digits that the app of somebody shows now, or so many half minutes later."""
    kept = Authenticator.objects.get(user=user, type="totp").wrap()
    assert isinstance(kept, TOTP)
    from allauth.mfa.utils import decrypt

    counter = list(yield_hotp_counters_from_time())[1] + steps
    return str(format_hotp_value(hotp_value(decrypt(kept.instance.data["secret"]), counter)))


def confirm(browser: Client) -> None:
    browser.post(f"{ACCOUNT}reauthenticate/", {"password": PASSWORD})


def set_up_factor(browser: Client, user: User) -> list[str]:
    """Switch the six digits on; the recovery codes that were shown."""
    confirm(browser)
    page = browser.get(f"{ACCOUNT}2fa/totp/activate/")
    (secret,) = re.findall(r'bo-example">(\w+)</pre>', page.content.decode())
    code = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    shown = browser.post(f"{ACCOUNT}2fa/totp/activate/", {"code": code}, follow=True)
    return re.findall(r"^(?:<pre.*>)?(\d{8})$", shown.content.decode(), re.MULTILINE)


def test_it_works(shop: Shop) -> None:
    user, browser = member(shop, "sales"), client()
    assert "Sign in with a passkey" in said(browser.get(LOGIN))
    before = browser.cookies["dingdan_csrf"].value
    answer = signs_in(browser, user)
    assert (answer.status_code, answer["Location"]) == (302, "/backoffice/")
    assert browser.get("/backoffice/").status_code == 200
    assert browser.cookies["dingdan_csrf"].value != before
    assert browser.cookies["dingdan_session"]["httponly"] is True
    assert browser.cookies["dingdan_session"]["samesite"] == "Lax"


def test_a_session_that_was_planted_is_not_gone_on_with(shop: Shop) -> None:
    user, browser = member(shop), client()
    session = browser.session
    session["planted"] = "yes"
    session.save()
    planted = str(session.session_key)
    browser.cookies["dingdan_session"] = planted
    signs_in(browser, user)
    assert browser.session.session_key != planted
    other = client()
    other.cookies["dingdan_session"] = planted
    assert other.get("/backoffice/").status_code == 302


def test_unknown_accounts_and_wrong_passwords_are_answered_alike(shop: Shop) -> None:
    user, nobody = member(shop), User(email=f"x{secrets.token_hex(6)}@example.org")
    wrong, unknown = signs_in(client(), user, "guess"), signs_in(client(), nobody, "guess")
    assert wrong.status_code == unknown.status_code == 200
    assert said(wrong) == said(unknown)
    assert "The email address and/or password you specified are not correct." in said(wrong)


def test_who_works_nowhere_does_not_get_in(shop: Shop) -> None:
    name = f"x{secrets.token_hex(6)}@example.org"
    user = User.objects.create_user(name, email=name, password=PASSWORD, is_staff=True)
    browser = client()
    answer = browser.post(LOGIN, {"login": user.email, "password": PASSWORD}, follow=True)
    assert "This account works in no shop. Ask its owner for a role." in said(answer)
    assert browser.get("/backoffice/").status_code == 302


def test_an_account_is_guessed_at_ten_times_and_then_slowly(shop: Shop) -> None:
    user, browser = member(shop), client()
    known = client()
    signs_in(known, user)
    known.post(f"{ACCOUNT}logout/")
    assert [signs_in(browser, user, f"guess {number}").status_code for number in range(10)] == [200] * 10
    answer = signs_in(browser, user)
    assert "Too many tries. The next one is possible in" in said(answer)
    assert browser.get("/backoffice/").status_code == 302
    # From a browser where they signed in before, nobody can keep them out.
    assert signs_in(known, user).status_code == 302
    with clock.moved_by(timedelta(seconds=31)):
        assert signs_in(browser, user).status_code == 302


def test_a_name_that_there_is_not_is_counted_too(shop: Shop) -> None:
    nobody, browser = User(email=f"x{secrets.token_hex(6)}@example.org"), client()
    answers = [said(signs_in(browser, nobody, "guess")) for _ in range(11)]
    assert "Too many tries." in answers[10]
    assert "Too many tries." not in answers[9]


def test_a_second_factor(shop: Shop) -> None:
    user, browser = member(shop), client()
    signs_in(browser, user)
    codes = set_up_factor(browser, user)
    assert len(codes) == 10
    kept = Authenticator.objects.get(user=user, type="totp")
    assert kept.data["secret"].startswith("gAAAA")
    browser = client()
    answer = signs_in(browser, user)
    assert answer["Location"] == f"{ACCOUNT}2fa/authenticate/"
    assert browser.get("/backoffice/").status_code == 302
    wrong = browser.post(f"{ACCOUNT}2fa/authenticate/", {"code": "000000"})
    assert "Incorrect code." in said(wrong)
    assert browser.post(f"{ACCOUNT}2fa/authenticate/", {"code": code_of(user, steps=1)}).status_code == 302
    assert browser.get("/backoffice/").status_code == 200
    # A recovery code opens once.
    for expected in (302, 200):
        browser = client()
        signs_in(browser, user)
        assert browser.post(f"{ACCOUNT}2fa/authenticate/", {"code": codes[0]}).status_code == expected


def test_the_second_factor_is_guessed_at_five_times(shop: Shop) -> None:
    user, browser = member(shop), client()
    signs_in(browser, user)
    set_up_factor(browser, user)
    browser = client()
    signs_in(browser, user)
    answers = [said(browser.post(f"{ACCOUNT}2fa/authenticate/", {"code": "000000"})) for _ in range(6)]
    assert "Too many" in answers[5]
    assert "Too many" not in answers[4]


def test_what_guards_an_account_wants_the_password_once_more(shop: Shop) -> None:
    desk = sit_down(shop)
    for page in ("2fa/totp/activate/", "2fa/webauthn/add/", "2fa/recovery-codes/generate/"):
        answer = desk.browser.get(f"{ACCOUNT}{page}")
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{ACCOUNT}reauthenticate/")
    assert not Authenticator.objects.filter(user=desk.user).exists()


def test_a_forgotten_password(shop: Shop) -> None:
    user, browser = member(shop), client()
    known = browser.post(f"{ACCOUNT}password/reset/", {"email": user.email})
    unknown = browser.post(f"{ACCOUNT}password/reset/", {"email": f"x{secrets.token_hex(6)}@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    to_known, to_unknown = mail.outbox[-2:]
    assert "There is no account with it." in to_unknown.body
    link = next(line for line in str(to_known.body).splitlines() if "/password/reset/key/" in line)
    path = "/" + link.split("/", 3)[3]
    form = browser.get(path)["Location"]
    weak = browser.post(form, {"password1": "password12", "password2": "password12"})
    assert "too common" in said(weak)
    short = browser.post(form, {"password1": "gR7!x", "password2": "gR7!x"})
    assert "at least 10 characters" in said(short)
    browser.post(form, {"password1": "another horse 7", "password2": "another horse 7"})
    assert browser.get("/backoffice/").status_code == 302
    assert "opens nothing" in said(client().get(path))
    assert signs_in(browser, user).status_code == 200
    assert signs_in(browser, user, "another horse 7").status_code == 302


def test_signing_out_everywhere_else(shop: Shop) -> None:
    user, here, there = member(shop), client(), client()
    signs_in(here, user)
    signs_in(there, user)
    assert UserSession.objects.filter(user=user).count() == 2
    assert "Sign out everywhere else" in said(here.get(f"{ACCOUNT}sessions/"))
    here.post(f"{ACCOUNT}sessions/")
    assert here.get("/backoffice/").status_code == 200
    assert there.get("/backoffice/").status_code == 302


def test_nobody_signs_up(shop: Shop) -> None:
    before = User.objects.count()
    answer = client().post(f"{ACCOUNT}signup/", {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert "Nobody signs up here" in said(answer)
    assert User.objects.count() == before


def invited(shop: Shop) -> tuple[User, str]:
    """Somebody who was invited and has no password yet, and the address of the invitation."""
    user = invitations.account_for(f"N{secrets.token_hex(6)}@example.org")
    save_membership(shop.call(), user_id=user.pk, role_ids=())
    invitations.send_invitation(user, shop.tenant, by="Amy")
    link = next(line for line in str(mail.outbox[-1].body).splitlines() if "/invitation/" in line)
    return user, "/" + link.split("/", 3)[3]


def test_an_invitation(shop: Shop) -> None:
    user, path = invited(shop)
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([user.email], "You are invited to work in A shop")
    browser = client()
    assert signs_in(browser, user).status_code == 200
    assert "Work in A shop" in said(browser.get(path))
    assert browser.post(path, {"password1": PASSWORD, "password2": PASSWORD})["Location"] == LOGIN
    assert EmailAddress.objects.get(user=user).verified is True
    assert signs_in(browser, user).status_code == 302
    assert browser.get("/backoffice/").status_code == 200
    again = client().post(path, {"password1": "another horse 7", "password2": "another horse 7"})
    assert again.status_code == 404
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_an_invitation_that_is_over_changed_or_taken_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    user, path = invited(shop)
    assert client().get(path[:-3] + "xx/").status_code == 404
    monkeypatch.setattr(invitations, "GOOD_FOR", timedelta(seconds=-1))
    assert client().get(path).status_code == 404
    monkeypatch.undo()
    assert client().get(path).status_code == 200
    membership = Membership.objects.get(user_id=user.pk)
    member(shop)
    suspend_membership(shop.call(), membership_id=membership.id)
    assert client().post(path, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 404
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_who_can_sign_in_already_is_told_where(shop: Shop) -> None:
    user = member(shop)
    invitations.send_invitation(user, shop.tenant, by="Amy")
    assert "Sign in as you are used to" in mail.outbox[-1].body
    assert "/invitation/" not in mail.outbox[-1].body


def test_a_passkey_is_renamed_and_removed(shop: Shop) -> None:
    user, browser = member(shop), client()
    signs_in(browser, user)
    confirm(browser)
    kept = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Phone", "credential": {}})
    keys = f"{ACCOUNT}2fa/webauthn/keys/{kept.pk}/"
    assert "Remove Phone?" in said(browser.get(f"{keys}remove/"))
    browser.post(f"{keys}edit/", {"name": "Tablet"})
    assert "Tablet" in said(browser.get(f"{ACCOUNT}2fa/webauthn/"))
    browser.post(f"{keys}remove/")
    assert not Authenticator.objects.filter(pk=kept.pk).exists()


def test_a_passkey_that_no_browser_made_opens_nothing(shop: Shop) -> None:
    user, browser = member(shop), client()
    signs_in(browser, user)
    confirm(browser)
    for made_up in PASSKEYS:
        answer = client().post(f"{ACCOUNT}2fa/webauthn/login/", {"credential": made_up})
        assert (answer.status_code, answer["Location"]) == (302, LOGIN), made_up[:40]
        assert browser.post(f"{ACCOUNT}2fa/webauthn/reauthenticate/", {"credential": made_up}).status_code in (200, 302)
        assert browser.post(f"{ACCOUNT}2fa/webauthn/add/", {"credential": made_up, "name": "x"}).status_code == 200
    assert not Authenticator.objects.filter(user=user).exists()
