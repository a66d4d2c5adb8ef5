import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.text import TextMissing, TextTooLong
from dingdan.masterdata.customers import steps
from dingdan.masterdata.customers.commands import (
    block_customer,
    erase_customer_contact,
    merge_customers,
    note_customer,
    save_customer,
    tag_customer,
    unblock_customer,
)
from dingdan.masterdata.customers.models import CustomerNote, CustomerTag
from dingdan.masterdata.customers.queries import notes_on, tags_of
from dingdan.masterdata.customers.rules import CustomerDraft, Forgotten, MergedAway, TooManyNotes
from tests.masterdata.shop import NOON, Shop


def test_it_works(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    first = note_customer(shop.call(), customer_id=id_, text="Rings in the evening")
    pinned = note_customer(shop.call(), customer_id=id_, text="Pays by invoice\nalways", is_pinned=True)
    last = note_customer(shop.call(), customer_id=id_, text="Asked for green tea")
    assert (first.customer_id, first.is_pinned, pinned.is_pinned) == (id_, False, True)
    assert [(one.id, one.text, one.is_pinned) for one in notes_on(id_)] == [
        (pinned.note_id, "Pays by invoice\nalways", True), (last.note_id, "Asked for green tea", False),
        (first.note_id, "Rings in the evening", False),
    ]  # fmt: skip
    assert [(one.written_at, one.about) for one in notes_on(id_, limit=1)] == [(NOON, "")]
    assert "evening" not in str(list(JournalEntry.objects.values_list("event", flat=True)))


def test_why_somebody_is_blocked_is_a_note(shop: Shop) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    block_customer(shop.call(), customer_id=id_, reason="Never pays")
    unblock_customer(shop.call(), customer_id=id_, reason="Paid")
    assert [(one.text, one.about) for one in notes_on(id_)] == [("Paid", "unblocked"), ("Never pays", "blocked")]


def test_notes_and_tags_go_where_the_customer_goes(shop: Shop) -> None:
    kept, merged = (save_customer(shop.call(), customer=CustomerDraft(number=number)).customer_id for number in ("A", "B"))
    note_customer(shop.call(), customer_id=merged, text="Knows us")
    tag_customer(shop.call(), customer_id=merged, add=("vip", "tea"))
    tag_customer(shop.call(), customer_id=kept, add=("vip",))
    merge_customers(shop.call(), kept_id=kept, merged_id=merged)
    assert ([one.text for one in notes_on(kept)], notes_on(merged)) == (["Knows us"], [])
    assert tags_of([kept, merged]) == {kept: ["tea", "vip"]}
    erase_customer_contact(shop.call(), customer_id=kept)
    assert (CustomerNote.objects.count(), CustomerTag.objects.count()) == (0, 0)


@pytest.mark.parametrize(("text", "refusal"), [("  ", TextMissing), ("x" * 4001, TextTooLong)], ids=["nothing", "too_much"])
def test_it_refuses_what_is_no_note(shop: Shop, text: str, refusal: type[Exception]) -> None:
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    with shop.nothing_changes(CustomerNote), pytest.raises(refusal):
        note_customer(shop.call(), customer_id=id_, text=text)


def test_it_refuses_more_than_anybody_reads(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "MOST_NOTES", 1)
    id_ = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    note_customer(shop.call(), customer_id=id_, text="A")
    with shop.nothing_changes(CustomerNote), pytest.raises(TooManyNotes):
        note_customer(shop.call(), customer_id=id_, text="B")


def test_it_refuses_who_was_merged_or_forgotten(shop: Shop) -> None:
    kept, merged, gone = (save_customer(shop.call(), customer=CustomerDraft(number=n)).customer_id for n in ("A", "B", "C"))
    merge_customers(shop.call(), kept_id=kept, merged_id=merged)
    erase_customer_contact(shop.call(), customer_id=gone)
    with shop.nothing_changes(CustomerNote), pytest.raises(MergedAway):
        note_customer(shop.call(), customer_id=merged, text="A")
    with shop.nothing_changes(CustomerNote), pytest.raises(Forgotten):
        note_customer(shop.call(), customer_id=gone, text="A")


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(CustomerNote), pytest.raises(NotFound) as refused:
        note_customer(shop.call(), customer_id=new_id(), text="A")
    assert refused.value.field == "customer_id"
