"""Where the operator says that rates come from: a file on the server, or an address. Nobody else can name one."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path
from typing import Final

import httpcore
from django.utils.translation import gettext_lazy as _

from dingdan import __version__
from dingdan.integrations.rates.reading import MOST_BYTES
from dingdan.kernel.errors import Refusal

CONNECT, READ = 5.0, 15.0
_HEADERS: Final = (("User-Agent", f"Dingdan/{__version__}"), ("Accept", "application/xml, text/csv"))


class RatesNotThere(Refusal):
    """The file is not there, or nobody answers at the address."""

    status = 503
    sentence = _("The list of rates could not be fetched: {reason}")
    remedy = _("Look at what DINGDAN_RATES_FROM says, and try again later.")
    retry_after_seconds = 600


def fetched(place: str) -> bytes:
    """The list as it is there now. Raises `RatesNotThere`; follows no redirect, and reads no more than a list can have."""
    if place.startswith(("https://", "http://")):
        return _from_address(place)
    try:
        with Path(place).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise RatesNotThere(reason=fault.strerror or type(fault).__name__) from fault


def _from_address(url: str) -> bytes:
    wait = {"timeout": {"connect": CONNECT, "read": READ, "write": READ, "pool": CONNECT}}
    try:
        with (
            httpcore.ConnectionPool(_trusted(), max_connections=1) as pool,
            pool.stream("GET", url, headers=_HEADERS, extensions=wait) as answer,
        ):
            if answer.status != 200:
                raise RatesNotThere(reason=f"HTTP {answer.status}")
            return _bounded(answer)
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as fault:
        raise RatesNotThere(reason=type(fault).__name__) from fault


def _bounded(answer: httpcore.Response) -> bytes:
    read = b""
    for piece in answer.iter_stream():
        read += piece
        if len(read) > MOST_BYTES:
            break
    return read


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
