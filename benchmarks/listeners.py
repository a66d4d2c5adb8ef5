"""Browsers that listen, in a process of their own. Reads one line of JSON: a port, and a cookie for each.

Prints `ready` when all are let in; at the next line of its input it prints when each heard of which order, and ends.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import defaultdict
from typing import Any

_ORDER = re.compile(rb'"event":"OrderPlaced","about":\[[^\n]*?\["order","([0-9a-f-]{36})"')
PER_ADDRESS = 100


async def _listen(port: int, cookie: str, address: str, heard: dict[str, list[float]], let_in: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    writer.write(f"GET /live/desk HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise RuntimeError(head.decode())
    let_in.set()
    while piece := await reader.read(65536):
        at = time.monotonic()
        for found in _ORDER.findall(piece):
            heard[found.decode()].append(at)


async def _main(asked: dict[str, Any]) -> None:
    heard: dict[str, list[float]] = defaultdict(list)
    doors, tasks = [], []
    for number, cookie in enumerate(asked["cookies"]):
        let_in = asyncio.Event()
        doors.append(let_in)
        tasks.append(asyncio.create_task(_listen(asked["port"], cookie, f"127.0.1.{1 + number // PER_ADDRESS}", heard, let_in)))
        if number % 50 == 49:
            await asyncio.wait_for(let_in.wait(), 60)
    await asyncio.wait_for(asyncio.gather(*(one.wait() for one in doors)), 120)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    print(json.dumps({"heard": heard, "left": sum(not one.done() for one in tasks)}), flush=True)
    for one in tasks:
        one.cancel()


if __name__ == "__main__":
    asyncio.run(_main(json.loads(sys.stdin.readline())))
