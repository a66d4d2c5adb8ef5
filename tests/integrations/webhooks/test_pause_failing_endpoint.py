import pytest

from dingdan.integrations.webhooks.commands import pause_endpoint, pause_failing_endpoint
from dingdan.integrations.webhooks.models import Endpoint
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import UnknownChoice
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import hook

URL = "https://shop.example/"


@pytest.mark.parametrize("reason", ["failing", "gone"])
def test_it_works(shop: Shop, reason: str) -> None:
    one = hook(shop, URL)
    event = pause_failing_endpoint(shop.call(), endpoint_id=one.endpoint_id, reason=reason)
    assert event.reason == reason
    assert Endpoint.objects.values_list("state", "paused_because").get() == ("paused", reason)


def test_a_reason_that_only_people_have(shop: Shop) -> None:
    one = hook(shop, URL)
    with pytest.raises(UnknownChoice):
        pause_failing_endpoint(shop.call(), endpoint_id=one.endpoint_id, reason="asked")
    assert Endpoint.objects.get().state == "active"


def test_one_that_somebody_paused_meanwhile(shop: Shop) -> None:
    one = hook(shop, URL)
    pause_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    with pytest.raises(NotInThisState):
        pause_failing_endpoint(shop.call(), endpoint_id=one.endpoint_id, reason="failing")
    assert Endpoint.objects.get().paused_because == "asked"
