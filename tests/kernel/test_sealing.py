from uuid import UUID

import pytest
from django.conf import settings
from django.test import override_settings

from dingdan.kernel.ids import new_id
from dingdan.kernel.sealing import Unsealable, seal, unseal
from dingdan.kernel.tenancy import tenant_scope
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    sealed = seal("whsec_秘密", purpose="a trial")
    assert "whsec" not in sealed
    assert unseal(sealed, purpose="a trial") == "whsec_秘密"
    assert seal("whsec_秘密", purpose="a trial") != sealed


def test_another_purpose_opens_nothing(shop: Shop) -> None:
    with pytest.raises(Unsealable):
        unseal(seal("text", purpose="a trial"), purpose="another")


def test_another_tenant_opens_nothing(shop: Shop) -> None:
    sealed = seal("text", purpose="a trial")
    with tenant_scope(UUID(int=new_id().int)), pytest.raises(Unsealable):
        unseal(sealed, purpose="a trial")


def test_a_changed_seal_is_found(shop: Shop) -> None:
    sealed = seal("text", purpose="a trial")
    for wrong in (sealed[:-5] + "AAAA=", "", "nonsense", sealed.swapcase()):
        with pytest.raises(Unsealable):
            unseal(wrong, purpose="a trial")


def test_an_old_secret_of_the_server_still_opens_what_it_sealed(shop: Shop) -> None:
    sealed = seal("text", purpose="a trial")
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="another one"), pytest.raises(Unsealable):
        unseal(sealed, purpose="a trial")
    with override_settings(SECRET_KEY="another one", SECRET_KEY_FALLBACKS=[old]):
        assert unseal(sealed, purpose="a trial") == "text"
        sealed_now = seal("text", purpose="a trial")
    with pytest.raises(Unsealable):
        unseal(sealed_now, purpose="a trial")
