"""A template that is offered no more."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import retire_template, save_template
from dingdan.trade.tickets.rules import TemplateDraft
from tests.conftest import Shop
from tests.trade.tickets.desk import nothing_changes


def test_it_works(shop: Shop) -> None:
    draft = TemplateDraft(code="sorry", name="Sorry", text="Sorry.")
    saved = save_template(shop.call(), template=draft)
    retire_template(shop.call(), template_id=saved.template_id)
    assert queries.templates() == []
    save_template(shop.call(), template=draft)
    assert [one.id for one in queries.templates()] == [saved.template_id]


def test_an_unknown_one_is_refused(shop: Shop) -> None:
    with nothing_changes(shop), pytest.raises(NotFound):
        retire_template(shop.call(), template_id=new_id())
