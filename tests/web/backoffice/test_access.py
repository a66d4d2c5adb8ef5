"""Who gets in, and into which shop."""

import secrets

import pytest
from django.contrib.auth.models import User

from dingdan.automation.setup import create_tenant, ensure_defaults
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.commands import suspend_membership
from dingdan.masterdata.staff.models import Membership
from dingdan.web.backoffice.access import member_in, shop_of
from dingdan.web.backoffice.admin import site
from dingdan.web.shared.permissions import READS
from tests.conftest import Shop
from tests.kit import place, stock
from tests.web.backoffice.desk import Desk, client, member, sit_down, text_of

PLACES = ("", "board/boardrow/", "customers/customer/", "automation/notice/", "staff/apikey/", "password_change/")


def test_strangers_are_asked_to_sign_in(shop: Shop) -> None:
    for place_ in PLACES:
        answer = client().get(f"/backoffice/{place_}")
        assert (answer.status_code, answer["Location"]) == (302, f"/backoffice/login/?next=/backoffice/{place_}")


def test_who_was_suspended_is_out_at_once(desk: Desk) -> None:
    assert desk.browser.get("/backoffice/").status_code == 200
    member(desk.shop)  # another owner, who stays
    membership = Membership.objects.get(user_id=desk.user.pk)
    suspend_membership(desk.shop.call(), membership_id=membership.id)
    assert desk.browser.get("/backoffice/").status_code == 302
    assert shop_of(desk.user) is None


def test_everybody_sees_their_own_shop_alone(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    mine = place(desk.shop, ("TEA", 1))
    desk.show()
    other = create_tenant(f"other-{secrets.token_hex(6)}", "Another shop")
    with tenant_scope(other.id):
        their_desk = sit_down(Shop(other, desk.shop.actor))
    assert "There is nothing here yet." in their_desk.read("board/boardrow/")
    assert "1001" in desk.read("board/boardrow/")
    assert their_desk.browser.get(f"/backoffice/board/boardrow/{mine.order_id}/").status_code == 404
    assert desk.browser.get(f"/backoffice/board/boardrow/{mine.order_id}/").status_code == 200


def test_who_may_do_everything_and_works_nowhere_sees_the_first_shop() -> None:
    first = ensure_defaults()
    user = User.objects.create_superuser(f"root{secrets.token_hex(6)}")
    assert shop_of(user) == first


@pytest.mark.parametrize("role", ["owner", "sales", "warehouse", "accounting", "catalog"])
def test_the_menu_shows_what_a_role_opens(shop: Shop, role: str) -> None:
    desk = sit_down(shop, as_user=lambda shop: member(shop, role))
    actor = member_in(shop.tenant, desk.user).actor
    menu = desk.get("")
    for model, shown in site._registry.items():
        path = f"/backoffice/{model._meta.app_label}/{model._meta.model_name}/"
        if shown.permission:  # imports are for whoever may keep some register, whichever it is
            assert (f'href="{path}"' in menu) == actor.may(shown.permission), path


def test_every_list_asks_for_a_permission_that_there_is() -> None:
    assert {shown.permission for shown in site._registry.values()} <= {*READS, ""}


def test_pages_are_kept_by_nobody(desk: Desk) -> None:
    assert "no-store" in desk.browser.get("/backoffice/customers/customer/")["Cache-Control"]


def test_signing_out(desk: Desk) -> None:
    assert desk.browser.post("/backoffice/logout/").status_code == 302
    assert desk.browser.get("/backoffice/").status_code == 302


def test_the_first_page_needs_no_account() -> None:
    answer = client().get("/")
    assert answer.status_code == 200
    assert "Back office" in text_of(answer.content.decode())
