"""Every page of the back office that can be looked at, made from the map of addresses: none can be forgotten."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from django.db import connection

from dingdan.insight.reports.registry import REPORTS as SHOP_REPORTS
from dingdan.integrations.webhooks.models import Place
from dingdan.web.backoffice.admin import site
from tests.conftest import Shop
from tests.laws.desk_pages import KEEPERS
from tests.laws.test_f27_pages import ADDRESSES, LOOKS, PREFIX, REPORTS, WORDS

FILES: Final = re.compile(r"(_file|_print|_pdf|_csv|_xlsx|_export|_part|_paper|_picture|_logo|_manifest|_what)$|^report_file$")
"""What is taken along, what stands inside of a page, and what a page asks for."""
ELSEWHERE: Final = {"rollups_saleshour_change"}
"""Rows without a page of their own."""
OWN: Final = ("account_change_password", "mfa_index", "socialaccount_connections", "usersessions_list")
"""What is about whoever is signed in, as far as it is there without signing in once more."""
KINDS: Final = (
    "index", "report", "board_boardrow_changelist", "board_boardrow_change", "board_boardrow_changes", "board_boardrow_regroup",
    "board_boardrow_aftersales", "fulfillment_shipment_round", "fulfillment_shipment_pack", "tickets_ticket_change",
    "review_rule_edit", "reconciliation_statementline_change", "catalog_product_edit", "mfa_index",
)  # fmt: skip
"""One of each that is laid out in its own way: lists, papers, forms, counters, desks with scripts of their own."""
NOTHING: Final = "nothing-there"


def places(shop: Shop, ids: dict[str, UUID]) -> dict[str, str]:
    """The path of every page by its name, with an object of the shop where it is about one."""
    rows = _rows(shop) | {"board/boardrow/": ids["order"], "customers/customer/": ids["customer"]}
    rows |= dict.fromkeys(("shop/profile/", "dunning/reminder/"), shop.tenant_id)
    rows["webhooks/delivery/"] = Place.objects.latest("id").delivery_id  # one that is about an order
    found = {"index": f"/{PREFIX}"}
    for name in sorted({*LOOKS, *KEEPERS.split(), *OWN} - ELSEWHERE - {REPORTS}):
        if not FILES.search(name):
            found[name] = f"/{_filled(ADDRESSES[name], name, rows, ids)}"
    missing = [name for name, path in found.items() if NOTHING in path]
    assert missing == [], f"the scene has nothing for {missing}"
    return found


def kinds(paths: dict[str, str]) -> dict[str, str]:
    """A page of every kind."""
    return {name: paths[name] for name in KINDS}


def _filled(pattern: str, name: str, rows: dict[str, UUID], ids: dict[str, UUID]) -> str:
    object_id = next((id_ for list_, id_ in rows.items() if pattern.startswith(PREFIX + list_)), None)
    about = {"object_id": object_id, "wave_id": ids["wave"]}
    if name == "board_boardrow_undo":
        about = {"object_id": ids["changed"], "change_id": ids["change"]}
    if name == "board_boardrow_ungroup":
        about = {"object_id": ids["split"], "change_id": ids["regrouping"]}
    words = WORDS | {"name": next(iter(SHOP_REPORTS))}
    path = re.sub(r"<uuid:(\w+)>", lambda found: str(about.get(found[1]) or NOTHING), pattern.replace("^", "").replace("$", ""))
    return re.sub(r"<\w+:(\w+)>", lambda found: words.get(found[1], "x"), path)


def _rows(shop: Shop) -> dict[str, UUID]:
    """The newest row of every list that has any."""
    found = {}
    with connection.cursor() as cursor:
        for model in site._registry:
            cursor.execute(
                f"SELECT id FROM {model._meta.db_table} AS shown WHERE shown.tenant_id = %s ORDER BY id DESC LIMIT 1",
                [shop.tenant_id],
            )
            for (id_,) in cursor.fetchall():
                found[f"{model._meta.app_label}/{model._meta.model_name}/"] = id_
    return found
