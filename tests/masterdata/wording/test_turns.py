"""Going back: to the program's own wording, to the shop's, to an older version. What went wrong. Mails that are not written."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import UnknownChoice
from dingdan.masterdata.wording.commands import (
    record_wording_fault,
    restore_wording,
    restore_wording_version,
    retire_wording,
    save_wording,
    switch_mail,
)
from dingdan.masterdata.wording.models import MailSwitch, Wording
from dingdan.masterdata.wording.queries import switched_off, wording_in_force
from dingdan.masterdata.wording.rules import MailNeeded
from tests.conftest import Shop
from tests.masterdata.wording.drafts import wording


def test_back_to_the_programs_own_and_forth(shop: Shop) -> None:
    kept = save_wording(shop.call(), wording=wording()).wording_id
    assert retire_wording(shop.call(), wording_id=kept).state == "retired"
    assert wording_in_force("order_confirmed", "en") is None
    with pytest.raises(NotInThisState):
        retire_wording(shop.call(), wording_id=kept)
    assert restore_wording(shop.call(), wording_id=kept).state == "active"
    assert wording_in_force("order_confirmed", "en") is not None
    with pytest.raises(NotInThisState):
        restore_wording(shop.call(), wording_id=kept)


def test_an_older_version_is_said_anew(shop: Shop) -> None:
    kept = save_wording(shop.call(), wording=wording(heading="One")).wording_id
    save_wording(shop.call(), wording=wording(heading="Two"))
    retire_wording(shop.call(), wording_id=kept)
    again = restore_wording_version(shop.call(), wording_id=kept, version=1)
    assert (again.version, again.created) == (3, False)
    row = Wording.objects.get(id=kept)
    assert (row.heading, row.version, row.state) == ("One", 3, "active")
    with pytest.raises(NotFound):
        restore_wording_version(shop.call(), wording_id=kept, version=9)
    assert Wording.objects.get(id=kept).version == 3


def test_a_fault_is_marked_until_it_is_saved_anew(shop: Shop) -> None:
    kept = save_wording(shop.call(), wording=wording()).wording_id
    told = record_wording_fault(shop.call(), wording_id=kept, fault="UnknownName body")
    assert (told.version, told.fault) == (1, "UnknownName body")
    row = Wording.objects.get(id=kept)
    assert (row.fault, row.failed_at is not None) == ("UnknownName body", True)
    save_wording(shop.call(), wording=wording(heading="Better"))
    row = Wording.objects.get(id=kept)
    assert (row.fault, row.failed_at) == ("", None)


def test_what_need_not_be_written_is_switched_off(shop: Shop) -> None:
    told = switch_mail(shop.call(), mail_kind="delivered", is_on=False)
    assert (told.kind, told.is_on, switched_off()) == ("delivered", False, frozenset({"delivered"}))
    switch_mail(shop.call(), mail_kind="delivered", is_on=True)
    assert switched_off() == frozenset()
    with pytest.raises(MailNeeded):
        switch_mail(shop.call(), mail_kind="order_confirmed", is_on=False)
    with pytest.raises(UnknownChoice):
        switch_mail(shop.call(), mail_kind="poem", is_on=False)
    assert MailSwitch.objects.count() == 1
