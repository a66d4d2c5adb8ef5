"""What docs/webhooks.md shows receivers works on what we send."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dingdan.integrations.webhooks.client import TIMEOUT
from dingdan.integrations.webhooks.rules import RETRIES
from dingdan.integrations.webhooks.signing import signed
from dingdan.integrations.webhooks.tidying import KEPT
from tests.house.scan import ROOT
from tests.integrations.webhooks.receiver import a_secret

PAGE = Path(ROOT, "docs", "webhooks.md").read_text(encoding="utf-8")
BODY = '{"type":"orders.order_placed","name":"訂單"}'.encode()
NODE = shutil.which("node")


def shown(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def is_ours_in_python(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    names: dict[str, object] = {}
    exec(shown("python"), names)  # noqa: S102 - the page is ours
    return bool(names["is_ours"](secret, headers, body))  # type: ignore[operator]


def is_ours_in_javascript(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    asked = f"isOurs({json.dumps(secret)}, {json.dumps(headers)}, Buffer.from('{body.hex()}', 'hex'))"
    said = subprocess.run([str(NODE), "-e", f"{shown('javascript')}\nconsole.log({asked})"], capture_output=True, check=True)
    return said.stdout.strip() == b"true"


RECEIVERS = [
    is_ours_in_python,
    pytest.param(is_ours_in_javascript, marks=pytest.mark.skipif(NODE is None, reason="there is no node here")),
]


@pytest.mark.parametrize("is_ours", RECEIVERS)
def test_it_works(is_ours: Callable[[str, Mapping[str, str], bytes], bool]) -> None:
    secret, old, now = a_secret(), a_secret(), int(time.time())
    headers = signed([secret, old], id="0190b5c8", timestamp=now, body=BODY)
    assert is_ours(secret, headers, BODY)
    assert is_ours(old, headers, BODY)
    assert not is_ours(a_secret(), headers, BODY)
    assert not is_ours(secret, headers, BODY + b" ")
    assert not is_ours(secret, {**headers, "webhook-id": "other"}, BODY)
    stale = signed([secret], id="0190b5c8", timestamp=now - 400, body=BODY)
    assert not is_ours(secret, stale, BODY)


def test_the_page_tells_the_numbers_of_the_code() -> None:
    pauses = ("5 s", "5 min", "30 min", "2 h", "5 h", "10 h", "14 h", "20 h", "24 h")
    units = {"s": 1, "min": 60, "h": 3600}
    assert [int(count) * units[unit] for count, unit in map(str.split, pauses)] == [int(one.total_seconds()) for one in RETRIES]
    assert f"| after | at once | {' | '.join(pauses)} |" in PAGE
    assert f"within {TIMEOUT:g} seconds" in PAGE
    assert f"kept for {KEPT.days} days" in PAGE
