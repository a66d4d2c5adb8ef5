"""What the demo shop says of itself."""

from dataclasses import asdict

from dingdan.automation.demo import WHO_WE_ARE, _Demo
from dingdan.automation.demo_goods import APRON, GOODS, SHELVES
from dingdan.automation.demo_offers import COUPON, allow
from dingdan.automation.demo_pictures import MOTIFS, PALETTES
from dingdan.automation.demo_shelves import furnish
from dingdan.masterdata.catalog.queries import categories, variants_by_sku
from dingdan.masterdata.catalog.rules import VariantDraft
from dingdan.masterdata.policies.models import ReturnRule
from dingdan.masterdata.promotions.models import Promotion
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.queries import shop_as_it_is, storefront
from dingdan.masterdata.shop.rules import clean_profile
from tests import kit
from tests.conftest import Shop
from tests.web.storefront.front import Visitor, open_front, put_on_offer


def test_its_profile_is_complete_and_fits() -> None:
    assert clean_profile(WHO_WE_ARE) == WHO_WE_ARE
    assert [name for name, text in asdict(WHO_WE_ARE).items() if not text] == ["tax_number", "bank_holder"]


def test_it_introduces_itself_once(shop: Shop) -> None:
    for _ in range(2):
        _Demo(shop.tenant).introduce()
    assert shop_as_it_is() == WHO_WE_ARE
    assert Profile.objects.count() == 1


def test_its_shelves_are_furnished_once(shop: Shop) -> None:
    demo = _Demo(shop.tenant)
    demo._gift_cards()
    for _ in range(2):
        furnish(demo._call, "GBP")
    skus = [f"APRON-{color}-{size}".upper() for color, size, _pieces in APRON[3]]
    aprons = variants_by_sku(skus)
    assert len(aprons) == 5
    assert [kit.levels(aprons[sku].id)[0] for sku in skus] == [0, 12, 4, 9, 0]
    assert storefront() is not None
    assert [one.slug for one in categories()] == [slug for slug, _names in SHELVES]


def test_its_buyers_get_something_off_and_may_send_back(shop: Shop) -> None:
    demo = _Demo(shop.tenant)
    for _ in range(2):
        allow(demo._call)
    assert list(Promotion.objects.order_by("code").values_list("code", flat=True)) == ["aprons", "stars", "welcome"]
    assert ReturnRule.objects.count() == 2
    demo._terms()
    kit.stock(shop, "APRON-MOSS-S", 4)
    kit.price(shop, "APRON-MOSS-S", 1000)
    assert kit.place(shop, ("APRON-MOSS-S", 3), price=None).total == 2000
    assert kit.place(shop, ("APRON-MOSS-S", 1), price=None, coupon_codes=(COUPON,)).total == 900


def test_it_shows_what_is_reduced_with_what_it_cost_before(shop: Shop) -> None:
    open_front(shop)
    put_on_offer(shop, "star", VariantDraft(sku="21730"), price=425, pieces=5)
    allow(_Demo(shop.tenant)._call)
    assert "Lowest price of the last 30 days before the reduction: £4.25" in Visitor(shop).look("p/star/")
    assert kit.place(shop, ("21730", 1), price=None).total == 340


def test_everything_on_its_shelves_can_be_drawn_and_stands_on_one() -> None:
    assert {one.picture[0] for one in GOODS} <= set(MOTIFS)
    assert {one.picture[1] for one in GOODS} <= set(PALETTES)
    assert {one.shelf for one in GOODS} == {slug for slug, _names in SHELVES}
    assert len({one.sku for one in GOODS}) == len(GOODS)
