"""Whoever is in charge learns once that stock is low."""

import secrets

from dingdan.automation.consumers import drain
from dingdan.automation.low_stock import look_for_low, tell_in_charge
from dingdan.config.people import create_user
from dingdan.ledgers.inventory.commands import save_threshold
from dingdan.masterdata.staff.commands import save_role
from dingdan.masterdata.staff.rules import RoleDraft
from tests import kit
from tests.automation.mailbox import mail_server
from tests.automation.waiting import jobs_of
from tests.conftest import Shop


def _member(shop: Shop, role: str) -> str:
    email = f"p{secrets.token_hex(6)}@example.org"
    create_user(email, password="correct horse 9", roles=(role,), tenant=shop.tenant)
    return email


def test_it_works(shop: Shop) -> None:
    save_role(shop.call(), role=RoleDraft(name="store", permissions=("inventory.*",)))
    owner, keeper = _member(shop, "owner"), _member(shop, "store")
    kit.stock(shop, "TEA", 2)
    kit.stock(shop, "CUP", 1)
    save_threshold(shop.call(), low_at=5, role="store")
    save_threshold(shop.call(), sku="CUP", low_at=5)  # nobody named: the owners
    assert look_for_low(shop.tenant_id)
    drain(shop.tenant_id)
    ((_name, arguments),) = [job for job in jobs_of(shop) if job[0] == "tell_in_charge"]
    with mail_server() as mailbox:
        tell_in_charge(**arguments)
        tell_in_charge(**arguments)
    told = {str(letter["To"]): letter.get_content() for letter in mailbox.letters}
    assert set(told) == {owner, keeper}
    assert "TEA Article TEA, Main warehouse: 2 available, low at 5" in told[keeper]
    assert "CUP" not in told[keeper]
    assert "CUP Article CUP, Main warehouse: 1 available, low at 5" in told[owner]
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 2  # a mailbox shows each once
    assert not look_for_low(shop.tenant_id)  # it was told


def test_what_is_there_again_is_not_told(shop: Shop) -> None:
    _member(shop, "owner")
    kit.stock(shop, "TEA", 2)
    save_threshold(shop.call(), low_at=5)
    look_for_low(shop.tenant_id)
    drain(shop.tenant_id)
    ((_name, arguments),) = [job for job in jobs_of(shop) if job[0] == "tell_in_charge"]
    kit.receive(shop, "TEA", 9)
    assert look_for_low(shop.tenant_id)
    with mail_server() as mailbox:
        tell_in_charge(**arguments)
    assert mailbox.letters == []


def test_without_a_threshold_nothing_is_looked_for(shop: Shop) -> None:
    kit.stock(shop, "TEA", 0)
    assert not look_for_low(shop.tenant_id)
