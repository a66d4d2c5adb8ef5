"""A year of bank transfers for orders, whose references people damaged: how fast they come in, and how many find their order.

All orders are open at once and have one of some hundred amounts, so that numbers and amounts that are nearly right abound: harder
than a real year. Among the transfers are some that are for no order at all.
"""

from __future__ import annotations

import io
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from benchmarks.figures import Figure
    from benchmarks.house import House
    from dingdan.integrations.statements.importing import Imported
    from dingdan.integrations.statements.samples import Payable, Transfer

LINES: Final = int(os.environ.get("DINGDAN_BENCH_LINES", "51000"))
"""Orders; somewhat fewer lines pay them, because some pay two at once."""
SEED: Final = 20_260_101
NOISE: Final = 20
"""Of a thousand transfers: those that are for no order."""
BATCH: Final = 100
ACCOUNT: Final = "GB82WEST12345698765432"
_FIRST: Final = (
    "Ann",
    "Bea",
    "Carl",
    "Dora",
    "Emil",
    "Fay",
    "Gus",
    "Hal",
    "Ida",
    "Jon",
    "Kim",
    "Lea",
    "Max",
    "Nia",
    "Olaf",
    "Pia",
)
_LAST: Final = (
    "Lee",
    "Müller",
    "Smith",
    "Okoye",
    "Garcia",
    "Rossi",
    "Novak",
    "Sato",
    "Dubois",
    "Jensen",
    "Kaya",
    "Popov",
    "Silva",
)


def figures(house: House) -> Iterator[Figure]:
    """Lines a second, part by part and together; the share that found its order by itself, and how many found a wrong one."""
    from benchmarks.figures import Figure
    from benchmarks.runs import Processor
    from dingdan.integrations.statements.samples import transfers
    from dingdan.kernel.tenancy import tenant_scope

    with tenant_scope(house.tenant.id):
        chance = random.Random(SEED)
        made = _with_noise(list(transfers(_orders(house, chance), SEED)), chance)
        processor = Processor()
        began = time.perf_counter()
        told = _import(house, made)
        whole = time.perf_counter() - began
        mine, theirs = processor.spent()
        taken = _taken()
        lines, right, wrong = len(made), _right(made, taken), _wrong(made, taken)
    spent = told.seconds
    parts = {"read": spent.reading, "kept": spent.keeping, "judged": spent.judging, "booked": spent.booking}
    for number, (name, seconds) in enumerate(parts.items(), 1):
        yield Figure(name=f"T{number}", what=f"lines of a statement {name}", unit="lines/s", value=lines / seconds)
    taken_in = spent.reading + spent.keeping
    yield Figure(name="T2/1", what="lines taken in: read and kept", unit="lines/s", value=lines / taken_in)
    yield Figure(name="T5", what=f"{lines} lines, all together", unit="lines/s", value=lines / whole, goal=">= 5000")
    for name, what, seconds in (("T5/p", "the program", mine), ("T5/d", "PostgreSQL", theirs)):
        yield Figure(name=name, what=f"processor time of {what} for a line", unit="ms", value=1000 * seconds / lines)
    meant = sum(bool(one.numbers) for one in made)
    yield Figure(name="T6", what="found their order by themselves", unit="%", value=100 * right / meant, goal=">= 95")
    yield Figure(name="T7", what="booked to a wrong order", unit="lines", value=wrong, goal="0")
    _tell(made, taken)


def _orders(house: House, chance: random.Random) -> list[Payable]:
    """Orders to be paid, placed as any others."""
    from dataclasses import replace
    from decimal import Decimal

    from benchmarks.placing import wanted
    from dingdan.integrations.statements.samples import Payable
    from dingdan.trade.orders.commands import place_orders
    from dingdan.trade.orders.events import OrderPlaced
    from dingdan.trade.orders.rules import Person, WantedLine

    found: list[Payable] = []
    template: Any = wanted(0)
    while len(found) < LINES:
        batch = []
        for place in range(len(found), len(found) + BATCH):
            name = f"{chance.choice(_FIRST)} {chance.choice(_FIRST)} {chance.choice(_LAST)}"
            price = Decimal(100 * chance.randrange(5, 120) + chance.choice((0, 50, 90, 95, 99)))
            lines = (WantedLine(sku="A1", quantity=1, unit_price=price),)
            person = Person(name=name, email=f"c{place}@example.com", country="GB", address={"city": "London"})
            batch.append(
                replace(template, lines=lines, ship_to=person, external_id=f"INV-{place + 1:07d}", payment_method="bank_transfer")
            )
        outcomes = place_orders.many([(house.call(), one) for one in batch])
        for order, outcome in zip(batch, outcomes, strict=True):
            assert isinstance(outcome, OrderPlaced), outcome
            place = len(found)
            on = date(2026, 1, 1) + timedelta(days=place * 364 // LINES)
            found.append(
                Payable(
                    number=outcome.number, invoice=order.external_id, amount=outcome.total, currency=outcome.currency,
                    name=order.ship_to.name, account=f"GB33BUKB{place:014d}", on=on,
                )
            )  # fmt: skip
    return found


def _with_noise(made: list[Transfer], chance: random.Random) -> list[Transfer]:
    """The transfers, and among them some for no order, whose amounts and digits are those of orders."""
    from dataclasses import replace

    from dingdan.integrations.statements.samples import Transfer

    found = []
    for one in made:
        found.append(one)
        if chance.randrange(1000) < NOISE:
            digits, day = chance.randrange(10**5, 10**6), f"{chance.randrange(1, 29)}.{chance.randrange(1, 13)}"
            text = f"Rent {chance.randrange(1900, 2030)} ref {digits} of {day}"
            line = replace(
                one.line, name="Quite Another", account="", text=text, bank_reference=f"N{chance.getrandbits(60):015X}"
            )
            found.append(Transfer(line, "for no order", ()))
    return found


def _import(house: House, made: list[Transfer]) -> Imported:
    """Import the file; what came of it."""
    from dingdan.integrations.statements.importing import import_file
    from dingdan.integrations.statements.reading import Asked
    from dingdan.integrations.statements.samples import write_camt053

    file = io.BytesIO(b"".join(write_camt053(ACCOUNT, made[0].line.currency, [one.line for one in made])))
    return import_file(file, Asked(), call=house.call())


def _taken() -> dict[str, set[str]]:
    """The numbers of the orders that each line was booked to, by the bank's reference."""
    from dingdan.trade.orders.models import Order
    from dingdan.trade.reconciliation.models import LineMatch

    numbers: dict[UUID, str] = dict(Order.objects.values_list("id", "number"))
    taken: dict[str, set[str]] = {}
    for reference, order_id in LineMatch.objects.values_list("line__bank_reference", "document_id"):
        taken.setdefault(reference, set()).add(numbers[order_id] if order_id else "")
    return taken


def _right(made: list[Transfer], taken: dict[str, set[str]]) -> int:
    return sum(bool(one.numbers) and taken.get(one.line.bank_reference) == set(one.numbers) for one in made)


def _wrong(made: list[Transfer], taken: dict[str, set[str]]) -> int:
    return sum(not taken.get(one.line.bank_reference, set()) <= set(one.numbers) for one in made)


def _tell(made: list[Transfer], taken: dict[str, set[str]]) -> None:
    """How each kind of damage fared."""
    kinds, right, wrong = Counter[str](), Counter[str](), Counter[str]()
    for one in made:
        got = taken.get(one.line.bank_reference, set())
        kinds[one.damage] += 1
        right[one.damage] += got == set(one.numbers)
        wrong[one.damage] += not got <= set(one.numbers)
    for kind, count in kinds.most_common():
        print(f"        {kind:<40} {count:>6}, by themselves and right {right[kind]:>6}, wrong {wrong[kind]:>3}", flush=True)
