"""Load from outside: wrk for closed loops (it costs little: about a twentieth of a core for a thousand orders a second)."""

from __future__ import annotations

import asyncio
import json
import random
import re
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ORDER: Final[dict[str, Any]] = {
    "channel": "web",
    "payment_method": "bank_transfer",
    "shipping_method": "parcel",
    "ship_to": {
        "name": "Ann Lee",
        "email": "ann@example.com",
        "phone": "+442079460000",
        "address": {"street_address": "1 High Street", "city": "London", "postal_code": "N1 9GU", "country_code": "GB"},
    },
}
_SCRIPT: Final = """
local sent, name, same = 0, 0, {same}
local head, tail = {head}, {tail}
local threads = 0
function setup(thread) threads = threads + 1; thread:set("name", threads) end
function init(arguments) math.randomseed(os.time() * 1000 + name * 7919) end
function request()
  sent = sent + 1
  local a, b = math.random(1, 100), math.random({low}, {high})
  if same then a, b = 7, 8 end
  local lines = '"lines":[{{"sku":"A' .. a .. '","quantity":1}},{{"sku":"{second}' .. b .. '","quantity":1}}]'
  local headers = {{["Authorization"] = "Bearer {token}", ["Content-Type"] = "application/json",
                    ["Idempotency-Key"] = "w{run}-" .. name .. "-" .. sent}}
  return wrk.format("POST", "/api/v1/orders", headers, head .. lines .. tail)
end
function response(status, headers, body)
  if status ~= 201 and not said then said = true; io.stderr:write(status .. " " .. body .. "\\n") end
end
"""


@dataclass(frozen=True, kw_only=True)
class Wares:
    """What is ordered: one of the articles A1 to A100, and another one; or by everybody the `same` two."""

    second: str = "A"
    same: bool = False
    channel: str = "web"


SPREAD: Final = Wares()
HOT: Final = Wares(same=True)


@dataclass(frozen=True)
class Heard:
    """What a load heard: answers per second, and how many of them were no order."""

    rate: float
    refused: int


def require_wrk() -> None:
    """Say what to install where it is missing."""
    if shutil.which("wrk") is None:
        raise SystemExit("The load comes from wrk. Install it and try again, for example: apt install wrk")


def _once() -> str:
    """What makes the keys of a run its own, also in a house that was measured before."""
    return f"-{secrets.token_hex(4)}"


def closed_loop(address: str, token: str, *, clients: int, seconds: float, run: str, wares: Wares = SPREAD) -> Heard:
    """Orders of two lines by so many clients, each sending its next one when the last is answered."""
    body = json.dumps(ORDER | {"channel": wares.channel})
    low, high = (101, 200) if wares.second == "A" else (1, 100)
    script = _SCRIPT.format(
        same="true" if wares.same else "false", second=wares.second, low=low, high=high, token=token, run=run + _once(),
        head=json.dumps("{"), tail=json.dumps("," + body[1:]),
    )  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        Path(file.name).write_text(script)
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds:.0f}s", "--timeout", "20s", "-s", file.name, address]
        said = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said.stdout)
    refused = re.search(r"Non-2xx or 3xx responses: ([0-9]+)", said.stdout)
    if found is None:
        raise RuntimeError(f"wrk said no rate:\n{said.stdout}{said.stderr}")
    if refused:
        print(said.stderr[:500])
    return Heard(float(found[1]), int(refused[1]) if refused else 0)


@dataclass(frozen=True)
class Waited:
    """How long answers took, counted from when the request was due, whether or not the client was free to send it."""

    seconds: list[float]

    def milliseconds(self, percent: int) -> float:
        """So many percent of the answers came within this time."""
        return 1000 * sorted(self.seconds)[min(len(self.seconds) - 1, len(self.seconds) * percent // 100)]


def open_loop(address: str, token: str, *, rate: float, seconds: float, run: str) -> Waited:
    """Orders at a fixed rate, however slowly they are answered."""
    return Waited(asyncio.run(_open_loop(address, token, rate, seconds, run + _once())))


async def _open_loop(address: str, token: str, rate: float, seconds: float, run: str) -> list[float]:
    host, port = address.removeprefix("http://").split(":")
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    waited: list[float] = []
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def one(number: int, due: float) -> None:
        reader, writer = idle.pop() if idle else await asyncio.open_connection(host, int(port))
        lines = [{"sku": f"A{random.randint(1, 200)}", "quantity": 1} for _ in range(2)]
        body = json.dumps(ORDER | {"lines": lines}).encode()
        writer.write(
            f"POST /api/v1/orders HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: o{run}-{number}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: ([0-9]+)", head, re.IGNORECASE)
        said = await reader.readexactly(int(length[1]) if length else 0)
        if b" 201 " not in head.partition(b"\r\n")[0]:
            raise RuntimeError(said.decode())
        waited.append(loop.time() - due)
        idle.append((reader, writer))

    async with asyncio.TaskGroup() as group:
        for number in range(int(rate * seconds)):
            due = began + number / rate
            await asyncio.sleep(max(0, due - loop.time()))
            group.create_task(one(number, due))
    for _reader, writer in idle:
        writer.close()
    return waited
