"""`make bench`: brings up a database of its own, measures for a bounded time, prints a table and writes bench.json.

Rounds of baseline and product are interleaved, and the median counts: absolute figures drift with the machine.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
from pathlib import Path
from statistics import median

ROUNDS = int(os.environ.get("DINGDAN_BENCH_ROUNDS", "5"))
SECONDS = float(os.environ.get("DINGDAN_BENCH_SECONDS", "2"))


def _start(url: str, data: Path) -> None:
    os.environ |= {
        "DATABASE_URL": url,
        "DINGDAN_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "dingdan.config.settings",
        "DINGDAN_SECRET_KEY": secrets.token_hex(16),
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _measure(url: str) -> dict[str, dict[str, float | str]]:
    from benchmarks import placing

    shop = placing.Shop(url)
    rounds: dict[str, list[float]] = {name: [] for name in placing.WAYS}
    for _ in range(ROUNDS):
        for name, way in placing.WAYS.items():
            rounds[name].append(way(shop, SECONDS))
    least = median(rounds["least"])
    figures: dict[str, dict[str, float | str]] = {
        name: {
            "value": round(median(found), 1),
            "baseline": round(least, 1),
            "ratio": round(median(found) / least, 3),
            "unit": "orders/s",
        }
        for name, found in rounds.items()
    }
    for name, count in placing.statements(shop).items():
        figures[name] = {"value": count, "unit": "statements per order"}
    return figures


def main() -> int:
    from dingdan.config import postgres

    with tempfile.TemporaryDirectory(prefix="dingdan-bench-") as folder:
        data = Path(folder)
        data.chmod(0o755)
        with postgres.running(data / "db", say=print) as url:
            _start(url, data)
            figures = _measure(url)
    width = max(map(len, figures))
    for name, figure in figures.items():
        ratio = f"  {figure['ratio']:>6} of the least" if "ratio" in figure else ""
        print(f"{name:<{width}}  {figure['value']:>8} {figure['unit']}{ratio}")
    Path("bench.json").write_text(json.dumps(figures, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
