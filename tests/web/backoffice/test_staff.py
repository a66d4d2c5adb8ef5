"""People, roles and keys, as an owner keeps them at a browser."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest
from django.core import mail

from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.staff.commands import make_usual_roles
from dingdan.masterdata.staff.models import ApiKey, Membership, Role
from dingdan.masterdata.staff.queries import actor_for_user, roles_by_name
from dingdan.masterdata.staff.rules import USUAL_ROLES
from tests.conftest import Shop
from tests.web.backoffice.desk import Desk, client, member, text_of
from tests.web.backoffice.test_sign_in import ACCOUNT, _fresh_counts, confirm, set_up_factor, signs_in

__all__ = ["_fresh_counts"]


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """The owner, who signed in a moment ago."""
    make_usual_roles(shop.call())
    owner, browser = member(shop), client()
    signs_in(browser, owner)
    return Desk(shop, owner, browser)


def sent(desk: Desk, path: str, **fields: Any) -> str:
    """What the page says after a form was sent."""
    answer = desk.browser.post(f"/backoffice/staff/{path}", fields, follow=True)
    return text_of(answer.content.decode())


def test_somebody_is_invited(desk: Desk) -> None:
    sales, address = roles_by_name(["sales"])["sales"], f"n{secrets.token_hex(6)}@example.org"
    said = sent(desk, "membership/new/", email=address, roles=[str(sales.id)])
    assert "The invitation is on its way." in said
    assert "They have not chosen a password yet." in said
    assert mail.outbox[-1].to == [address]
    row = Membership.objects.exclude(user_id=desk.user.pk).get()
    assert actor_for_user(row.user_id).permissions == frozenset(USUAL_ROLES["sales"])  # type: ignore[union-attr]
    assert f"{address} Sales – Off Active" in desk.read("staff/membership/")
    assert "Send the invitation again" in desk.read(f"staff/membership/{row.id}/")
    sent(desk, f"membership/{row.id}/invite/")
    assert len([one for one in mail.outbox if one.to == [address]]) == 2


def test_what_is_no_address_is_not_invited(desk: Desk) -> None:
    before = JournalEntry.objects.count()
    sales = roles_by_name(["sales"])["sales"]
    for email in ("", "nobody", "a@b"):
        assert "Invite somebody" in sent(desk, "membership/new/", email=email, roles=[str(sales.id)]), email
        assert JournalEntry.objects.count() == before, email


def test_roles_are_changed_and_people_suspended(desk: Desk) -> None:
    clerk = member(desk.shop, "sales")
    row, names = Membership.objects.get(user_id=clerk.pk), roles_by_name(["warehouse"])
    assert "The roles are changed." in sent(desk, f"membership/{row.id}/do/roles/", roles=[str(names["warehouse"].id)])
    assert actor_for_user(clerk.pk).permissions == frozenset(USUAL_ROLES["warehouse"])  # type: ignore[union-attr]
    assert "They are out at once." in sent(desk, f"membership/{row.id}/do/suspend/")
    assert actor_for_user(clerk.pk) is None
    assert "They may work here again." in sent(desk, f"membership/{row.id}/do/resume/")


def test_the_last_owner_stays(desk: Desk) -> None:
    row = Membership.objects.get(user_id=desk.user.pk)
    assert "This is the last member who may do everything." in sent(desk, f"membership/{row.id}/do/suspend/")
    assert actor_for_user(desk.user.pk) is not None


def test_a_role_is_made_with_limits_and_read(desk: Desk) -> None:
    fields = {"name": "Junior", "may": ["orders.read", "aftersales.refund_order"], "limit_refund": "100.00 EUR, 80 GBP"}
    said = sent(desk, "role/new/", **fields, others="", second_factor="on")
    assert "The role is saved. It holds at once." in said
    row = Role.objects.get(name="Junior")
    assert row.permissions == ["aftersales.refund_order", "orders.read"]
    assert row.limits == [
        {"what": "refund", "currency": "EUR", "amount": 10000},
        {"what": "refund", "currency": "GBP", "amount": 8000},
    ]
    assert row.second_factor
    assert "Refunds, up to €100.00, £80.00" in said
    assert "Orders Look at orders with everything that belongs to them" in said
    again = desk.get(f"staff/role/{row.id}/edit/")
    assert 'value="100.00 EUR, 80.00 GBP"' in again
    assert re.search(r'value="orders.read" checked', again)


def test_what_is_no_amount_is_refused_where_it_stands(desk: Desk) -> None:
    for limit in ("100", "lots EUR", "1.234 EUR", "-5 EUR", "5 XYZ"):
        said = desk.browser.post("/backoffice/staff/role/new/", {"name": "Junior", "limit_refund": limit}).content.decode()
        assert 'class="bo-refused"' in said, limit
        assert f'value="{limit}"' in said
        assert not Role.objects.filter(name="Junior").exists(), limit


def test_a_key_is_shown_once(desk: Desk) -> None:
    said = sent(desk, "apikey/new/", name="till", may=["orders.read"], days="30", limit_credit="5 GBP")
    (token,) = re.findall(r"dd_[a-z0-9]{12}_[\w-]{43}", said)
    row = ApiKey.objects.get()
    assert (row.name, row.scopes, row.prefix) == ("till", ["orders.read"], token[3:15])
    assert row.limits == [{"what": "credit", "currency": "GBP", "amount": 500}]
    assert token not in desk.get(f"staff/apikey/{row.id}/")
    assert "The key opens nothing any more." in sent(desk, f"apikey/{row.id}/do/revoke/")


def test_who_signed_in_long_ago_proves_first_who_they_are(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dingdan.web.backoffice.proving.GOOD_FOR", 0)
    before = JournalEntry.objects.count()
    for path in ("apikey/new/", "role/new/", "membership/new/", "role/second-factor/"):
        answer = desk.browser.post(f"/backoffice/staff/{path}", {"name": "x", "email": "x@example.org", "wanted": "yes"})
        assert answer["Location"].startswith(f"{ACCOUNT}reauthenticate/")
    assert JournalEntry.objects.count() == before
    monkeypatch.undo()
    confirm(desk.browser)
    assert desk.browser.get("/backoffice/staff/role/new/").status_code == 200


def test_a_shop_wants_a_second_factor_of_everybody(desk: Desk) -> None:
    clerk, browser = member(desk.shop, "sales"), client()
    signs_in(browser, clerk)
    assert browser.get("/backoffice/").status_code == 200
    desk.browser.post("/backoffice/staff/role/second-factor/", {"wanted": "yes"})
    assert set(Role.objects.values_list("second_factor", flat=True)) == {True}
    for path in ("", "board/boardrow/", "staff/role/"):
        assert browser.get(f"/backoffice/{path}")["Location"] == f"{ACCOUNT}2fa/"
    assert "Your shop wants a second factor" in text_of(browser.get(f"{ACCOUNT}2fa/").content.decode())
    set_up_factor(browser, clerk)
    assert browser.get("/backoffice/").status_code == 200


def test_a_role_that_somebody_changed_tells_what_is_new_since(desk: Desk) -> None:
    row = roles_by_name(["warehouse"])["warehouse"]
    narrow = [name for name in row.permissions if name != "counting.*"]
    assert "New since this role was changed" not in desk.read(f"staff/role/{row.id}/")
    Role.objects.filter(id=row.id).update(permissions=narrow, usual_permissions=narrow[1:])
    page = desk.read(f"staff/role/{row.id}/")
    assert "New since this role was changed" in page
    assert "Allow this here, too" in page
    assert "Warehouse 0 – – Active New permissions" in desk.read("staff/role/")
    assert "The role is saved. It holds at once." in sent(desk, f"role/{row.id}/do/renew/")
    assert roles_by_name(["warehouse"])["warehouse"].permissions == sorted({*narrow, "counting.*"})
    assert "New since this role was changed" not in desk.read(f"staff/role/{row.id}/")
