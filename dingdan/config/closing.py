"""What the bookkeeper types on the command line: the journal, the close of a day, the bills of gateways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final

from dingdan.automation import bills
from dingdan.automation.setup import default_tenant
from dingdan.insight.journal.queries import JournalAsked, journal_file
from dingdan.kernel import clock, feed
from dingdan.kernel.days import day_of
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.money import parse
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments.queries import makes_bills
from dingdan.masterdata.methods.queries import accounts_at
from dingdan.trade.closing import queries
from dingdan.trade.closing.commands import close_day as close
from dingdan.trade.closing.commands import count_cash, reopen_day
from dingdan.trade.closing.lifecycle import PointKind
from dingdan.trade.closing.rules import Acknowledged, evening


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one thing that was asked for; `problem` says why not."""

    what: str
    done: str = ""
    problem: str = ""

    def line(self) -> str:
        """The same in one line."""
        return f"{self.what}: {self.problem or self.done}"

    def as_dict(self) -> dict[str, str]:
        """The same for programs."""
        return asdict(self)


def journal(
    form: str, *, since: date, until: date, currency: str = "", by_day: bool = False, tenant: Tenant | None = None
) -> Iterator[bytes]:
    """The journal of some days, piece by piece. Raises the refusals of `journal_file` before the first one."""
    shop = tenant or default_tenant()
    with tenant_scope(shop.id):
        asked = JournalAsked(format=form, since=since, until=until, currency=currency, by_day=by_day)
        pieces = journal_file(asked).pieces
    return _in_scope(pieces, shop)


def _in_scope(pieces: Iterator[bytes], shop: Tenant) -> Iterator[bytes]:
    with tenant_scope(shop.id):
        yield from pieces


def close_day(
    day: date | None,
    *,
    currencies: tuple[str, ...] = (),
    counted: str | None = None,
    note: str = "",
    reopen: bool = False,
    tenant: Tenant | None = None,
) -> list[Told]:
    """Close a day (or open it again) in these currencies, or in all that the shop uses."""
    shop = tenant or default_tenant()
    with tenant_scope(shop.id):
        feed.sequence(shop.id)
        asked = _Asked(shop, day or _yesterday(shop), counted, note)
        act = asked.reopen if reopen else asked.close
        return [_told(f"{asked.day} {currency}", act, currency) for currency in currencies or queries.currencies_in_use()]


def _yesterday(shop: Tenant) -> date:
    return day_of(clock.now(), shop.time_zone) - timedelta(days=1)


def _told(what: str, act: Callable[[str], str], currency: str) -> Told:
    try:
        return Told(what, done=act(currency))
    except Refusal as refusal:
        return Told(what, problem=str(refusal))


_EVERYTHING: Final = tuple(PointKind)


@dataclass(frozen=True, slots=True)
class _Asked:
    shop: Tenant
    day: date
    counted: str | None
    note: str

    def close(self, currency: str) -> str:
        if self.counted is not None:
            at = min(clock.now(), evening(self.day, self.shop.time_zone))
            call = Call(tenant_id=self.shop.id, actor=SYSTEM, at=at)
            count_cash(call, currency=currency, counted=parse(self.counted, currency, field="counted").amount)
            feed.sequence(self.shop.id)
        said = tuple(Acknowledged(kind=kind, note=self.note) for kind in _EVERYTHING) if self.note else ()
        told = close(self._call(), day=self.day, currency=currency, acknowledged=said)
        return f"closed, postings {told.postings}, late {told.late}, left open {len(told.acknowledged)}"

    def reopen(self, currency: str) -> str:
        found = queries.close_of(self.day, currency)
        if found is None:
            raise Invalid(field="day", reason=f"{self.day} is not closed in {currency}.")
        reopen_day(self._call(), day_close_id=found.id, note=self.note)
        return "open again"

    def _call(self) -> Call:
        return Call(tenant_id=self.shop.id, actor=SYSTEM)


def fetch_bills(day: date | None, *, gateway: str = "", tenant: Tenant | None = None) -> list[Told]:
    """Fetch the bills of a day of all accounts in use, or of those of one gateway."""
    shop = tenant or default_tenant()
    with tenant_scope(shop.id):
        of = day or _yesterday(shop)
        return [
            _fetched(bills.fetch(shop.id, account.gateway, account.id, of))
            for account in accounts_at([gateway] if gateway else makes_bills())
            if account.gateway in makes_bills()
        ]


def _fetched(one: bills.Fetched) -> Told:
    what = f"{one.gateway} {one.day}"
    if one.compared is None:
        return Told(what, problem=f"not there: {one.error}")
    told = f"matched {one.compared.matched}, missing {one.compared.missing}, differing {one.compared.differing}"
    return Told(what, problem=f"{told}, reported {one.reported}") if one.reported else Told(what, done=told)
