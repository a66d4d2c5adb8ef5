"""Accounts and keys from the command line."""

import secrets

import pytest
from django.contrib.auth.models import User

from dingdan.config import people
from dingdan.kernel.clock import now
from dingdan.kernel.errors import Invalid
from dingdan.masterdata.staff.queries import actor_for_token, actor_for_user
from tests.conftest import Shop

GOOD = "correct horse battery"


def address() -> str:
    return f"{secrets.token_hex(6)}@example.org"


def test_it_works(shop: Shop) -> None:
    email = address()
    assert people.create_user(email, password=GOOD, roles=("sales", "warehouse"), tenant=shop.tenant)

    user = User.objects.get(username=email)
    actor = actor_for_user(user.pk)
    assert actor is not None
    assert (user.check_password(GOOD), user.is_staff, user.is_superuser) == (True, True, False)
    assert (actor.may("orders.place_orders"), actor.may("inventory.adjust_stock"), actor.may("payments.request_refund")) == (
        True,
        True,
        False,
    )


def test_the_same_address_again_gives_a_new_password_and_roles(shop: Shop) -> None:
    email = address()
    people.create_user(address(), password=GOOD, roles=("owner",), tenant=shop.tenant)
    people.create_user(email, password=GOOD, roles=("sales",), tenant=shop.tenant)
    assert not people.create_user(email.upper(), password=f"{GOOD} staple", roles=("owner",), tenant=shop.tenant)

    user = User.objects.get(username=email)
    actor = actor_for_user(user.pk)
    assert actor is not None
    assert (user.check_password(f"{GOOD} staple"), user.is_superuser, actor.may("staff.save_role")) == (True, True, True)


@pytest.mark.parametrize(
    ("email", "password", "role"),
    [
        ("no address", GOOD, "owner"),
        ("a@example.org", "short", "owner"),
        ("a@example.org", "password123", "owner"),
        (None, GOOD, "king"),
    ],
)
def test_what_is_not_usable_is_refused_and_makes_no_account(shop: Shop, email: str | None, password: str, role: str) -> None:
    wanted = email or address()
    with pytest.raises(Invalid):
        people.create_user(wanted, password=password, roles=(role,), tenant=shop.tenant)

    assert not User.objects.filter(username=wanted).exists()


def test_a_key_opens_what_its_scopes_name_until_it_expires(shop: Shop) -> None:
    token = people.create_api_key("till", scopes=("orders.*",), days=30, tenant=shop.tenant)

    bearer = actor_for_token(token, at=now())
    assert bearer is not None
    assert bearer.tenant_id == shop.tenant_id
    assert (bearer.actor.may("orders.place_orders"), bearer.actor.may("staff.save_role")) == (True, False)
