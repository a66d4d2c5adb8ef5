"""Accounts of the sign-in library as shoppers have them: known by an address that a mail has proved."""

from __future__ import annotations

from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.utils.crypto import salted_hmac

from dingdan.kernel import clock
from dingdan.kernel.tenancy import across_tenants
from dingdan.masterdata.staff.models import Membership

NEW: Final = "new"


def account_at(email: str) -> User | None:
    """The account of an address; None where there is none."""
    address = email.lower()
    proved = EmailAddress.objects.select_related("user").filter(email=address, verified=True).first()
    if proved is not None:
        return proved.user  # type: ignore[no-any-return]
    return User.objects.filter(username=address).first() or User.objects.filter(email__iexact=address).first()


def seal_of(user: User | None) -> str:
    """What an account is now: another after each sign-in and each new password, so that a link opens once."""
    if user is None:
        return NEW
    return salted_hmac("dingdan shopper", f"{user.pk}{user.password}{user.last_login}").hexdigest()[:24]


def entered(email: str, seal: str) -> User | None:
    """The account that a link opens, its address proved; made where there was none. None where the link was used before.

    Of two who use it at the same moment, one comes in.
    """
    user = account_at(email)
    if seal_of(user) != seal:
        return None
    if user is None:
        user = _made(email)
        return None if user is None else _proved(user, email)
    if not user.is_active or not User.objects.filter(pk=user.pk, last_login=user.last_login).update(last_login=clock.now()):
        return None
    user.refresh_from_db()
    return _proved(user, email)


def _made(email: str) -> User | None:
    """A new account, with no password; None where somebody made it at the same moment."""
    begun = {"email": email, "password": make_password(None), "last_login": clock.now()}
    user, is_new = User.objects.get_or_create(username=email.lower(), defaults=begun)
    return user if is_new else None


def _proved(user: User, email: str) -> User:
    """Note that whoever has the account reads the mails of its address."""
    EmailAddress.objects.update_or_create(user=user, email=email.lower(), defaults={"verified": True, "primary": True})
    return user


def has_proved(user: User) -> bool:
    """Whether a mail has proved that the account's address is theirs."""
    return bool(EmailAddress.objects.filter(user=user, email=user.email.lower(), verified=True).exists())


def wants_more(user: User) -> bool:
    """Whether a password alone is too little: the address was never proved, or an app with six digits was set up beside it."""
    return not has_proved(user) or Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def works_somewhere(user: User) -> bool:
    """Whether the account also opens a back office: then a mail alone may not change how one signs in to it."""
    with across_tenants():
        works: bool = user.is_superuser or Membership.objects.filter(user_id=user.pk).exists()
    return works


def moved(user: User, email: str) -> bool:
    """Give an account another proved address; False where that is another account's."""
    held = account_at(email)
    if held is not None and held.pk != user.pk:
        return False
    try:
        User.objects.filter(pk=user.pk).update(username=email.lower(), email=email)
    except IntegrityError:
        return False
    user.username, user.email = email.lower(), email
    EmailAddress.objects.filter(user=user).delete()
    _proved(user, email)
    return True


def passkeys_of(user: User) -> list[Authenticator]:
    """The passkeys of an account, oldest first."""
    return list(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("created_at", "id"))
