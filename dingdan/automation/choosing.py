"""What a customer chose to be told: kept as consents, so that when and where it was said is on record, and goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.automation.lifecycle import Way
from dingdan.kernel.journal import Call
from dingdan.masterdata.customers.commands import record_consent
from dingdan.masterdata.customers.queries import consents_of, identities_of, one_person
from dingdan.masterdata.messengers.queries import ways_in_use
from dingdan.trade.wishes import queries as wishes
from dingdan.trade.wishes.commands import withdraw_wishes

MARKETING_MAIL: Final = "marketing_email"
SOURCE: Final = "notices"
"""Where a consent was given or withdrawn: on the page of notices."""
MAY: Final = frozenset({"customers.record_consent", "wishes.withdraw_wishes"})
"""What the bearer of a customer's link may do."""

ALSO: Final[Mapping[str, tuple[str, Any, Any]]] = {
    Way.SMS: ("orders_by_sms", _("Order news by SMS, too"), _("To the phone number of the order.")),
    Way.WECHAT: ("orders_by_wechat", _("Order news in WeChat, too"), _("To the account by which the shop knows you.")),
    Way.LINE: ("orders_by_line", _("Order news in LINE, too"), _("To the account by which the shop knows you.")),
}
"""The ways beside mail in which a customer may want to hear of orders: the purpose of the consent, its name, what it means."""

OFFERED: Final[Mapping[str, tuple[Any, Any]]] = {
    MARKETING_MAIL: (_("News and offers by e-mail"), _("Now and then, and never from anybody else.")),
}
"""What a customer may want or not, by the purpose of the consent: its name, and what it means."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a customer may want to be told, or not."""

    purpose: str
    name: str
    told: str
    is_wanted: bool


def choices_of(customer_id: UUID) -> list[Choice]:
    """What a customer can choose, and what they chose."""
    wanted = {one.purpose for one in consents_of(customer_id) if one.withdrawn_at is None}
    offered = [(purpose, name, told) for purpose, (name, told) in OFFERED.items()] + _ways(customer_id)
    return [Choice(purpose, str(name), str(told), purpose in wanted) for purpose, name, told in offered]


def _ways(customer_id: UUID) -> list[tuple[str, Any, Any]]:
    """The ways that the shop has and by which this customer is known."""
    there = ways_in_use()
    known = {source for source, _name in identities_of(customer_id)} | {Way.SMS} if there else set()
    return [said for way, said in ALSO.items() if way in there and way in known]


def choose(call: Call, customer_id: UUID, wanted: Mapping[str, bool]) -> None:
    """Write down what a customer wants and does not want, where it differs from what they said before."""
    for one in choices_of(customer_id):
        want = wanted.get(one.purpose, one.is_wanted)
        if want != one.is_wanted:
            part = Call(tenant_id=call.tenant_id, actor=call.actor, key=f"{call.key}:{one.purpose}")
            record_consent(part, customer_id=customer_id, purpose=one.purpose, granted=want, source=SOURCE)


def stop_all(call: Call, customer_id: UUID) -> None:
    """Tell a customer nothing more but what is about their orders."""
    choose(call, customer_id, {one.purpose: False for one in choices_of(customer_id)})
    for wish_id in wishes.waiting_of(one_person(customer_id)):
        part = Call(tenant_id=call.tenant_id, actor=call.actor, key=f"{call.key}:{wish_id}")
        withdraw_wishes(part, wish_id=wish_id)
