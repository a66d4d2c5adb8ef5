"""The figures: each is measured in rounds beside its baseline, and the median of the rounds counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any, Final
from urllib.request import Request, urlopen

from benchmarks import changing, least, load, placing, promoting, reviewing, runs
from benchmarks.house import House, Web

ROUNDS: Final = int(os.environ.get("DINGDAN_BENCH_ROUNDS", "5"))
SECONDS: Final = float(os.environ.get("DINGDAN_BENCH_SECONDS", "8"))
MINUTE: Final = 60.0
MINUTES: Final = 10


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What was measured, what it is divided by, and what it should come to."""

    name: str
    what: str
    unit: str
    value: float
    baseline: float | None = None
    goal: str = ""

    @property
    def ratio(self) -> float | None:
        """Value through baseline."""
        return self.value / self.baseline if self.baseline else None

    def as_dict(self) -> dict[str, Any]:
        """For bench.json."""
        ratio = round(self.ratio, 3) if self.ratio is not None else None
        baseline = round(self.baseline, 3) if self.baseline is not None else None
        return {
            "what": self.what, "value": round(self.value, 3), "baseline": baseline, "ratio": ratio, "goal": self.goal,
            "unit": self.unit,
        }  # fmt: skip


class Rounds:
    """Named measurements, taken in turn, so that the machine's moods meet all of them alike."""

    def __init__(self, **ways: Callable[[int], float]) -> None:
        self._ways = ways
        self.found: dict[str, list[float]] = {name: [] for name in ways}

    def run(self) -> Rounds:
        for round_ in range(ROUNDS):
            for name, way in self._ways.items():
                self.found[name].append(way(round_))
        return self

    def __getitem__(self, name: str) -> float:
        return median(self.found[name])

    def ratio(self, name: str, to: str) -> float:
        """The median of the rounds' own ratios."""
        return median(one / other for one, other in zip(self.found[name], self.found[to], strict=True))


def over_http(house: House) -> Iterator[Figure]:
    """B1, B2, B3, B7: orders over HTTP."""
    load.require_wrk()
    least.prepare(house.url)
    with house.serving() as web:
        orders = _opened(house, web)
        rounds = Rounds(
            spread=lambda _n: least.rate(house.url, "spread", SECONDS),
            hot=lambda _n: least.rate(house.url, "hot", SECONDS),
            few=lambda n: orders(clients=32, run=f"few{n}"),
            many=lambda n: orders(clients=128, run=f"many{n}"),
            same=lambda n: orders(clients=128, run=f"same{n}", wares=load.HOT),
        ).run()
        first = web.memory()
        for name, way, to, what, goal in (
            ("B1", "few", "spread", "2 lines, 200 articles, 32 clients ÷ the least", ">= 1.0"),
            ("B1/128", "many", "spread", "the same, 128 clients ÷ the least", ">= 1.5"),
            ("B2", "same", "hot", "everybody wants the same two, 128 clients ÷ the least", ">= 2.5"),
            ("B2/B1", "same", "many", "the same ÷ spread over 200", ">= 0.9"),
        ):
            through = rounds[way] / rounds.ratio(way, to)  # so that the ratio is the median of the rounds' own
            yield Figure(name=name, what=what, unit="orders/s", value=rounds[way], baseline=through, goal=goal)
        yield from _latency(house, web, rounds["many"] / 2)
        yield Figure(name="B7", what="memory of a web process after it", unit="MiB", value=first, goal="<= 200")


def _orders(
    house: House, web: Web, *, clients: int, run: str, seconds: float = SECONDS, wares: load.Wares = load.SPREAD
) -> float:
    heard = load.closed_loop(web.address, house.token, clients=clients, seconds=seconds, run=run, wares=wares)
    if heard.refused:
        raise RuntimeError(f"{heard.refused} requests were no orders")
    return heard.rate


def _opened(house: House, web: Web) -> Callable[..., float]:
    """How to send orders to a shop that has had its first ones."""
    urlopen(Request(f"{web.address}/api/v1/channels", headers={"Authorization": f"Bearer {house.token}"})).close()  # noqa: S310
    orders = partial(_orders, house, web)
    orders(clients=32, seconds=5, run="warm")
    return orders


def over_http_varied(house: House) -> Iterator[Figure]:
    """B2b: orders with something more in them."""
    from benchmarks import varied

    load.require_wrk()
    varied.furnish(house)
    with house.serving() as web:
        orders = _opened(house, web)
        ways = {"plain": load.SPREAD} | varied.VARIED
        rounds = Rounds(**{name: partial(_round, orders, name.replace(" ", ""), wares) for name, wares in ways.items()}).run()
    for name in varied.VARIED:
        through = rounds[name] / rounds.ratio(name, "plain")
        yield Figure(
            name=f"B2b {name}",
            what="B1 with this in it ÷ without, 32 clients",
            unit="orders/s",
            value=rounds[name],
            baseline=through,
            goal=">= 0.5",
        )


def _round(orders: Callable[..., float], name: str, wares: load.Wares, number: int) -> float:
    return orders(clients=32, run=f"{name}{number}", wares=wares)


def endurance(house: House) -> Iterator[Figure]:
    """B7: whether a web process grows under load for ten minutes."""
    load.require_wrk()
    with house.serving() as web:
        orders = _opened(house, web)
        before = [orders(clients=32, run="before", seconds=MINUTE), web.memory()][1]
        for minute in range(MINUTES):
            orders(clients=32, run=f"minute{minute}", seconds=MINUTE)
        yield Figure(
            name="B7/10", what=f"memory after {MINUTES} more minutes of load ÷ after the first", unit="MiB", value=web.memory(),
            baseline=before, goal="<= 1.02",
        )  # fmt: skip


def _latency(house: House, web: Web, rate: float) -> Iterator[Figure]:
    """B3: an open loop at half of what a closed one reached, beside a client that is alone."""
    alone = load.open_loop(web.address, house.token, rate=20, seconds=SECONDS, run="alone")
    busy = load.open_loop(web.address, house.token, rate=rate, seconds=SECONDS, run="busy")
    yield Figure(
        name="B3", what=f"p99 at {rate:.0f} orders/s, open loop ÷ p50 of a lone client", unit="ms", value=busy.milliseconds(99),
        baseline=alone.milliseconds(50), goal="<= 8",
    )  # fmt: skip


def in_process(house: House) -> Iterator[Figure]:
    """Statements, whole lives through the commands, and rows that come in runs."""
    yield from placing.statements(house)
    yield from placing.lives(house)
    yield from runs.figures(house)


def webhooks_out(house: House) -> Iterator[Figure]:
    """What is told to others."""
    from benchmarks import webhooks  # it needs the models, and so Django

    yield from webhooks.figures(house)


def notices_in(house: House) -> Iterator[Figure]:
    """What payment firms tell."""
    from benchmarks import notices  # it needs the models, and so Django

    yield from notices.figures(house)


def grown(house: House) -> Iterator[Figure]:
    """B4, B5 and F1 on books of so many orders as DINGDAN_BENCH_ORDERS says, a million unless said. Takes half an hour."""
    from benchmarks import growth, lists  # they need the models, and so Django

    load.require_wrk()
    empty = house.copied("empty")
    seconds = growth.grow(house)
    yield Figure(name="G", what=f"books of {growth.ORDERS:,} orders", unit="minutes", value=seconds / 60, goal="<= 15")
    with empty.serving() as fresh, house.serving() as full:
        orders = partial(_orders, clients=32)
        for one, web in ((empty, fresh), (house, full)):
            orders(one, web, seconds=5, run="warm")
        rounds = Rounds(
            fresh=lambda n: orders(empty, fresh, run=f"fresh{n}"), full=lambda n: orders(house, full, run=f"full{n}")
        ).run()
    through = rounds["full"] / rounds.ratio("full", "fresh")
    yield Figure(
        name="B4", what="B1 with so many ÷ without", unit="orders/s", value=rounds["full"], baseline=through, goal=">= 0.9"
    )
    yield from lists.figures(house)
    yield from lists.audited(house)


def shopped(house: House) -> Iterator[Figure]:
    """S1, S2: shoppers who look at products."""
    from benchmarks import shopping

    return shopping.figures(house)


def seen_by_shoppers(house: House) -> Iterator[Figure]:
    """S3, S4, S5: the shop in a browser."""
    from benchmarks import seen

    return seen.figures(house)


def looked_at(house: House) -> Iterator[Figure]:
    """B8: on books of so many orders as DINGDAN_BENCH_ORDERS says, a million unless said."""
    from benchmarks import growth, pages  # they need the models, and so Django

    growth.grow(house)
    yield from pages.figures(house)


def bank_statements(house: House) -> Iterator[Figure]:
    """A year of transfers, with damaged references."""
    from benchmarks import statements  # it needs the models, and so Django

    yield from statements.figures(house)


def sums_by_day(house: House) -> Iterator[Figure]:
    """R1, R2: sums by day behind the feed."""
    from benchmarks.rollups import kept

    yield from kept(house)


def told_live(house: House) -> Iterator[Figure]:
    """What happens, told to a thousand browsers."""
    from benchmarks import live

    yield from live.figures(house)


ALL: Final[dict[str, Callable[[House], Iterator[Figure]]]] = {
    "http": over_http,
    "varied": over_http_varied,
    "process": in_process,
    "webhooks": webhooks_out,
    "review": reviewing.reviews,
    "change": changing.changes,
    "notices": notices_in,
}
ON_REQUEST: Final[dict[str, Callable[[House], Iterator[Figure]]]] = {
    "endurance": endurance,
    "growth": grown,
    "live": told_live,
    "pages": looked_at,
    "promotions": promoting.placed_with_promotions,
    "seen": seen_by_shoppers,
    "shop": shopped,
    "statements": bank_statements,
    "rollups": sums_by_day,
}
"""What takes too long to be measured with everything else."""
