"""A photo hangs on a return."""

from __future__ import annotations

import hashlib

import pytest
from django.db import connection

from dingdan.kernel.errors import NotFound
from dingdan.kernel.files import EmptyFile, FileNotUsable, TooManyFiles
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.text import NotText
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import attach_to_return
from dingdan.trade.aftersales.models import Attachment, ReturnLine
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_inspect_return import bought
from tests.trade.tickets.desk import PDF, PNG


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    return_id = sold.back(shop, bought(shop, 2), 1)
    told = attach_to_return(shop.call(), return_id=return_id, name="../杯子.exe", content=PNG)
    assert (told.media_type, told.size, told.digest) == ("image/png", len(PNG), hashlib.sha256(PNG).hexdigest())
    kept = queries.attachment(told.attachment_id, about_id=return_id)
    assert (kept.name, bytes(kept.content or b"")) == ("杯子.exe.png", PNG)
    assert [one.name for one in queries.files_of(return_id)[return_id]] == ["杯子.exe.png"]
    event = JournalEntry.objects.get(command="aftersales.attach_to_return").event
    assert event is not None
    assert event["order_id"] == str(told.order_id)
    assert kit.breaches() == []


def test_it_shows_a_line(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    return_id = sold.back(shop, bought(shop, 2), 1)
    line = ReturnLine.objects.get()
    told = attach_to_return(shop.call(), return_id=return_id, name="cup.png", content=PNG, line_id=line.id)
    assert (told.return_line_id, Attachment.objects.get().line_id) == (line.id, line.id)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        attach_to_return(shop.call(), return_id=return_id, name="cup.png", content=PNG, line_id=new_id())


def test_twenty_files_hang_on_a_return(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    return_id = sold.back(shop, bought(shop, 2), 1)
    first = attach_to_return(shop.call(), return_id=return_id, name="1.pdf", content=PDF)
    row = Attachment.objects.get(id=first.attachment_id)
    Attachment.objects.bulk_create([_another(row) for _ in range(19)])
    with sold.nothing_changes(shop), pytest.raises(TooManyFiles) as refused:
        attach_to_return(shop.call(), return_id=return_id, name="21.pdf", content=PDF)
    assert refused.value.facts["most"] == 20


def _another(row: Attachment) -> Attachment:
    return Attachment(
        id=new_id(), tenant_id=row.tenant_id, rma_id=row.rma_id, name=row.name, media_type=row.media_type, size=row.size,
        digest=row.digest, content=row.content, attached_at=row.attached_at,
    )  # fmt: skip


def test_what_is_no_photo_and_no_paper_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    return_id = sold.back(shop, bought(shop, 2), 1)
    for name, content, refusal in (("a.png", b"", EmptyFile), ("a.png", b"<svg>", FileNotUsable), (None, PNG, NotText)):
        with sold.nothing_changes(shop), pytest.raises(refusal):
            attach_to_return(shop.call(), return_id=return_id, name=name, content=content)  # type: ignore[arg-type]
    assert not Attachment.objects.exists()


def test_a_file_of_another_return_is_not_there(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    order = bought(shop, 2)
    first, second = sold.back(shop, order, 1), sold.back(shop, order, 1)
    told = attach_to_return(shop.call(), return_id=first, name="a.png", content=PNG)
    with pytest.raises(NotFound):
        queries.attachment(told.attachment_id, about_id=second)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        attach_to_return(shop.call(), return_id=new_id(), name="a.png", content=PNG)


def test_the_database_wants_one_thing_that_it_hangs_on(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    attach_to_return(shop.call(), return_id=sold.back(shop, bought(shop, 2), 1), name="a.png", content=PNG)
    with pytest.raises(Exception, match="a_photo_hangs_on_one_thing"), connection.cursor() as cursor:
        cursor.execute("UPDATE aftersales_attachment SET rma_id = NULL WHERE tenant_id = %s", [shop.tenant_id])
