"""Registers at the back office: forms with the rows below, files with a look before, and changes of many rows at once."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from uuid import UUID

from dingdan.automation.models import ImportRow, RegisterImport
from dingdan.automation.register_imports import work_on_import
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.catalog.models import Product, Variant
from dingdan.masterdata.catalog.queries import images_of
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.customers.models import Address, Customer, CustomerContact
from dingdan.masterdata.pricing.models import Price, PriceList, ShippingMethod, ShippingRate
from tests import kit
from tests.integrations.importers.registers.goods import furnish
from tests.masterdata.catalog.pictures import png
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

_INPUT = re.compile(r'<(?:input|textarea|select) [^>]*?name="([^"]+)"[^>]*?>')


def _page(desk: Desk, path: str) -> str:
    return desk.get(path)


def fields(html: str) -> dict[str, str]:
    """What the form on a page would send as it is."""
    form = html[html.index('class="bo-form"') :]
    form = form[: form.index("</form>")]
    found: dict[str, str] = {}
    for tag, name in re.findall(r'<input ([^>]*name="([^"]+)"[^>]*)>', form):
        value = re.search(r'value="([^"]*)"', tag)
        if 'type="checkbox"' not in tag:
            found[name] = unescape(value[1]) if value else ""
        elif " checked" in f" {tag}":
            found[name] = "on"
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text).strip("\n")
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def send(desk: Desk, path: str, sent: Mapping[str, Any]) -> str:
    """Send a form, and follow where it leads."""
    answer = desk.browser.post(f"/backoffice/{path}", dict(sent), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def edit(desk: Desk, path: str, **typed: str) -> str:
    """Open the form at an address, type something, send it."""
    return send(desk, path, {**fields(desk.get(path)), **{name.replace("__", "."): text for name, text in typed.items()}})


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_works(desk: Desk) -> None:
    page = edit(
        desk, "catalog/product/new/", name="馬克杯", slug="mug", variants__0__sku="MUG-R", variants__0__options="color: red",
        variants__1__sku="MUG-B", variants__1__barcode="4006381333931", variants__1__weight_grams="300",
    )  # fmt: skip
    assert "It is saved." in text_of(page)
    product = Product.objects.get(slug="mug")
    assert list(product.variants.order_by("sku").values_list("sku", "name", "weight_grams")) == [
        ("MUG-B", "馬克杯", 300), ("MUG-R", "馬克杯 red", None),
    ]  # fmt: skip
    page = edit(desk, f"catalog/product/{product.id}/edit/", variants__0__sku="MUG-BLUE", variants__1__state="retired")
    assert list(product.variants.order_by("sku").values_list("sku", "state")) == [("MUG-BLUE", "active"), ("MUG-R", "retired")]
    assert "MUG-BLUE: SKU: MUG-B → MUG-BLUE" in text_of(page)


def test_what_cannot_be_stands_beside_its_field_and_everything_stays_as_it_was_typed(desk: Desk) -> None:
    page = edit(desk, "catalog/product/new/", name="Mug", slug="Blue Mug", description="Kept", variants__0__sku="M")
    assert re.search(r'name="slug" value="Blue Mug"[^>]*aria-invalid="true".*?bo-error', page)
    assert "“blue mug” cannot be a slug." in unescape(page)
    assert fields(page)["description"] == "Kept"
    page = edit(
        desk,
        "catalog/product/new/",
        name="Mug",
        slug="mug",
        variants__0__sku="M",
        variants__1__sku="N",
        variants__1__weight_grams="-3",
    )
    assert re.search(r'name="variants.1.weight_grams" value="-3"[^>]*aria-invalid="true"', page)
    assert not Product.objects.exists()


def test_the_same_form_sent_twice_is_done_once(desk: Desk) -> None:
    sent = {
        **fields(desk.get("channels/channel/new/")),
        "code": "till",
        "name": "Till",
        "currency": "gbp",
        "late_money": "revive",
    }
    for _time in range(2):
        assert "It is saved." in text_of(send(desk, "channels/channel/new/", sent))
    till = Channel.objects.get(code="till")
    assert (till.currency, till.late_money, till.self_service_hours) == ("GBP", "revive", None)
    assert JournalEntry.objects.filter(command="channels.save_channel", event__channel_id=str(till.id)).count() == 1


def test_what_somebody_else_saved_meanwhile_is_shown_and_nothing_of_it_lost(desk: Desk) -> None:
    web = Channel.objects.get(code="web")
    path = f"channels/channel/{web.id}/edit/"
    first, second = fields(desk.get(path)), fields(desk.get(path))
    send(desk, path, {**first, "name": "Their name", "handling_hours": "48"})
    page = send(desk, path, {**second, "handling_hours": "12"})
    assert "Somebody else saved this meanwhile." in text_of(page)
    assert "Hours from the paid order to the carrier 24 48 12" in text_of(page)
    assert Channel.objects.get(code="web").handling_hours == 48
    merged = fields(page)
    assert (merged["name"], merged["handling_hours"]) == ("Their name", "12")
    send(desk, path, merged)
    web.refresh_from_db()
    assert (web.name, web.handling_hours) == ("Their name", 12)


def test_prices_and_rates_and_addresses_are_kept_where_they_belong(desk: Desk) -> None:
    furnish(desk.shop)
    retail = PriceList.objects.get()
    edit(desk, f"pricing/pricelist/{retail.id}/edit/", prices__0__unit_price="13.50", prices__1__unit_price="",
         prices__2__sku="KIT", prices__2__unit_price="20")  # fmt: skip
    kept = Price.objects.order_by("variant__sku").values_list("variant__sku", "min_quantity", "unit_price")
    assert [(sku, at, int(price)) for sku, at, price in kept] == [("KIT", 1, 2000), ("MUG-R", 1, 1350)]
    page = edit(desk, f"pricing/pricelist/{retail.id}/edit/", prices__0__sku="NONE")
    assert "There is no variant NONE in this shop." in text_of(page)
    post = ShippingMethod.objects.get()
    edit(
        desk, f"pricing/shippingmethod/{post.id}/edit/", rates__0__gone="on", rates__1__price="5.00", rates__1__countries="FR, de"
    )
    assert list(ShippingRate.objects.values_list("price", "countries", "currency")) == [(500, ["DE", "FR"], "GBP")]
    ann = Customer.objects.get()
    edit(
        desk,
        f"customers/customer/{ann.id}/edit/",
        company="Lee Ltd",
        addresses__0__city="Leeds",
        addresses__0__postal_code="LS1 4AP",
    )
    assert CustomerContact.objects.get().company == "Lee Ltd"
    assert list(Address.objects.filter(retired_at=None).values_list("city", flat=True)) == ["Leeds"]


def test_only_those_who_may_keep_a_register_find_its_forms(desk: Desk) -> None:
    furnish(desk.shop)
    clerk = sit_down(desk.shop, as_user=lambda shop: member(shop, "warehouse"))
    files = "automation/registerimport/of/products"
    product = Product.objects.get(slug="mug")
    ways = ("catalog/product/new/", f"catalog/product/{product.id}/edit/", f"{files}/import/", f"{files}/many/")
    assert [clerk.browser.get(f"/backoffice/{way}").status_code for way in ways] == [403] * 4
    assert [desk.browser.get(f"/backoffice/{way}").status_code for way in ways] == [200] * 4
    listed = clerk.get("catalog/product/")
    assert ("/of/products/import/" in listed, "/of/products/export/" in listed, "bo-chosen" in listed) == (False, True, False)
    assert clerk.browser.get("/backoffice/automation/registerimport/of/customers/export/").status_code == 403


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def upload(desk: Desk, slug: str, text: str, name: str = "rows.csv") -> RegisterImport:
    """Send a file, and have it looked at."""
    file = io.BytesIO(text.encode())
    file.name = name
    page = send(desk, f"automation/registerimport/of/{slug}/import/", {"file": file, "key": "up"})
    assert "data-follows" in page, text_of(page)
    return work(desk, RegisterImport.objects.latest("id").id)


def work(desk: Desk, id_: UUID) -> RegisterImport:
    """What the worker does."""
    work_on_import(tenant_id=str(desk.shop.tenant_id), import_id=str(id_))
    return RegisterImport.objects.get(id=id_)


def outcomes(row: RegisterImport) -> list[tuple[int, str]]:
    """What would come of each row, or came of it."""
    return list(ImportRow.objects.filter(of=row).order_by("line").values_list("line", "outcome"))


def press(desk: Desk, row: RegisterImport, name: str) -> RegisterImport:
    """Press a button of an import, and let the worker do it."""
    send(desk, f"automation/registerimport/{row.id}/do/{name}/", {"key": name})
    return work(desk, row.id)


CHINESE = "品名,貨號,規格,條碼,價格\n杯子,MUG-R,紅色,4006381333931,12.50\n新杯,NEW,,,9\n壞,BAD,,,x\n杯子,MUG-R,,,1\n"


def test_a_file_is_looked_at_first_and_then_written(desk: Desk) -> None:
    kit.stock(desk.shop, "MUG-R")
    found = upload(desk, "products", CHINESE.replace("條碼", "條 碼").replace("壞,BAD,,", "壞,BAD,," + "9" * 70))
    assert (found.state, found.ignored, Product.objects.count()) == ("looked", "價格", 1)
    assert outcomes(found) == [(2, "changed"), (3, "new"), (4, "refused"), (5, "refused")]
    page = desk.read(f"automation/registerimport/{found.id}/")
    assert "Product name: Article MUG-R → 杯子" in page
    assert "Barcode: The text has 70 characters; 64 is the most. Shorten it." in page
    assert "Line 2 is about the same." in page
    done = press(desk, found, "confirm")
    assert (done.state, outcomes(done)) == ("finished", [(2, "saved"), (3, "added"), (4, "refused"), (5, "refused")])
    mug = Variant.objects.select_related("product").get(sku="MUG-R")
    assert (mug.product.name, mug.options, mug.barcode) == ("杯子", {"規格": "紅色"}, "4006381333931")
    entry = JournalEntry.objects.get(key=f"import:{found.id}:line:2")
    assert (entry.actor_kind, entry.command) == ("staff", "catalog.save_products")
    assert not ImportRow.objects.exclude(cells={}).exists()


def test_prices_of_the_same_file(desk: Desk) -> None:
    kit.stock(desk.shop, "MUG-R")
    kit.price(desk.shop, "MUG-R", 100)
    found = upload(desk, "prices", CHINESE)
    assert outcomes(found) == [(2, "changed"), (3, "refused"), (4, "refused"), (5, "refused")]
    press(desk, found, "confirm")
    assert Price.objects.get().unit_price == 1250


def test_a_row_that_somebody_changed_since_is_not_written(desk: Desk) -> None:
    found = upload(desk, "channels", "code,name\nweb,From the file\n")
    web = Channel.objects.get(code="web")
    edit(desk, f"channels/channel/{web.id}/edit/", name="By hand")
    done = press(desk, found, "confirm")
    assert outcomes(done) == [(2, "refused")]
    assert Channel.objects.get(code="web").name == "By hand"
    assert "Somebody changed it since it was looked at." in desk.read(f"automation/registerimport/{found.id}/")


def test_what_is_stopped_is_not_written(desk: Desk) -> None:
    found = upload(desk, "channels", "code,name\nweb,Other\n")
    send(desk, f"automation/registerimport/{found.id}/do/stop/", {"key": "stop"})
    assert "confirm" not in desk.get(f"automation/registerimport/{found.id}/")
    assert work(desk, found.id).state == "stopped"
    assert Channel.objects.get(code="web").name != "Other"


def test_a_file_that_is_none_is_refused(desk: Desk) -> None:
    no_key = ("a,b\n1,2\n", "The header has no column SKU.")
    no_rows = ("sku,name\n", "The file has no rows below its header.")
    for text, why in (no_key, no_rows):
        file = io.BytesIO(text.encode())
        file.name = "rows.csv"
        assert why in text_of(send(desk, "automation/registerimport/of/products/import/", {"file": file, "key": "up"}))
        assert not RegisterImport.objects.exists(), why


def test_nothing_of_people_is_kept_in_an_import(desk: Desk) -> None:
    found = upload(desk, "customers", "姓名,邮箱,国家,城市,地址,邮编\nAnn,ann@example.com,GB,London,1 High Street,N1 9GU\n")
    assert outcomes(found) == [(2, "new")]
    assert "ann@example.com" in desk.read(f"automation/registerimport/{found.id}/")
    press(desk, found, "confirm")
    assert Customer.objects.get().contacts.get().email == "ann@example.com"
    assert list(ImportRow.objects.values_list("cells", "changes", "name")) == [({}, [], "")]


# ── many rows at once ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_many_rows_are_changed_and_retired_at_once(desk: Desk) -> None:
    ids = [kit.stock(desk.shop, sku) for sku in ("A", "B", "C")]
    listed = desk.get("catalog/variant/")
    assert listed.count('name="id" form="bo-chosen"') == 3
    many = "automation/registerimport/of/products/many/"
    page = desk.browser.get(f"/backoffice/{many}", {"of": "catalog_variant", "id": [str(ids[0]), str(ids[1])]}).content.decode()
    assert "2 rows" in text_of(page)
    asked = {"of": "catalog_variant", "ids": f"{ids[0]} {ids[1]}", "column": "tax_class", "text": "reduced", "key": "many"}
    send(desk, many, asked)
    found = work(desk, RegisterImport.objects.latest("id").id)
    assert (found.name, outcomes(found)) == ("Tax class: reduced", [(1, "changed"), (2, "changed")])
    press(desk, found, "confirm")
    assert Product.objects.filter(tax_class="reduced").count() == 2
    send(desk, many, {"of": "catalog_variant", "filter": "q=B", "column": "state", "text": "retired", "key": "again"})
    done = press(desk, work(desk, RegisterImport.objects.latest("id").id), "confirm")
    assert outcomes(done) == [(1, "saved")]
    assert list(Variant.objects.filter(state="retired").values_list("sku", flat=True)) == ["B"]


def test_of_products_all_variants_are_meant(desk: Desk) -> None:
    furnish(desk.shop)
    mug = Product.objects.get(slug="mug")
    asked = {"of": "catalog_product", "ids": str(mug.id), "column": "shortage", "text": "backorder", "key": "many"}
    send(desk, "automation/registerimport/of/products/many/", asked)
    press(desk, work(desk, RegisterImport.objects.get().id), "confirm")
    assert list(Variant.objects.filter(shortage="backorder").values_list("sku", flat=True)) == ["MUG-R"]


def test_no_row_is_chosen(desk: Desk) -> None:
    assert "No row is chosen" in desk.read("automation/registerimport/of/products/many/")


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pictures_are_added_described_put_in_order_and_taken_away(desk: Desk) -> None:
    kit.stock(desk.shop, "MUG")
    product = Product.objects.get()
    here = f"catalog/product/{product.id}/"
    files = [_file("front.png", png(1)), _file("back.png", png(2)), _file("bad.png", b"no")]
    page = send(desk, f"{here}pictures/", {"files": files, "key": "pictures"})
    assert "bad.png: This is no whole picture" in text_of(page)
    front, back = images_of([product.id])[product.id]
    shown = desk.browser.get(f"/backoffice/{here}pictures/{front.id}/")
    assert (shown.content, shown["Content-Type"], shown["X-Content-Type-Options"]) == (png(1), "image/png", "nosniff")
    sent = {f"pictures.{back.id}.position": "0", f"pictures.{back.id}.alt": "The back", f"pictures.{front.id}.gone": "on"}
    page = send(desk, f"{here}pictures/order/", {**sent, "key": "order"})
    assert 'alt="The back"' in page
    assert [(one.id, one.alt) for one in images_of([product.id])[product.id]] == [(back.id, "The back")]
    assert desk.browser.get(f"/backoffice/{here}pictures/{front.id}/").status_code == 404
    clerk = sit_down(desk.shop, as_user=lambda shop: member(shop, "warehouse"))
    assert clerk.browser.post(f"/backoffice/{here}pictures/", {"files": files}).status_code == 403
    assert "pictures/order" not in clerk.get(here)


def _file(name: str, content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file
