"""Lists of rates are read from files and fetched from where the operator says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.test import override_settings

from dingdan.automation.rates import fetch_rates
from dingdan.config.rates import bring_in, fetch
from dingdan.integrations.rates.fetching import RatesNotThere, fetched
from dingdan.integrations.rates.reading import BANK, RatesNotReadable, read_rates
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.rates.models import Rate
from tests.conftest import Shop

DAILY = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <Cube><Cube time='2026-11-27'>
    <Cube currency='USD' rate='1.0843'/><Cube currency='JPY' rate='162.38'/><Cube currency='CNY' rate='7.7012'/>
  </Cube></Cube>
</gesmes:Envelope>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><Cube time="&lol2;"/>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Cube>&a;</Cube>"""


def test_the_daily_list_of_the_bank() -> None:
    found = read_rates(DAILY)
    assert [(one.base, one.currency, one.value) for one in found] == [
        ("EUR", "USD", Decimal("1.0843")), ("EUR", "JPY", Decimal("162.38")), ("EUR", "CNY", Decimal("7.7012")),
    ]  # fmt: skip
    assert {(one.valid_on, one.source) for one in found} == {(date(2026, 11, 27), BANK)}


@pytest.mark.parametrize(
    "table",
    [
        "base,currency,rate,date\nEUR,JPY,162.38,2026-11-27\n",
        "﻿date;rate;to;from\r\n2026-11-27;162.38;jpy;eur\r\n\r\n",
        "日期\t幣別\t基準幣別\t匯率\n2026-11-27\tJPY\tEUR\t162.38",
    ],
    ids=["commas", "semicolons", "chinese"],
)
def test_tables_in_many_shapes(table: str) -> None:
    (found,) = read_rates(table.encode(), source="My bank")
    assert (found.base, found.currency, found.value, found.valid_on) == ("EUR", "JPY", Decimal("162.38"), date(2026, 11, 27))
    assert found.source == "My bank"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "names no column base, currency, rate, date"),
        (b"base,currency,rate\nEUR,JPY,1\n", "names no column date"),
        (b"base,currency,rate,date\nEUR,JPY,many,2026-11-27\n", "is no rate (line 2)"),
        (b"base,currency,rate,date\nEUR,JPY,1e999999999,2026-11-27\nEUR\n", "is no rate (line 3)"),
        (b"base,currency,rate,date\n\nEUR,JPY,1.5,27.11.2026\n", "is no day (line 3)"),
        (b"\xff\xfe\x00", "not written in UTF-8"),
        (b"<html><body>Sorry</body></html>", "no list of the European Central Bank"),
        (DAILY[:300], "no list of the European Central Bank"),
        (BOMB, "no list of the European Central Bank"),
        (OUTSIDE, "no list of the European Central Bank"),
        (b" " * 3_000_000, "too long"),
        (b"base,currency,rate,date\n" + b"EUR,JPY,1,2026-11-27\n" * 2_002, "too long"),
    ],
    ids=range(12),
)
def test_what_is_no_list_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(RatesNotReadable) as caught:
        read_rates(content)
    assert words in str(caught.value)


class _Bank(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/daily.xml" else 301)
        self.send_header("Location", "/daily.xml")
        self.end_headers()
        self.wfile.write(DAILY)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture(scope="module")
def bank() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Bank)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_list_is_fetched_for_every_shop_once(shop: Shop, bank: str) -> None:
    assert fetch_rates([shop.tenant_id]) == 0  # nobody named a list
    with override_settings(RATES_FROM=f"{bank}/daily.xml"):
        assert [fetch_rates([shop.tenant_id]) for _time in range(2)] == [1, 1]
    assert (Rate.objects.count(), JournalEntry.objects.filter(command="rates.save_rates").count()) == (3, 1)


def test_what_is_not_there_is_told(shop: Shop, bank: str, tmp_path: Path) -> None:
    for place in (f"{bank}/elsewhere", "http://127.0.0.1:1/", str(tmp_path / "none.xml")):
        with pytest.raises(RatesNotThere):
            fetched(place)
    with override_settings(RATES_FROM=f"{bank}/elsewhere"):
        assert fetch_rates([shop.tenant_id]) == 0
        assert "HTTP 301" in fetch(tenant=shop.tenant).problem
    assert "names no list" in fetch(tenant=shop.tenant).problem
    assert not Rate.objects.exists()


def test_a_file_is_brought_in_from_the_command_line(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("base,currency,rate,date\nEUR,JPY,162.38,2026-11-27\n")
    assert bring_in(file, source="My bank", tenant=shop.tenant).done == "1 rates, 1 of them new or changed"
    file.write_text("base,currency,rate,date\nEUR,JPY,nothing,2026-11-27\n")
    assert "is no rate" in bring_in(file, tenant=shop.tenant).problem
    assert Rate.objects.get().source == "My bank"
