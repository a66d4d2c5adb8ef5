"""What the library of sign-in (django-allauth) asks of us: who may come in, how slowly is guessed, and how secrets are kept."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import timedelta
from smtplib import SMTPException
from typing import Any, Final

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from dingdan.kernel import clock
from dingdan.kernel.errors import WrongGuess
from dingdan.kernel.guessing import EVERYBODY, TooManyGuesses, guess_account
from dingdan.kernel.sealing import seal, unseal
from dingdan.kernel.tenancy import tenant_scope
from dingdan.web.backoffice.access import shop_of
from dingdan.web.shared.clients import address_of, seen_address

ACCOUNT: Final = "/backoffice/account/"
_BROWSER: Final = "dingdan_browser"
_BROWSER_IS_KNOWN_FOR: Final = timedelta(days=180)
_FACTOR: Final = "second factor"
log = logging.getLogger(__name__)


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the shell of the back office needs, for the library's pages about an account."""
    if not request.path_info.startswith(ACCOUNT):
        return {}
    from dingdan.web.backoffice.site import site

    must = getattr(request, "must_have_factor", False)
    return {**site.each_context(request), "providers": settings.SIGN_IN_PROVIDERS, "must_have_factor": must}


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Lets in who works in a shop. Nobody signs up: who works here is invited by who may."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where a request comes from, as the rest of the house sees it."""
        return seen_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Who that is, or None. Counted before it is looked at: the same wait for accounts that there are and that there are not.

        Who signed in from this browser before is counted apart, so that nobody can keep somebody out by trying their name.
        """
        name = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
        whom = _known_browser(request, name) or name
        try:
            with guess_account("sign_in", account=whom, client=address_of(request), at=clock.now()):
                user = _authenticated(request, credentials)
                if user is None:
                    raise WrongGuess
                return user
        except WrongGuess:
            return None
        except TooManyGuesses as refusal:
            raise ValidationError(str(refusal), code="too_many_login_attempts") from refusal

    def pre_login(self, request: HttpRequest, user: User, **beside: Any) -> HttpResponse | None:
        """Turn away who works nowhere. Told to those alone who have shown that the account is theirs."""
        answer: HttpResponse | None = super().pre_login(request, user, **beside)
        if answer is None and shop_of(user) is None:
            messages.error(request, _("This account works in no shop. Ask its owner for a role."))
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        return answer

    def post_login(self, request: HttpRequest, user: User, **beside: Any) -> HttpResponse:
        """Where to go on; the browser is known from now on."""
        answer: HttpResponse = super().post_login(request, user, **beside)
        answer.set_signed_cookie(
            _BROWSER, f"{_digest(user.username)}:{secrets.token_hex(8)}", salt=_BROWSER, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE, max_age=int(_BROWSER_IS_KNOWN_FOR.total_seconds()), path=ACCOUNT,
        )  # fmt: skip
        return answer

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send it. Where no mail goes out now, whoever waits for the page is told nothing that others are not told."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            log.exception("a mail about an account could not be sent")


def _authenticated(request: HttpRequest, credentials: dict[str, Any]) -> User | None:
    """Who that is; an account that is switched off is told apart later, once its password was right."""
    AuthenticationBackend.unstash_authenticated_user()
    user: Any = authenticate(request, **credentials)
    stashed: User | None = AuthenticationBackend.unstash_authenticated_user()
    return user or stashed


def _digest(name: str) -> str:
    return hashlib.blake2b(name.lower().encode(), digest_size=12).hexdigest()


def _known_browser(request: HttpRequest, name: str) -> str:
    """How a browser is counted from which that account signed in before; empty for every other."""
    try:
        known = request.get_signed_cookie(_BROWSER, "", salt=_BROWSER, max_age=int(_BROWSER_IS_KNOWN_FOR.total_seconds()))
    except BadSignature:
        return ""
    return f"browser {known}" if known and str(known).partition(":")[0] == _digest(name) else ""


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors and passkeys: their secrets are sealed, and their code is drawn here."""

    def encrypt(self, text: str) -> str:
        """A secret as it is kept."""
        with tenant_scope(EVERYBODY):
            return seal(text, purpose=_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        """A secret as it was."""
        with tenant_scope(EVERYBODY):
            return unseal(encrypted_text, purpose=_FACTOR)

    def build_totp_svg(self, url: str) -> str:
        """The code that an app scans."""
        return segno.make(url, micro=False).svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True)


class Vouchers(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Those who vouch for people let in who works here already, and nobody new."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False
