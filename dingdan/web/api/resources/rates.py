"""Rates: what amounts are in other currencies, to be shown and never to be charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field

from dingdan.integrations.rates.reading import MOST_BYTES, read_rates
from dingdan.kernel import clock
from dingdan.kernel.days import day_of
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import Money
from dingdan.kernel.tenants import shop_zone
from dingdan.masterdata.rates import queries
from dingdan.masterdata.rates.commands import restore_rate, retire_rate, save_rate, save_rates
from dingdan.masterdata.rates.lifecycle import RATE_LIFE
from dingdan.masterdata.rates.models import Rate
from dingdan.masterdata.rates.rules import is_old, reachable
from dingdan.web.api.reads import read
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.resources.files import content_of
from dingdan.web.api.writes import Write, mount

TAG, PERMISSION = "Rates", "rates.read"
Present = Annotated[str, Field(pattern="^[A-Z]{3}$", description="A currency in which the amount is told as well.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateView:
    """One unit of `base` is `value` units of `currency`, from a day on until a later rate. One that `is_old` is not used."""

    id: UUID
    base: str
    currency: str
    value: Decimal
    valid_on: date
    source: str
    state: str
    is_old: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedView:
    """An amount as it may be shown, in minor units: about so much, at so much of its currency for one of the charged one.

    It is for information only: what is charged stays in the currency of the order.
    """

    amount: int
    currency: str
    rate: Decimal
    valid_on: date
    source: str


def presented_view(amount: int, currency: str, wanted: str | None) -> PresentedView | None:
    """An amount in a currency that is asked for; None where none is asked for, and where no rate says it."""
    found = queries.presented(Money(amount, currency), wanted, at=clock.now()) if wanted else None
    return _told(found) if found else None


def _told(found: queries.Presented) -> PresentedView:
    return PresentedView(
        amount=found.money.amount, currency=found.money.currency, rate=found.rate, valid_on=found.valid_on, source=found.source
    )


def _views(rows: Sequence[Rate]) -> list[RateView]:
    today, own = day_of(clock.now(), shop_zone()), [name for name in RateView.__dataclass_fields__ if name != "is_old"]
    return [
        RateView(
            **{name: getattr(row, name) for name in own}, is_old=is_old(row.valid_on, today, settings.RATE_DAYS)
        )
        for row in rows
    ]  # fmt: skip


Amount = Annotated[int, Field(ge=0, le=10**15, description="In minor units.")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="Of the amount.")]


@read("/presented-amounts", permission=PERMISSION, tag=TAG)
def list_presented_amounts(*, amount: Amount, currency: Currency) -> list[PresentedView]:
    """What an amount is in every other currency that the rates of today reach, for a storefront to show beside its price."""
    rates = queries.rates_at(clock.now())
    found = [queries.presented_at(rates, Money(amount, currency), code) for code in reachable(rates, currency)]
    return [_told(one) for one in found if one]


class RatesSent(BaseModel):
    """A list of rates: a table with the columns base, currency, rate and date, or `eurofxref-daily.xml` of the ECB."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", max_length=400, examples=["rates.csv"])
    content: str = Field(max_length=MOST_BYTES * 4 // 3 + 8, description="The bytes in base64.")
    source: str = Field("", max_length=60, description="Who says so.")


def _import(call: Call, _path: Mapping[str, Any], sent: RatesSent) -> Event:
    return save_rates(call, rates=read_rates(content_of(sent), source=sent.source))  # type: ignore[arg-type] # it has a content


registers(
    Register(
        plural="rates",
        states=RATE_LIFE.states,
        singular="rate",
        view=RateView,
        rows=lambda: Rate.objects.order_by("id"),
        make=_views,
        permission=PERMISSION,
        tag=TAG,
    ),
)
_RATE = "/rates/{rate_id}"
mount(
    Write(path="/rates", command=save_rate, makes=_RATE, tag=TAG),
    Write(method="PUT", path=_RATE, command=save_rate, name="change_rate", tag=TAG),
    Write(path="/rates/lists", command=save_rates, tag=TAG),
    Write(path="/rates/files", command=save_rates, name="import_rates", body=RatesSent, give=_import, tag=TAG),
    Write(path=f"{_RATE}/retire", command=retire_rate, tag=TAG),
    Write(path=f"{_RATE}/restore", command=restore_rate, tag=TAG),
)
