"""One question to a firm: asked once, with an end, and its answer or what is known where none came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpcore

from dingdan.masterdata.messengers.ports import Outcome, Reply

WAIT: Final = {"connect": 5.0, "write": 10.0, "read": 15.0, "pool": 5.0}
MOST: Final = 65_536
"""Bytes of an answer that are read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a firm said."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def asked(url: str, *, headers: Mapping[str, str], body: bytes) -> Answer | Reply:
    """The firm's answer to a POST; where none came, whether it may have had the question."""
    try:
        with (
            httpcore.ConnectionPool(retries=0) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=body, extensions={"timeout": WAIT}) as response,
        ):
            read = bytearray()
            for chunk in response.iter_stream():
                read += chunk
                if len(read) > MOST:
                    break
            told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return Answer(response.status, _json(bytes(read)), told)
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as fault:
        return Reply(Outcome.LATER, error=type(fault).__name__)
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as fault:
        return Reply(Outcome.UNKNOWN, error=type(fault).__name__)


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
