"""The stock desk: the list, the page of an article, and what is done from it."""

import csv
import io
from typing import Any

from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import save_node, set_safety_stock
from dingdan.ledgers.inventory.models import Balance, Node, Supply, Threshold, Transfer
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.queries import all_channels
from tests import kit
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

ITEM = "inventory/balance"


def act(desk: Desk, place: str, name: str, **sent: object) -> str:
    """What the page says after a form was sent."""
    answer = desk.browser.post(f"/backoffice/{place}/do/{name}/", {"key": f"k-{name}", **sent}, follow=True)
    assert answer.status_code == 200, answer.status_code
    return text_of(answer.content.decode())


def seen(desk: Desk, place: str, name: str, **sent: object) -> tuple[str, str]:
    """What a form says would come of it, and what stands for that."""
    answer = desk.browser.post(f"/backoffice/{place}/do/{name}/", {"key": f"k-{name}", "step": "look", **sent})
    assert answer.status_code == 200
    html = answer.content.decode()
    return text_of(html), html.partition('name="seen" value="')[2].partition('"')[0]


def done(desk: Desk, place: str, name: str, **sent: object) -> str:
    """A form, looked at and sent."""
    return act(desk, place, name, seen=seen(desk, place, name, **sent)[1], **sent)


def east(desk: Desk) -> Node:
    """A second node."""
    return Node.objects.get(id=save_node(desk.shop.call(), code="east", name="East", country="GB", priority=200).node_id)


def test_it_works(desk: Desk) -> None:
    variant_id = kit.stock(desk.shop, "TEA", 10, barcode="4006381333931")
    kit.place(desk.shop, ("TEA", 3))
    assert "TEA Article TEA Main warehouse 10 3 7" in desk.read(f"{ITEM}/")
    said = desk.read(f"{ITEM}/{variant_id}/")
    assert "10 On hand 3 Reserved 7 Available 0 Incoming 0 Owed" in said
    assert "Who holds the reserved pieces For Node Pieces Until 1001 Main warehouse 3" in said
    assert "Why is it 10?" in said
    assert desk.read(f"{ITEM}/{Balance.objects.get().id}/").partition("Timeline")[0] == said.partition("Timeline")[0]


def test_found_by_half_a_name(desk: Desk) -> None:
    for sku, name, barcode in (("TEA-1", "凍頂烏龍茶 150g", "471002"), ("CUP-1", "白瓷蓋碗", "471999")):
        variant = VariantDraft(sku=sku, name=name, barcode=barcode)
        save_product(desk.shop.call(), product=ProductDraft(slug=sku.lower(), name=name, variants=(variant,)))
    for asked in ("頂烏", "茶", "tea", "ea-", "1002", "烏龍 150"):
        said = desk.read(f"{ITEM}/?q={asked}")
        assert "TEA-1" in said, asked
        assert "CUP-1" not in said, asked
    for asked in ("%", "茶碗", "_"):
        assert "Nothing fits." in desk.read(f"{ITEM}/?q={asked}"), asked


def test_a_page_at_a_time(desk: Desk) -> None:
    for number in range(52):
        kit.stock(desk.shop, f"A{number:02}", 0)
    first = desk.get(f"{ITEM}/")
    assert "A49" in first
    assert "A50" not in first
    assert "after=A49" in first
    assert "A51" in desk.read(f"{ITEM}/?after=A49")


def test_by_what_is_the_matter(desk: Desk) -> None:
    shop = desk.shop
    kit.stock(shop, "GONE", 2)
    kit.stock(shop, "WELL", 9)
    kit.stock(shop, "OWED", 0, shortage="backorder")
    kit.place(shop, ("GONE", 2))
    kit.place(shop, ("OWED", 1))
    set_safety_stock(shop.call(), sku="WELL", quantity=20, channel_id=all_channels()[0].id)

    def listed(matter: str) -> list[str]:
        answer: Any = desk.browser.get(f"/backoffice/{ITEM}/export/?shown={matter}")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return [row["SKU"] for row in csv.DictReader(io.StringIO(text))]

    assert listed("sold_out") == ["GONE"]  # what was never there has no line of its own
    assert "OWED" in desk.read(f"{ITEM}/?shown=sold_out")
    assert "OWED" in desk.read(f"{ITEM}/?shown=backordered")
    assert listed("below_zero") == ["WELL"]
    assert "Nothing fits." in desk.read(f"{ITEM}/?shown=incoming")


def test_adjust_and_take_it_back(desk: Desk) -> None:
    variant_id = kit.stock(desk.shop, "TEA", 10)
    place, node = f"{ITEM}/{variant_id}", str(Node.objects.get().id)
    sent = {"node": node, "change": "-3", "reason": "damage", "note": "fell off the shelf"}
    told, _seen = seen(desk, place, "adjust", **sent)
    assert "3 × TEA fewer at Main warehouse: Damage" in told
    assert "10 → 7" in told
    assert kit.levels(variant_id) == (10, 0)
    said = done(desk, place, "adjust", **sent)
    assert "Damage fell off the shelf" in said
    assert kit.levels(variant_id) == (7, 0)
    entry_id = queries.why(variant_id, queries.Where())[-1].entry_id
    assert "3 × TEA were adjusted on" in desk.read(f"{place}/?undo={entry_id}")
    assert "The adjustment is taken back." in act(desk, place, "take_back", entry=str(entry_id))
    assert kit.levels(variant_id) == (10, 0)
    assert "taken back before" in act(desk, place, "take_back", entry=str(entry_id), key="again")
    assert kit.levels(variant_id) == (10, 0)
    assert kit.breaches() == []


def test_what_changed_since_it_was_looked_at_is_shown_again(desk: Desk) -> None:
    variant_id = kit.stock(desk.shop, "TEA", 10)
    place, sent = f"{ITEM}/{variant_id}", {"node": str(Node.objects.get().id), "change": "-3", "reason": "lost"}
    _told, mark = seen(desk, place, "adjust", **sent)
    kit.place(desk.shop, ("TEA", 1))
    assert "9 → 6" in act(desk, place, "adjust", seen=mark, **sent)
    assert kit.levels(variant_id) == (10, 1)


def test_reserved_goods_are_not_adjusted_away(desk: Desk) -> None:
    variant_id = kit.stock(desk.shop, "TEA", 10)
    kit.place(desk.shop, ("TEA", 9))
    place, node = f"{ITEM}/{variant_id}", str(Node.objects.get().id)
    assert "reserved" in done(desk, place, "adjust", node=node, change="-2", reason="lost")
    assert kit.levels(variant_id) == (10, 9)


def test_count_receive_and_keep_back(desk: Desk) -> None:
    variant_id = kit.stock(desk.shop, "TEA", 10)
    place, node = f"{ITEM}/{variant_id}", str(Node.objects.get().id)
    assert "the books say 10, counted were 8: -2" in seen(desk, place, "count", node=node, counted="8")[0]
    done(desk, place, "count", node=node, counted="8")
    done(desk, place, "receive", node=node, quantity="5")
    assert kit.levels(variant_id) == (13, 0)
    done(desk, place, "keep", node=node, quantity="4")
    assert "4 9 0" in desk.read(f"{place}/").partition("In charge")[2]
    assert "Write how many there are" in act(desk, place, "count", node=node, counted="", key="empty")


def test_announce_and_receive_in_part(desk: Desk) -> None:
    variant_id = kit.stock(desk.shop, "TEA", 0, shortage="backorder")
    place, node = f"{ITEM}/{variant_id}", str(Node.objects.get().id)
    kit.place(desk.shop, ("TEA", 2))
    act(desk, place, "announce", node=node, quantity="6", on="2027-03-01")
    supply = Supply.objects.get()
    assert "Expected on Node By Pieces Who waits for it" in desk.read(f"{place}/")
    done(desk, place, "receive_supply", supply=str(supply.id), quantity="4")
    assert kit.levels(variant_id) == (4, 2)
    assert Supply.objects.get().received == 4
    assert "expected" in done(desk, place, "receive_supply", supply=str(supply.id), quantity="9").lower()
    assert kit.levels(variant_id) == (4, 2)


def test_a_transfer_and_what_is_missing_of_it(desk: Desk) -> None:
    variant_id, there = kit.stock(desk.shop, "TEA", 10), east(desk)
    place, here = f"{ITEM}/{variant_id}", str(Node.objects.get(code="main").id)
    told = seen(desk, place, "transfer", source=here, target=str(there.id), quantity="6", way="sent")[0]
    assert "6 × TEA leave Main warehouse for East." in told
    done(desk, place, "transfer", source=here, target=str(there.id), quantity="6", way="sent")
    transfer, supply = Transfer.objects.get(), Supply.objects.get()
    ways = f"inventory/transfer/{transfer.id}"
    line = {f"line-{supply.id}": "4", "is_last": "on"}
    assert "2 missing: written off" in seen(desk, ways, "receive", **line)[0]
    done(desk, ways, "receive", **line)
    assert Transfer.objects.get().state == "received"
    assert sorted(Balance.objects.values_list("on_hand", flat=True)) == [4, 4]
    assert kit.breaches() == []


def test_damaged_goods_are_put_aside(desk: Desk) -> None:
    variant_id = kit.stock(desk.shop, "TEA", 10)
    place, at = f"{ITEM}/{variant_id}", queries.location_ids()
    node_id = Node.objects.get().id
    done(desk, place, "move", **{"from": f"{at[node_id, 'stock']}/", "to": str(at[node_id, "damaged"]), "quantity": "2"})
    assert kit.levels(variant_id) == (8, 0)
    assert "main-damaged Damaged" in desk.read(f"{place}/")


def test_watched_from_its_page(desk: Desk) -> None:
    variant_id = kit.stock(desk.shop, "TEA", 3)
    act(desk, f"{ITEM}/{variant_id}", "watch", node="", low_at="5", charge="role:owner")
    assert "Low at In charge Main warehouse 3 0 0 3 0 5 Owner" in desk.read(f"{ITEM}/{variant_id}/")


def test_thresholds_are_a_register(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 3)
    assert "Nothing is watched yet." in desk.read("inventory/threshold/")
    form = {"sku": "TEA", "node": "main", "low_at": "5", "person": desk.user.username, "role": "", "key": "one"}
    answer = desk.browser.post("/backoffice/inventory/threshold/new/", form, follow=True)
    assert "It is saved." in answer.content.decode()
    assert f"TEA Main warehouse 5 {desk.user.username}" in desk.read("inventory/threshold/")
    for field, text in (("sku", "NONE"), ("person", "nobody"), ("low_at", "many"), ("role", "nobody")):
        answer = desk.browser.post("/backoffice/inventory/threshold/new/", {**form, field: text, "key": field}, follow=True)
        assert "It is not saved" in answer.content.decode() or "bo-refused" in answer.content.decode(), field
    assert Threshold.objects.get().low_at == 5


def test_who_may_only_look_finds_no_forms(desk: Desk) -> None:
    variant_id = kit.stock(desk.shop, "TEA", 3)
    other = sit_down(desk.shop, as_user=lambda shop: member(shop, "catalog"))
    assert 'class="bo-form"' not in other.get(f"{ITEM}/{variant_id}/")
    answer = other.browser.post(f"/backoffice/{ITEM}/{variant_id}/do/adjust/", {"change": "5", "reason": "found"})
    assert answer.status_code == 403
    assert kit.levels(variant_id) == (3, 0)


def test_strangers_have_no_page(desk: Desk) -> None:
    desk.get(f"{ITEM}/0190a000-0000-7000-8000-000000000000/", status=404)
