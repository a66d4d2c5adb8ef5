"""F36: ten thousand guesses at gift cards are no hit, end in a wait, and shut nobody out who only mistypes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from dingdan.kernel import clock, codes
from dingdan.kernel.errors import Refusal, WrongGuess
from dingdan.kernel.guessing import (
    ACCOUNT,
    CLIENT,
    LETTERS,
    SHOP,
    TooManyDeeds,
    TooManyGuesses,
    counted_letter,
    guess,
    guess_account,
)
from dingdan.kernel.models import GuessCount
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import CardNotUsable, IssueGiftCard, issue_gift_cards
from dingdan.ledgers.payments.queries import code_of, usable_card
from dingdan.web.storefront.account.links import SignIn, link_of, move_by, sign_in_by
from tests.conftest import Shop
from tests.laws.size import sized

GUESSES = sized(120, 10_000, 10_000)
BEFORE = max(0, SHOP.free - GUESSES // 3)
"""How often others guessed before, so that it need not be waited for."""
CLIENTS = 60


def ask(what: str, client: str, code: str, at: datetime) -> str:
    """What a door answers to a code."""
    try:
        with guess(what, clients=[client], at=at):
            if usable_card(code, at=at) is None:
                raise CardNotUsable(field="code")
    except Refusal as refusal:
        return refusal.code
    return "hit"


def test_guesses_hit_nothing_and_are_slowed_down(shop: Shop, figure: Callable[[str], None]) -> None:
    """One client after the other guesses, ten times a second, for as long as there are guesses."""
    cards = [issue_gift_cards.one(shop.call(), IssueGiftCard(money=Money(1000, "GBP"))) for _ in range(20)]
    what, now = f"gift card {shop.tenant_id}", clock.now()  # the count of the server is the test's own, too
    told: Counter[str] = Counter([ask(what, "others", codes.new_code(), now)])
    GuessCount.objects.filter(scope=what).update(tries=BEFORE + 1)
    for number in range(GUESSES):
        at = now + timedelta(seconds=number / 10)
        told[ask(what, f"client {number % CLIENTS}", codes.new_code(), at)] += 1
    assert told["hit"] == 0
    assert told["card_not_usable"] <= SHOP.free - BEFORE + 30
    assert told["too_many_guesses"] >= GUESSES / 2
    later = now + timedelta(seconds=GUESSES / 10 + SHOP.longest)
    assert ask(what, "a shopper", code_of(cards[0].gift_card_id), later) == "hit"
    figure(f"F36 {GUESSES} guesses by {CLIENTS} clients: {told['hit']} hits, {told['too_many_guesses']} were not even looked at")


def test_one_client_is_locked_out_after_ten(shop: Shop) -> None:
    what, now = f"gift card {shop.tenant_id}", clock.now()
    told = Counter(ask(what, "one", codes.new_code(), now + timedelta(seconds=number / 10)) for number in range(50))
    assert told == {"card_not_usable": CLIENT.free, "too_many_guesses": 50 - CLIENT.free}


def test_links_to_sign_in_are_not_guessed(shop: Shop) -> None:
    """Neither made up, nor changed, nor taken to another kind: what opens was sealed here."""
    at = clock.now()
    right = link_of(SignIn("ann@example.com", "new"), at=at)
    opened = sign_in_by(right, at=at)
    assert opened is not None
    assert opened.email == "ann@example.com"
    letters = "abcdefghijklmnopqrstuvwxyz0123456789-_"
    for number in range(GUESSES):
        place, letter = number % len(right), letters[number % len(letters)]
        guessed = right[:place] + letter + right[place + 1 :]
        assert guessed == right or sign_in_by(guessed, at=at) is None
    assert move_by(right, at=at) is None


def test_accounts_are_not_guessed(shop: Shop) -> None:
    """The doors for passwords count the account, whoever guesses; the doors for mails count who is written to."""
    now = clock.now()
    what, mailed = f"sign_in {shop.tenant_id}", f"letter {shop.tenant_id}"
    told: Counter[str] = Counter()
    for number in range(60):
        try:
            with guess_account(what, account="ann@example.com", client=f"client {number}", at=now):
                raise WrongGuess
        except (WrongGuess, TooManyGuesses) as refusal:
            told[type(refusal).__name__] += 1
    assert told == {"WrongGuess": ACCOUNT.free, "TooManyGuesses": 60 - ACCOUNT.free}
    sent = 0
    for number in range(60):
        try:
            counted_letter(mailed, to="ann@example.com", client=f"client {number}", at=now)
            sent += 1
        except TooManyDeeds:
            continue
    assert sent == LETTERS.free
