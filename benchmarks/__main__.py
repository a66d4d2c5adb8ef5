"""`make bench`: brings up a database of its own, measures for a bounded time, prints a table and writes bench.json.

`make bench ARGS="http"` measures one part; `growth`, on books of a million orders, only when asked for. DINGDAN_BENCH_ROUNDS and
DINGDAN_BENCH_SECONDS say how long, DINGDAN_BENCH_ORDERS how many orders.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks import house


def main(names: list[str]) -> int:
    found = {}
    with house.opened() as opened:
        from benchmarks.figures import ALL, ON_REQUEST

        there = ALL | ON_REQUEST
        unknown = set(names) - there.keys()
        if unknown:
            print(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(there)}.")
            return 2
        for name in names or ALL:
            for figure in there[name](opened):
                found[figure.name] = figure.as_dict()
                through = f"÷ {figure.baseline:>9.1f} = {figure.ratio:5.2f}" if figure.baseline else " " * 19
                print(
                    f"{figure.name:<7} {figure.value:>10.1f} {figure.unit:<10} {through}  {figure.goal:<7} {figure.what}",
                    flush=True,
                )
    Path("bench.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
