"""What can be done about wishes to be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.contact import clean_email, email_key
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import clean_language
from dingdan.masterdata.catalog.queries import variants_by_id
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.customers.queries import matching_customers
from dingdan.trade.wishes import queries
from dingdan.trade.wishes.events import WishesForgotten, WishesTold, WishesWithdrawn, WishMade
from dingdan.trade.wishes.lifecycle import WISH_LIFE
from dingdan.trade.wishes.models import Wish
from dingdan.trade.wishes.rules import KEPT, MOST_OF_ONE, WAITS, to_tell

MOST_FORGOTTEN: Final = 500


class TooManyWishes(Refusal):
    """One address waits for a hundred articles at a time."""

    sentence = _("This address waits for {most} articles already.")
    remedy = _("Withdraw some wishes by the link in any of the mails.")


class NobodyToTell(Refusal):
    """Nobody waits, or enough were told of so many pieces."""

    sentence = _("There is nobody to tell of this article now.")
    remedy = _("Nothing needs to be done.")


@command
def make_wish(entry: Entry, *, variant_id: UUID, channel_id: UUID, email: str, language: str = "en") -> WishMade:
    """Want to be told, once and by mail, when an article can be had again. Wanting it twice is wanting it once.

    Refuses an article or a channel that is not there (404), an address that is none, and more than a hundred of one address.
    """
    email, language = clean_email(email, "email"), clean_language(language, "language")
    if variant_id not in variants_by_id([variant_id]):
        raise NotFound(field="variant_id", what="variant", id=variant_id)
    if all(one.id != channel_id for one in all_channels()):
        raise NotFound(field="channel_id", what="channel", id=channel_id)
    key = email_key(email)
    row = Wish(
        id=new_id(), variant_id=variant_id, channel_id=channel_id, customer_id=_known(email), email=email, email_key=key,
        language=language, wished_at=entry.at, forget_at=entry.at + WAITS,
    )  # fmt: skip
    Wish.objects.bulk_create([row], ignore_conflicts=True)
    there = Wish.objects.filter(variant_id=variant_id, channel_id=channel_id, email_key=key, state="waiting").get()
    if Wish.objects.filter(email_key=key, state="waiting").count() > MOST_OF_ONE:
        raise TooManyWishes(field="email", most=MOST_OF_ONE)
    entry.about("variant", variant_id)
    entry.about("wish", there.id)
    return WishMade(wish_id=there.id, variant_id=variant_id, channel_id=channel_id, created=there.id == row.id)


def _known(email: str) -> UUID | None:
    """The only customer who is reached there, so that the wish is told to them and forgotten with them."""
    found = {one.customer_id for one in matching_customers(email=email)}
    return found.pop() if len(found) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellWishes:
    """Of an article so many pieces can be had in a channel now."""

    variant_id: UUID
    channel_id: UUID
    pieces: int


@batch_command(WishesTold)
def tell_wishes(batch: Batch[TellWishes]) -> None:
    """Answer the wishes of those who wait longest for an article: three for each piece within a day. The mails follow from it.

    Refuses (`NobodyToTell`) where nobody waits, and where enough were told.
    """
    for item in batch.items:
        intent, entry = item.intent, item.entry
        room = to_tell(intent.pieces, queries.told_lately(intent.variant_id, entry.at))
        rows = queries.lock_waiting(intent.variant_id, intent.channel_id, most=room) if room else []
        if not rows:
            item.refuse(NobodyToTell(variant_id=intent.variant_id))
            continue
        ids = tuple(row.id for row in rows)
        state = WISH_LIFE.turn("tell", WISH_LIFE.initial)
        Wish.objects.filter(id__in=ids).update(state=state, told_at=entry.at, forget_at=entry.at + KEPT)
        entry.about("variant", intent.variant_id)
        entry.about("wish", *ids)
        left = queries.waiting_counts([intent.variant_id]).get(intent.variant_id, 0)
        item.accept(WishesTold(variant_id=intent.variant_id, channel_id=intent.channel_id, wish_ids=ids, waiting=left))


@command
def withdraw_wishes(entry: Entry, *, wish_id: UUID, all_of_address: bool = False) -> WishesWithdrawn:
    """Tell somebody nothing more: of this article, or of none that the same address waits for.

    Doing it again changes nothing more. Refuses a wish that is not there (404).
    """
    asked = queries.wish(wish_id)
    gone = [one.id for one in queries.waiting_with(asked) if all_of_address or one.id == asked.id]
    ids = list(Wish.objects.select_for_update(no_key=True).filter(id__in=gone, state="waiting").values_list("id", flat=True))
    state = WISH_LIFE.turn("withdraw", WISH_LIFE.initial)
    Wish.objects.filter(id__in=ids).update(state=state, forget_at=entry.at + KEPT)
    entry.about("wish", *(ids or [asked.id]))
    return WishesWithdrawn(wish_ids=tuple(ids))


@command
def forget_wishes(entry: Entry, *, wish_ids: tuple[UUID, ...]) -> WishesForgotten:
    """Forget the address of wishes: answered a month ago, lapsed after a year, or of a person to be forgotten.

    Who still waits, waits no longer. Doing it again changes nothing more.
    """
    rows = Wish.objects.select_for_update(no_key=True).filter(id__in=wish_ids).exclude(email="").order_by("id")
    found = list(rows[:MOST_FORGOTTEN])
    ids = [one.id for one in found]
    waited = [one.id for one in found if one.state == WISH_LIFE.initial]
    Wish.objects.filter(id__in=waited).update(state=WISH_LIFE.turn("lapse", WISH_LIFE.initial), email="", email_key="")
    Wish.objects.filter(id__in=ids).update(email="", email_key="", forget_at=entry.at)
    entry.about("wish", *ids)
    return WishesForgotten(wish_ids=tuple(ids))
