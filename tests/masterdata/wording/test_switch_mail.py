"""Mails that a shop does without."""

from __future__ import annotations

import pytest

from dingdan.kernel.text import UnknownChoice
from dingdan.masterdata.wording.commands import switch_mail
from dingdan.masterdata.wording.models import MailSwitch
from dingdan.masterdata.wording.queries import switched_off
from dingdan.masterdata.wording.rules import MailNeeded
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    told = switch_mail(shop.call(), mail_kind="delivered", is_on=False)
    assert (told.kind, told.is_on, switched_off()) == ("delivered", False, frozenset({"delivered"}))
    switch_mail(shop.call(), mail_kind="delivered", is_on=True)
    assert switched_off() == frozenset()


def test_what_customers_must_get_stays(shop: Shop) -> None:
    with pytest.raises(MailNeeded):
        switch_mail(shop.call(), mail_kind="order_confirmed", is_on=False)
    with pytest.raises(UnknownChoice):
        switch_mail(shop.call(), mail_kind="poem", is_on=False)
    assert MailSwitch.objects.count() == 0
