import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.masterdata.catalog.commands import add_product_image, remove_product_image
from dingdan.masterdata.catalog.models import ProductImage
from dingdan.masterdata.catalog.queries import images_of
from tests.masterdata.catalog.drafts import mugs
from tests.masterdata.catalog.pictures import png
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    product = mugs(shop).product_id
    one = add_product_image(shop.call(), product_id=product, name="a", content=png(), alt="A mug").image_id
    remove_product_image(shop.call(), product_id=product, image_id=one)
    assert images_of([product]) == {product: []}
    row = ProductImage.objects.get()
    assert (row.content, row.name, row.alt) == (None, "", "")


def test_it_refuses_to_do_it_twice(shop: Shop) -> None:
    product = mugs(shop).product_id
    one = add_product_image(shop.call(), product_id=product, name="a", content=png()).image_id
    remove_product_image(shop.call(), product_id=product, image_id=one)
    with shop.nothing_changes(ProductImage), pytest.raises(NotFound):
        remove_product_image(shop.call(), product_id=product, image_id=one)


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    product = mugs(shop).product_id
    with shop.nothing_changes(ProductImage):
        with pytest.raises(NotFound):
            remove_product_image(shop.call(), product_id=product, image_id=new_id())
        with pytest.raises(NotFound):
            remove_product_image(shop.call(), product_id=new_id(), image_id=new_id())
