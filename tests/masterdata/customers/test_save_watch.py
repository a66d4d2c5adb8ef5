from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dingdan.kernel.contact import EmailNotUsable, PhoneNotUsable, PostalAddress
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import encode
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.text import TextMissing, UnknownChoice
from dingdan.masterdata.customers.commands import retire_watch, save_watch
from dingdan.masterdata.customers.models import Watch
from dingdan.masterdata.customers.queries import watches
from dingdan.masterdata.customers.rules import WatchDraft, address_digest, email_digest, phone_digest
from tests.masterdata.shop import Shop

NOW = datetime(2026, 11, 1, tzinfo=UTC)
MAIL = WatchDraft(email="Bad.Guy@Example.com", reason="never pays")
HOUSE = PostalAddress(country_code="GB", city="London", postal_code="N1 9GU", street_address="1 High Street")


def _digest(email: str) -> str:
    return email_digest(email, tenant_id=current_tenant_id())


def test_it_works(shop: Shop) -> None:
    saved = save_watch(shop.call(), watch=MAIL)
    row = Watch.objects.get(id=saved.watch_id)
    assert (saved.created, row.part, row.stance, row.hint, row.reason) == (
        True,
        "email",
        "blocked",
        "B…@example.com",
        "never pays",
    )
    found = watches([_digest("bad.guy@example.com")], at=NOW)
    assert [(one.watch_id, one.part, one.stance) for one in found.values()] == [(row.id, "email", "blocked")]


def test_the_event_does_not_tell_who_it_is(shop: Shop) -> None:
    told = encode(save_watch(shop.call(), watch=MAIL))
    assert "example" not in told
    assert "never pays" not in told
    assert _digest(MAIL.email) not in told


def test_the_same_contact_is_changed(shop: Shop) -> None:
    first = save_watch(shop.call(), watch=MAIL)
    again = save_watch(shop.call(), watch=replace(MAIL, email="BAD.GUY@example.COM", stance="trusted", reason="paid after all"))
    assert (again.watch_id, again.created) == (first.watch_id, False)
    assert Watch.objects.get().stance == "trusted"


def test_a_retired_one_is_watched_again(shop: Shop) -> None:
    saved = save_watch(shop.call(), watch=MAIL)
    retire_watch(shop.call(), watch_id=saved.watch_id)
    assert watches([_digest(MAIL.email)], at=NOW) == {}
    save_watch(shop.call(), watch=MAIL)
    assert len(watches([_digest(MAIL.email)], at=NOW)) == 1


def test_it_ends_by_itself(shop: Shop) -> None:
    save_watch(shop.call(), watch=replace(MAIL, until_at=NOW))
    assert watches([_digest(MAIL.email)], at=NOW) == {}
    assert len(watches([_digest(MAIL.email)], at=NOW.replace(year=2025))) == 1


def test_a_phone(shop: Shop) -> None:
    save_watch(shop.call(), watch=WatchDraft(phone="+44 20 7946 0958", reason="calls at night"))
    assert Watch.objects.get().hint == "…0958"
    assert len(watches([phone_digest("+442079460958", tenant_id=current_tenant_id())], at=NOW)) == 1


def test_an_address_however_it_is_written(shop: Shop) -> None:
    save_watch(shop.call(), watch=WatchDraft(address=HOUSE, reason="a forwarder"))
    written = {"country_code": "gb", "postal_code": "n19gu", "street_address": "1, HIGH  Street.", "city": "Islington"}
    assert len(watches([address_digest(written, tenant_id=current_tenant_id())], at=NOW)) == 1
    other = {**written, "street_address": "11 High Street"}
    assert watches([address_digest(other, tenant_id=current_tenant_id())], at=NOW) == {}


def test_an_address_in_chinese_letters_of_either_width() -> None:
    id_ = UUID(int=1)
    one = {"country_code": "TW", "country_area": "台北市", "city": "中正區", "street_address": "重慶南路一段122號"}
    two = {**one, "street_address": "重慶南路一段１２２號 "}
    assert address_digest(one, tenant_id=id_) == address_digest(two, tenant_id=id_) != ""
    assert address_digest({**one, "city": "大安區"}, tenant_id=id_) != address_digest(one, tenant_id=id_)
    assert address_digest({"country_code": "TW"}, tenant_id=id_) == ""


def test_two_shops_cannot_compare_their_lists() -> None:
    assert email_digest("a@b.cd", tenant_id=UUID(int=1)) != email_digest("a@b.cd", tenant_id=UUID(int=2))


@pytest.mark.parametrize(
    ("draft", "refusal", "field"),
    [
        (WatchDraft(reason="x"), Refusal, "email"),
        (replace(MAIL, phone="+442079460958"), Refusal, "phone"),
        (replace(MAIL, reason=" "), TextMissing, "reason"),
        (replace(MAIL, email="nobody"), EmailNotUsable, "email"),
        (WatchDraft(phone="12", reason="x"), PhoneNotUsable, "phone"),
        (replace(MAIL, stance="liked"), UnknownChoice, "stance"),
    ],
)
def test_it_refuses_what_cannot_be(shop: Shop, draft: WatchDraft, refusal: type[Refusal], field: str) -> None:
    with shop.nothing_changes(Watch), pytest.raises(refusal) as refused:
        save_watch(shop.call(), watch=draft)
    assert refused.value.field == field
