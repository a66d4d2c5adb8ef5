from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.contact import AddressIncomplete, EmailNotUsable, PhoneNotUsable, PostalAddress, WebsiteNotUsable
from dingdan.kernel.errors import NotPermitted, Refusal
from dingdan.kernel.feed import timeline
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.models import JournalEntry, Tenant
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.kernel.text import BrokenText, TextMissing, TextTooLong, UnknownCountry, UnknownLanguage, UnknownTimeZone
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.queries import bank_account, profile_in_force, shop_as_it_is
from dingdan.masterdata.shop.rules import (
    AccountMissing,
    BicNotUsable,
    IbanNotUsable,
    ProfileDraft,
    VatNumberNotUsable,
)
from tests import kit
from tests.masterdata.shop import Shop
from tests.masterdata.shop.drafts import AMYS

NO_BANK = replace(AMYS, bank_name="", iban="", bic="")


def test_it_works(shop: Shop) -> None:
    saved = save_profile(shop.call(), profile=AMYS)

    profile = profile_in_force()
    assert profile is not None
    assert (profile.id, profile.name, profile.country, profile.legal_name) == (
        saved.profile_id, "Amy's Mugs", "GB", "Amy Wong Ceramics Ltd",
    )  # fmt: skip
    assert profile.address == {
        "country_code": "GB", "street_address": "1 High Street", "city": "London", "postal_code": "N1 9GU",
    }  # fmt: skip
    assert (profile.phone, profile.website, profile.vat_number) == ("+442079460958", "https://amys.example", "GB999999973")
    assert (profile.iban, profile.bic) == ("GB82WEST12345698765432", "WESTGB2L")
    tenant = Tenant.objects.get(id=shop.id)
    assert (tenant.name, tenant.country, tenant.language, tenant.time_zone, tenant.currency) == (
        "Amy's Mugs", "GB", "en", "Europe/London", "GBP",
    )  # fmt: skip
    assert [row["event"] for row in timeline(shop.id)] == ["ProfileSaved"]


def test_what_is_there_can_be_saved_again_and_changes_nothing(shop: Shop) -> None:
    first = save_profile(shop.call(), profile=AMYS)
    again = save_profile(shop.call(), profile=shop_as_it_is())
    assert (again.profile_id, again.changes, Profile.objects.count()) == (first.profile_id, (), 1)


def test_a_change_is_a_new_profile_and_leaves_the_old_one(shop: Shop) -> None:
    old = save_profile(shop.call(), profile=AMYS).profile_id
    told = save_profile(shop.call(), profile=replace(NO_BANK, name="Amy & Co", country="IE", phone="+442079460958", footer=""))
    assert told.changes == (
        FieldChange(field="name"),
        FieldChange(field="country", before="GB", after="IE"),
        *(FieldChange(field=field) for field in ("bank_name", "iban", "bic", "footer")),
    )
    before, now = Profile.objects.get(id=old), profile_in_force()
    assert now is not None
    assert (now.id, now.name, now.iban) == (told.profile_id, "Amy & Co", "")
    assert (before.name, before.iban, before.footer) == ("Amy's Mugs", "GB82WEST12345698765432", "Mugs since 2019.")


def test_clock_and_language_are_no_matter_of_papers(shop: Shop) -> None:
    old = save_profile(shop.call(), profile=AMYS).profile_id
    told = save_profile(shop.call(), profile=replace(AMYS, time_zone="Asia/Taipei", language="zh-Hant"))
    assert (told.profile_id, Profile.objects.count()) == (old, 1)
    assert told.changes == (
        FieldChange(field="language", before="en", after="zh-Hant"),
        FieldChange(field="time_zone", before="Europe/London", after="Asia/Taipei"),
    )
    assert (tenant_in_scope().language, tenant_in_scope().time_zone) == ("zh-Hant", "Asia/Taipei")


def test_a_name_is_enough(shop: Shop) -> None:
    told = save_profile(shop.call(), profile=ProfileDraft(name="Shop", country="GB", language="en", time_zone="UTC"))
    assert told.changes == ()  # it went by that name before
    profile = profile_in_force()
    assert profile is not None
    assert (profile.id, profile.name, profile.legal_name, profile.address) == (told.profile_id, "Shop", "", {})
    assert bank_account(profile) == {}


def test_the_journal_does_not_say_who_it_is(shop: Shop) -> None:
    save_profile(shop.call(), profile=AMYS)
    told = str(JournalEntry.objects.values_list("event", flat=True).get())
    for personal in ("Amy", "amys", "7946", "High", "N1 9GU", "99999", "WEST", "West", "12345", "01234567", "2019"):
        assert personal not in told
    for field in ("legal_name", "address", "email", "iban", "vat_number"):
        assert f"'{field}'" in told


def test_where_to_pay_is_written_as_people_write_it(shop: Shop) -> None:
    save_profile(shop.call(), profile=AMYS)
    profile = profile_in_force()
    assert profile is not None
    assert bank_account(profile) == {
        "bank_holder": "Amy Wong Ceramics Ltd",
        "bank_name": "West Bank",
        "iban": "GB82 WEST 1234 5698 7654 32",
        "bic": "WESTGB2L",
    }
    without = replace(NO_BANK, bank_holder="Amy", account_number="98765432", bank_code="12-34-56")
    save_profile(shop.call(), profile=without)
    profile = profile_in_force()
    assert profile is not None
    assert bank_account(profile) == {"bank_holder": "Amy", "account_number": "98765432", "bank_code": "12-34-56"}


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("GB", "999 9999 73", "GB999999973"),
        ("GB", "gb999999973", "GB999999973"),
        ("DE", "136 695 976", "DE136695976"),
        ("GR", "GR 094259216", "EL094259216"),
        ("GR", "094259216", "EL094259216"),
        ("FR", "FR 61 954 506 077", "FR61954506077"),
        ("GB", "XI 980780684", "XI980780684"),
        ("AT", "ATU57194903", "ATU57194903"),
        ("CH", "CHE-107.787.577 MWST", "CHE-107.787.577 MWST"),
        ("TW", "00501505", "00501505"),
    ],
)
def test_vat_numbers_are_kept_with_their_country(shop: Shop, country: str, typed: str, kept: str) -> None:
    save_profile(shop.call(), profile=replace(AMYS, country=country, phone="", vat_number=typed))
    assert shop_as_it_is().vat_number == kept


@pytest.mark.parametrize(
    "iban", ["DE89 3704 0044 0532 0130 00", "fr14 2004 1010 0505 0001 3m02 606", "NO93-8601-1117-947", "SA0380000000608010167519"]
)
def test_ibans_of_the_world_are_known(shop: Shop, iban: str) -> None:
    save_profile(shop.call(), profile=replace(AMYS, iban=iban))
    assert shop_as_it_is().iban == iban.replace(" ", "").replace("-", "").upper()


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"name": " "}, TextMissing, "name"),
        ({"name": "Amy\nMugs"}, BrokenText, "name"),
        ({"country": "Britain"}, UnknownCountry, "country"),
        ({"language": "English"}, UnknownLanguage, "language"),
        ({"time_zone": "Mars/Olympus"}, UnknownTimeZone, "time_zone"),
        ({"legal_name": "a" * 201}, TextTooLong, "legal_name"),
        ({"address": PostalAddress(country_code="GB", city="London")}, AddressIncomplete, "address.postal_code"),
        ({"email": "hello"}, EmailNotUsable, "email"),
        ({"phone": "123"}, PhoneNotUsable, "phone"),
        ({"website": "my shop"}, WebsiteNotUsable, "website"),
        ({"website": "javascript://alert(1)"}, WebsiteNotUsable, "website"),
        ({"vat_number": "GB999999974"}, VatNumberNotUsable, "vat_number"),
        ({"vat_number": "DE136695977"}, VatNumberNotUsable, "vat_number"),
        ({"vat_number": "GB٩٩٩٩٩٩٩٧٣"}, VatNumberNotUsable, "vat_number"),
        ({"iban": "GB82 WEST 1234 5698 7654 33"}, IbanNotUsable, "iban"),
        ({"iban": "XX82 WEST 1234 5698 7654 32"}, IbanNotUsable, "iban"),
        ({"iban": "12345678"}, IbanNotUsable, "iban"),
        ({"iban": "ＧＢ82WEST12345698765432"}, IbanNotUsable, "iban"),
        ({"iban": "GB82\0"}, BrokenText, "iban"),
        ({"bic": "WEST"}, BicNotUsable, "bic"),
        ({"iban": ""}, AccountMissing, "iban"),
        ({"iban": "", "bic": "", "bank_name": "", "bank_code": "12-34-56"}, AccountMissing, "iban"),
        ({"account_number": "9" * 41}, TextTooLong, "account_number"),
        ({"footer": "two\nlines"}, BrokenText, "footer"),
    ],
)
def test_it_refuses(shop: Shop, changed: dict[str, Any], refusal: type[Refusal], field: str) -> None:
    tenant = Tenant.objects.filter(id=shop.id).values()
    before = list(tenant)
    with shop.nothing_changes(Profile), pytest.raises(refusal) as refused:
        save_profile(shop.call(), profile=replace(AMYS, **changed))
    assert refused.value.field == field
    assert list(tenant.all()) == before


def test_it_refuses_who_may_not(shop: Shop) -> None:
    clerk = Actor("staff", "7", frozenset({"shop.read", "orders.*"}))
    with shop.nothing_changes(Profile), pytest.raises(NotPermitted):
        save_profile(shop.call(actor=clerk), profile=AMYS)


def test_the_database_refuses_to_edit_what_was_said(shop: Shop) -> None:
    save_profile(shop.call(), profile=AMYS)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Profile.objects.update(iban="")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Profile.objects.all()._raw_delete("default")


def test_two_who_save_at_once_follow_each_other(shop: Shop) -> None:
    def save(number: int) -> None:
        save_profile(shop.call(key=str(new_id())), profile=replace(AMYS, footer=f"Footer {number}"))

    assert kit.in_threads(save, 4) == [None] * 4
    assert Profile.objects.count() == 4
    told = [len(entry["changes"]) for entry in JournalEntry.objects.values_list("event", flat=True) if entry]
    assert sorted(told)[:3] == [1, 1, 1]  # only the first found nothing there
    assert max(told) > 10
