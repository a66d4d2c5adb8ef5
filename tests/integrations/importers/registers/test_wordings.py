"""Wordings by file: looked at first, told by column, line and place where they cannot be said; written, put away and back."""

from __future__ import annotations

from pathlib import Path

from dingdan.integrations.importers.registers.bringing import RegisterReport, bring
from dingdan.masterdata.wording.commands import retire_wording
from dingdan.masterdata.wording.models import Wording, WordingVersion
from tests.conftest import Shop
from tests.integrations.importers.registers.goods import written_out

HEAD = "kind,language,way,level,subject,heading,body,closing,state\n"


def bring_in(shop: Shop, path: Path, text: str | bytes, *, dry: bool = False) -> RegisterReport:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return bring(path, "wordings", shop.tenant, dry_run=dry, step=lambda _count: None)


def test_it_works(shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "wordings.csv"
    rows = (
        HEAD
        + 'shipped,en,,,Off: {{ order.number }},Hooray,"Hi,\n\n{{ order_lines }}",Amy,\n'
        + "shipped,zh-Hant,sms,0,,,訂單 {{ order.number }} 已出貨,,\n"
        + "payment_reminder,en,mail,2,Again,Pay,Please,,retired\n"
        + 'shipped,en,push,,Off,,"a\nb {{ poem }}",,\n'
        + "shipped,en,pigeon,,Off,,a,,\n"
    )
    tried = bring_in(shop, file, rows, dry=True)
    assert (tried.counts, Wording.objects.count()) == ({"new": 3}, 0)
    (broken, why), (pigeon, unknown) = tried.refused
    assert broken < pigeon
    assert why.startswith("body: Line 2, column 6: nothing here is called “poem”.")
    assert unknown.startswith("way: “pigeon” is not one of")
    assert bring_in(shop, file, rows).refused == tried.refused
    kept = list(Wording.objects.order_by("kind", "language", "way").values_list("kind", "language", "way", "level", "state"))
    assert kept == [
        ("payment_reminder", "en", "mail", 2, "retired"), ("shipped", "en", "mail", 0, "active"),
        ("shipped", "zh-Hant", "sms", 0, "active"),
    ]  # fmt: skip
    before, versions = written_out("wordings"), WordingVersion.objects.count()
    assert bring_in(shop, file, before).counts == {"same": 3}
    assert (written_out("wordings"), WordingVersion.objects.count()) == (before, versions)


def test_what_is_put_away_comes_back_or_stays_away(shop: Shop, tmp_path: Path) -> None:
    file, row = tmp_path / "wordings.csv", "shipped,en,sms,0,,,{},,{}\n"
    bring_in(shop, file, HEAD + row.format("One", ""))
    retire_wording(shop.call(), wording_id=Wording.objects.get().id)
    for body, state, told in (
        ("One", "", "retired"), ("Two", "", "retired"), ("Two", "active", "active"), ("Three", "retired", "retired"),
        ("Four", "active", "active"), ("Four", "retired", "retired"),
    ):  # fmt: skip
        assert bring_in(shop, file, HEAD + row.format(body, state)).complete
        assert Wording.objects.values_list("body", "state").get() == (body, told), (body, state)
