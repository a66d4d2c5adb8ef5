"""Guessing is slow, also when everybody guesses at once; whoever types what is right never waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from dingdan.kernel import clock
from dingdan.kernel.errors import WrongGuess
from dingdan.kernel.guessing import CLIENT, EVERYBODY, SHOP, TooManyGuesses, forget_guesses, guess, guess_account
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import GuessCount
from dingdan.kernel.tenancy import across_tenants
from tests import kit
from tests.conftest import Shop

NOW = clock.now()


def tries(what: str, client: str, *, right: bool = False, after: float = 0) -> str:
    """What came of one try: right, wrong, or how long to wait."""
    try:
        with guess(what, clients=[client], at=NOW + timedelta(seconds=after)):
            if not right:
                raise WrongGuess
    except WrongGuess:
        return "wrong"
    except TooManyGuesses as refusal:
        return str(refusal.retry_after_seconds)
    return "right"


def counted(what: str) -> Sequence[int]:
    with across_tenants():
        return list(GuessCount.objects.filter(scope__startswith=what).order_by("tries").values_list("tries", flat=True))


def test_ten_are_free_and_then_one_waits_twice_as_long_each_time(shop: Shop) -> None:
    what = f"card {shop.tenant_id}"
    assert [tries(what, "1.2.3.4") for _ in range(11)] == ["wrong"] * 10 + ["30"]
    assert (tries(what, "1.2.3.4", after=29), tries(what, "1.2.3.4", after=30)) == ("1", "wrong")
    assert tries(what, "1.2.3.4", after=30) == "60"
    assert tries(what, "5.6.7.8") == "wrong"


def test_who_mistypes_five_times_is_let_in(shop: Shop) -> None:
    what = f"card {shop.tenant_id}"
    assert [tries(what, "1.2.3.4") for _ in range(5)] == ["wrong"] * 5
    assert [tries(what, "1.2.3.4", right=True) for _ in range(50)] == ["right"] * 50
    assert counted(what) == [5, 5, 5]


def test_a_day_later_it_is_forgotten(shop: Shop) -> None:
    what, later = f"card {shop.tenant_id}", CLIENT.forgotten_after.total_seconds() + 60
    assert [tries(what, "1.2.3.4") for _ in range(10)][-1] == "wrong"
    assert [tries(what, "1.2.3.4", after=later) for _ in range(10)] == ["wrong"] * 10
    forget_guesses(NOW + timedelta(days=3))
    assert counted(what) == []


def test_many_at_once_get_no_more_through(shop: Shop) -> None:
    what = f"card {shop.tenant_id}"
    outcomes = kit.in_threads(lambda _index: tries(what, "1.2.3.4"), 30)
    assert outcomes.count("wrong") == CLIENT.free
    assert counted(what) == [10, 10, 10]


def test_guesses_of_many_clients_slow_the_shop_down_and_never_for_long(shop: Shop) -> None:
    what = f"card {shop.tenant_id}"
    assert tries(what, "first") == "wrong"
    GuessCount.objects.filter(scope=what).update(tries=SHOP.free + 30)
    assert tries(what, "second") == "wrong"
    assert tries(what, "third", right=True) == str(SHOP.longest)
    assert tries(what, "third", right=True, after=SHOP.longest) == "right"


def test_nobody_is_named_where_it_is_counted(shop: Shop) -> None:
    tries(f"card {shop.tenant_id}", "203.0.113.9")
    assert not GuessCount.objects.filter(scope__contains="203").exists()
    with across_tenants():
        assert GuessCount.objects.filter(tenant_id=EVERYBODY, scope=f"card {shop.tenant_id}").exists()


def test_a_fault_gives_the_try_back(shop: Shop) -> None:
    with pytest.raises(RuntimeError), guess(f"card {shop.tenant_id}", clients=["x"], at=NOW):
        raise RuntimeError
    assert counted(f"card {shop.tenant_id}") == [0, 0, 0]


def opens(account: str, client: str, *, right: bool = False, after: float = 0) -> str:
    """What came of one try at an account of no shop."""
    try:
        with guess_account("test_sign_in", account=account, client=client, at=NOW + timedelta(seconds=after)):
            if not right:
                raise WrongGuess
    except WrongGuess:
        return "wrong"
    except TooManyGuesses as refusal:
        return str(refusal.retry_after_seconds)
    return "right"


def test_an_account_is_tried_slowly_from_everywhere_and_never_closed_for_long() -> None:
    account = new_id().hex
    said = [opens(account, new_id().hex) for _ in range(11)]
    assert said == ["wrong"] * 10 + ["30"]
    late = 31.0
    waits = []
    for _ in range(8):
        assert opens(account, new_id().hex, after=late) == "wrong"
        waits.append(int(opens(account, new_id().hex, after=late)))
        late += waits[-1] + 1
    assert waits == [60, 120, 240, 480, 900, 900, 900, 900]
    assert opens(account, new_id().hex, right=True, after=late) == "right"


def test_an_address_that_tries_many_accounts_waits() -> None:
    client = new_id().hex
    said = [opens(new_id().hex, client) for _ in range(41)]
    assert said == ["wrong"] * 40 + ["10"]
