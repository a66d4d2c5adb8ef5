from __future__ import annotations

from datetime import timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from dingdan.integrations.webhooks.commands import EndpointWasRetired, retire_endpoint, rotate_secret
from dingdan.integrations.webhooks.messages import secrets_of
from dingdan.integrations.webhooks.models import Endpoint
from dingdan.integrations.webhooks.rules import OverlapNotUsable
from dingdan.integrations.webhooks.signing import fingerprint
from dingdan.integrations.webhooks.tidying import tidy
from dingdan.kernel import clock
from tests import kit
from tests.conftest import Shop
from tests.integrations.webhooks.receiver import a_secret, hook, receiving, tell

URL = "https://shop.example/hooks"


def test_it_works(shop: Shop) -> None:
    one, new = hook(shop, URL), a_secret()
    event = rotate_secret(shop.call(), endpoint_id=one.endpoint_id, secret=new)
    row, now = Endpoint.objects.get(), clock.now()
    assert row.secret_fingerprint == event.secret_fingerprint == fingerprint(new)
    assert timedelta(hours=23, minutes=59) < event.previous_expires_at - now < timedelta(hours=24)
    assert secrets_of(row, now) == [new, one.secret]
    assert secrets_of(row, event.previous_expires_at) == [new]


def test_both_secrets_sign_for_a_time(shop: Shop) -> None:
    with receiving() as receiver:
        one, new = hook(shop, receiver.url, "catalog.*"), a_secret()
        rotate_secret(shop.call(), endpoint_id=one.endpoint_id, secret=new, overlap_hours=1)
        kit.stock(shop, "MUG")
        tell(shop)
        rotate_secret(shop.call(), endpoint_id=one.endpoint_id, secret=a_secret(), overlap_hours=0)
        kit.stock(shop, "CUP")
        tell(shop)
    both, neither = receiver.came
    for secret in (one.secret, new):
        Webhook(secret).verify(both.body, dict(both.headers))
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(neither.body, dict(neither.headers))


def test_an_old_secret_is_forgotten_when_its_time_is_over(shop: Shop) -> None:
    one, new = hook(shop, URL), a_secret()
    rotate_secret(shop.call(), endpoint_id=one.endpoint_id, secret=new, overlap_hours=2)
    tidy(shop.tenant_id)
    assert Endpoint.objects.get().previous_secret != ""
    with clock.moved_by(timedelta(hours=2, seconds=1)):
        tidy(shop.tenant_id)
        row = Endpoint.objects.get()
        assert (row.previous_secret, row.previous_expires_at, secrets_of(row, clock.now())) == ("", None, [new])


@pytest.mark.parametrize("hours", [-1, 169])
def test_an_overlap_that_is_too_long(shop: Shop, hours: int) -> None:
    one = hook(shop, URL)
    with pytest.raises(OverlapNotUsable):
        rotate_secret(shop.call(), endpoint_id=one.endpoint_id, secret=a_secret(), overlap_hours=hours)
    assert Endpoint.objects.get().secret_fingerprint == fingerprint(one.secret)


def test_one_that_was_retired(shop: Shop) -> None:
    one = hook(shop, URL)
    retire_endpoint(shop.call(), endpoint_id=one.endpoint_id)
    with pytest.raises(EndpointWasRetired):
        rotate_secret(shop.call(), endpoint_id=one.endpoint_id, secret=a_secret())
    assert Endpoint.objects.get().secret_fingerprint == fingerprint(one.secret)
