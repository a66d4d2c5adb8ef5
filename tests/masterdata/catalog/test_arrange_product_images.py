import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import TextTooLong
from dingdan.masterdata.catalog.commands import add_product_image, arrange_product_images
from dingdan.masterdata.catalog.models import ProductImage
from dingdan.masterdata.catalog.queries import images_of
from dingdan.masterdata.catalog.rules import ImageDraft
from tests.masterdata.catalog.drafts import mugs
from tests.masterdata.catalog.pictures import png
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    product = mugs(shop).product_id
    a, b, c = (add_product_image(shop.call(), product_id=product, name="a", content=png(red)).image_id for red in (1, 2, 3))
    told = arrange_product_images(shop.call(), product_id=product, images=(ImageDraft(id=c, alt="Back"), ImageDraft(id=a)))
    assert told.image_ids == (c, a, b)
    assert [(one.before, one.after) for one in told.changes] == [("", "Back")]
    assert [(one.id, one.alt) for one in images_of([product])[product]] == [(c, "Back"), (a, ""), (b, "")]


def test_it_refuses_a_text_that_cannot_be(shop: Shop) -> None:
    product = mugs(shop).product_id
    one = add_product_image(shop.call(), product_id=product, name="a", content=png()).image_id
    with shop.nothing_changes(ProductImage), pytest.raises(TextTooLong) as refused:
        arrange_product_images(shop.call(), product_id=product, images=(ImageDraft(id=one, alt="x" * 301),))
    assert refused.value.field == "images.0.alt"


def test_it_refuses_what_is_not_there(shop: Shop) -> None:
    product = mugs(shop).product_id
    with shop.nothing_changes(ProductImage):
        with pytest.raises(NotFound):
            arrange_product_images(shop.call(), product_id=product, images=(ImageDraft(id=new_id()),))
        with pytest.raises(NotFound):
            arrange_product_images(shop.call(), product_id=new_id(), images=())
