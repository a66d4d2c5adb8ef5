"""The shop set up from the command line."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dingdan.automation.setup import default_tenant
from dingdan.config.shop import set_shop, shop_facts
from dingdan.kernel.contact import AddressIncomplete
from dingdan.kernel.errors import Refusal
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.money import UnknownCurrency
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.inventory.commands import save_node
from dingdan.ledgers.inventory.queries import default_node
from dingdan.ledgers.payments.commands import BooksHaveBegun
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.shop.queries import shop_as_it_is
from dingdan.masterdata.shop.rules import IbanNotUsable
from tests import kit
from tests.conftest import Shop
from tests.running import typed

AMYS = {"name": "Amy's Mugs", "street": "1 High Street", "city": "London", "postal_code": "N1 9GU"}
TAIPEI = {"country": "TW", "currency": "TWD", "language": "zh-Hant", "time_zone": "Asia/Taipei"}


def habits(code: str) -> tuple[str, str, str]:
    """What a channel has of its own."""
    channel = channel_by_code(code)
    assert channel is not None
    return channel.currency, channel.language, channel.time_zone


def channel_name(code: str) -> str:
    """What a channel is called."""
    channel = channel_by_code(code)
    assert channel is not None
    return channel.name


def test_it_works(shop: Shop) -> None:
    changed = set_shop(AMYS | {"iban": "GB82 WEST 1234 5698 7654 32"}, tenant=shop.tenant)
    assert changed == ("name", "address", "iban")
    assert shop_facts(tenant=shop.tenant) == {
        "name": "Amy's Mugs", "country": "GB", "language": "en", "time_zone": "Europe/London", "currency": "GBP",
        "street": "1 High Street", "city": "London", "postal_code": "N1 9GU", "iban": "GB82WEST12345698765432",
    }  # fmt: skip


def test_what_is_not_given_stays(shop: Shop) -> None:
    set_shop(AMYS | {"footer": "Mugs."}, tenant=shop.tenant)
    assert set_shop({"street": "2 High Street", "footer": ""}, tenant=shop.tenant) == ("address", "footer")
    draft = shop_as_it_is()
    assert draft.address is not None
    assert (draft.name, draft.address.street_address, draft.address.city, draft.footer) == (
        "Amy's Mugs", "2 High Street", "London", "",
    )  # fmt: skip
    assert set_shop(dict.fromkeys(("street", "city", "postal_code"), ""), tenant=shop.tenant) == ("address",)
    assert shop_as_it_is().address is None


def test_a_shop_moves_to_taipei_and_its_channel_goes_along(shop: Shop) -> None:
    abroad = ChannelDraft(code="abroad", name="Abroad", currency="EUR", language="de", time_zone="Europe/Berlin")
    save_channel(shop.call(), channel=abroad)
    assert set_shop(TAIPEI, tenant=shop.tenant) == ("currency", "country", "language", "time_zone")
    tenant = tenant_in_scope()
    assert (tenant.country, tenant.currency, tenant.language, tenant.time_zone) == ("TW", "TWD", "zh-Hant", "Asia/Taipei")
    assert habits("web") == ("TWD", "zh-Hant", "Asia/Taipei")
    assert habits("abroad") == ("EUR", "de", "Europe/Berlin")


def test_what_nobody_named_is_named_in_the_language_of_the_shop(shop: Shop) -> None:
    set_shop({"name": "My shop"}, tenant=shop.tenant)
    set_shop(TAIPEI, tenant=shop.tenant)
    assert (tenant_in_scope().name, default_node().name, channel_name("web")) == ("我的商店", "主倉庫", "網路商店")
    save_node(shop.call(), code="main", name="East", country="TW")
    set_shop({"language": "en", "name": "Amy's Mugs"}, tenant=shop.tenant)
    assert (tenant_in_scope().name, default_node().name, channel_name("web")) == ("Amy's Mugs", "East", "Web shop")


def test_nothing_new_changes_nothing(shop: Shop) -> None:
    set_shop(AMYS, tenant=shop.tenant)
    assert set_shop(AMYS | {"currency": "GBP"}, tenant=shop.tenant) == ()


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (TAIPEI | {"iban": "GB82 WEST 1234 5698 7654 33"}, IbanNotUsable),
        (TAIPEI | {"street": "somewhere"}, AddressIncomplete),
        (TAIPEI | {"currency": "NT$"}, UnknownCurrency),
    ],
)
def test_what_is_refused_changes_nothing(shop: Shop, given: dict[str, str], refusal: type[Refusal]) -> None:
    before, entries = shop_as_it_is(), JournalEntry.objects.count()
    with pytest.raises(refusal):
        set_shop(given, tenant=shop.tenant)
    assert (shop_as_it_is(), JournalEntry.objects.count()) == (before, entries)
    assert habits("web") == ("GBP", "en", "Europe/London")


def test_books_that_have_begun_keep_their_currency(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    kit.pay(shop, kit.place(shop, ("MUG", 1)))
    before = shop_as_it_is()
    with pytest.raises(BooksHaveBegun):
        set_shop(TAIPEI, tenant=shop.tenant)
    assert shop_as_it_is() == before
    assert set_shop({"country": "IE"}, tenant=shop.tenant) == ("country",)
    assert shop_as_it_is() == replace(before, country="IE")


def test_the_command_line_says_it_and_tells_it(own_database: str) -> None:
    assert typed("migrate", DATABASE_URL=own_database).returncode == 0
    said = typed("set-shop", "--legal-name", "Amy Wong Ceramics Ltd", "--json", DATABASE_URL=own_database)
    assert (said.returncode, said.stderr) == (0, "changed: legal_name\n")
    assert json.loads(said.stdout)["legal_name"] == "Amy Wong Ceramics Ltd"
    told = typed("set-shop", DATABASE_URL=own_database)
    assert (told.returncode, told.stderr) == (0, "")
    assert "legal_name: Amy Wong Ceramics Ltd\n" in told.stdout
    refused = typed("set-shop", "--iban", "GB00", DATABASE_URL=own_database)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("“GB00” is not an IBAN")
    assert default_tenant().name == "My shop"
