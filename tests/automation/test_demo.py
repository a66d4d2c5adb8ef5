"""What the demo shop says of itself."""

from dataclasses import asdict

from dingdan.automation.demo import WHO_WE_ARE, _Demo
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.queries import shop_as_it_is
from dingdan.masterdata.shop.rules import clean_profile
from tests.conftest import Shop


def test_its_profile_is_complete_and_fits() -> None:
    assert clean_profile(WHO_WE_ARE) == WHO_WE_ARE
    assert [name for name, text in asdict(WHO_WE_ARE).items() if not text] == ["tax_number", "bank_holder"]


def test_it_introduces_itself_once(shop: Shop) -> None:
    for _ in range(2):
        _Demo(shop.tenant).introduce()
    assert shop_as_it_is() == WHO_WE_ARE
    assert Profile.objects.count() == 1
