"""Gift cards of a former system: a table of codes and what is left on them, perhaps with the day they end.

Nothing is written but digests of the codes, and no code is told: what is not taken is named by its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from dingdan.integrations.importers.findings import Finding
from dingdan.integrations.importers.tables import Row, columns, open_table
from dingdan.kernel.codes import digest
from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.money import parse
from dingdan.ledgers.payments.commands import ImportGiftCard, import_gift_cards

NEEDED: Final = {"code": ("code", "number", "card"), "balance": ("balance", "amount", "left")}
ENDS: Final = ("expires", "expires_on", "valid_until")
AT_ONCE: Final = 200
IMPORTER: Final = Actor("import", "gift-cards", frozenset({"payments.import_gift_cards"}))


@dataclass(slots=True)
class CardsReport:
    """What came of a table of gift cards: how many were taken, how much is on them, and why which lines were not."""

    taken: int = 0
    amount: int = 0
    currency: str = ""
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every line was taken."""
        return not self.refused

    def as_dict(self) -> dict[str, Any]:
        """The report for a program."""
        return asdict(self)

    def __str__(self) -> str:
        told = [f"{self.taken} gift cards are here, with {self.amount} {self.currency} (in minor units) on them."]
        return "\n".join(told + [f"line {line}: {why}" for line, why in self.refused])


def bring_over(path: Path, tenant: Tenant, *, currency: str = "", dry_run: bool = False) -> CardsReport:
    """Bring the cards of a table over, in the tenant in scope. A card that is there is not brought over twice.

    Raises UnreadableFile.
    """
    report = CardsReport(currency=currency or tenant.currency)
    table = open_table(path)
    places = columns(table, NEEDED)
    ends = next((index for index, name in enumerate(table.header) if name.strip().lower().replace(" ", "_") in ENDS), None)
    rows = table.rows(lambda finding: report.refused.append(_told(finding)))
    cards = _cards(rows, lambda row: _card(row, places, ends, tenant=tenant, currency=report.currency), report)
    while some := list(islice(cards, AT_ONCE)):
        calls = [] if dry_run else [(_call(tenant, card), card) for _line, card in some]
        outcomes: list[Any] = import_gift_cards.many(calls) if calls else [None] * len(some)
        for (line, card), outcome in zip(some, outcomes, strict=True):
            if isinstance(outcome, Refusal):
                report.refused.append((line, str(outcome)))
            else:
                report.taken += 1
                report.amount += card.money.amount
    report.refused.sort()
    return report


def _told(finding: Finding) -> tuple[int, str]:
    return finding.line, f"{finding.sentence} {finding.remedy}"


def _cards(
    rows: Iterator[Row], card: Callable[[list[str]], ImportGiftCard], report: CardsReport
) -> Iterator[tuple[int, ImportGiftCard]]:
    for line, cells in rows:
        try:
            yield line, card(cells)
        except Refusal as refusal:
            report.refused.append((line, str(refusal)))


def _card(cells: list[str], places: dict[str, int], ends: int | None, *, tenant: Tenant, currency: str) -> ImportGiftCard:
    money = parse(cells[places["balance"]].strip(), currency, field="balance")
    day = cells[ends].strip() if ends is not None else ""
    return ImportGiftCard(code=cells[places["code"]], money=money, expires_at=_end_of(day, tenant.time_zone) if day else None)


def _end_of(day: str, time_zone: str) -> datetime:
    """The end of a day by the shop's clock."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise Invalid(field="expires", reason=f"“{day[:20]}” is no day; write it as 2027-12-31.") from None
    return datetime.combine(found + timedelta(days=1), time(), ZoneInfo(time_zone))


def _call(tenant: Tenant, card: ImportGiftCard) -> Call:
    return Call(tenant_id=tenant.id, actor=IMPORTER, key=f"gift-card:{digest(card.code, purpose='import')}", quiet=True)
