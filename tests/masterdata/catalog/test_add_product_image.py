import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.files import FileNotUsable, TooManyFiles
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import NotText
from dingdan.masterdata.catalog.commands import add_product_image
from dingdan.masterdata.catalog.models import ProductImage
from dingdan.masterdata.catalog.queries import images_of
from dingdan.masterdata.catalog.rules import MOST_IMAGES, NotAPicture
from tests.masterdata.catalog.drafts import mugs
from tests.masterdata.catalog.pictures import PDF, png
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    product = mugs(shop).product_id
    first = add_product_image(shop.call(), product_id=product, name="../mug", content=png(), alt=" A mug ")
    second = add_product_image(shop.call(), product_id=product, name="b.png", content=png(1))
    told = [(one.id, one.position, one.name, one.alt) for one in images_of([product])[product]]
    assert told == [(first.image_id, 0, "mug.png", "A mug"), (second.image_id, 1, "b.png", "")]
    assert (first.media_type, first.size) == ("image/png", len(png()))


def test_it_refuses_what_is_no_picture(shop: Shop) -> None:
    product = mugs(shop).product_id
    with shop.nothing_changes(ProductImage):
        with pytest.raises(NotAPicture):
            add_product_image(shop.call(), product_id=product, name="a.png", content=PDF)
        with pytest.raises(FileNotUsable):
            add_product_image(shop.call(), product_id=product, name="a.png", content=b"<svg onload=alert(1)>")


def test_it_refuses_a_name_that_is_none(shop: Shop) -> None:
    product = mugs(shop).product_id
    with shop.nothing_changes(ProductImage), pytest.raises(NotText):
        add_product_image(shop.call(), product_id=product, name=7, content=png())  # type: ignore[arg-type]


def test_it_refuses_too_many(shop: Shop) -> None:
    product = mugs(shop).product_id
    for number in range(MOST_IMAGES):
        add_product_image(shop.call(), product_id=product, name="a", content=png(number))
    with shop.nothing_changes(ProductImage), pytest.raises(TooManyFiles):
        add_product_image(shop.call(), product_id=product, name="a", content=png())


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    with shop.nothing_changes(ProductImage), pytest.raises(NotFound) as refused:
        add_product_image(shop.call(), product_id=new_id(), name="a", content=png())
    assert refused.value.field == "product_id"
