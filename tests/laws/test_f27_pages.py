"""F27 for people: every page of the back office, by everybody; one that has no row here fails.

What a page needs is one permission, so a row stands under it: first what may be looked at, then what may be sent. Roles follow
from the ready sets. Nothing is drawn here (that is tested elsewhere), so that all of it takes seconds.
"""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.template.base import Template
from django.test import Client
from django.urls import URLResolver, get_resolver

from dingdan.automation.setup import create_tenant
from dingdan.insight.board.upkeep import refresh
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.commands import suspend_membership
from dingdan.masterdata.staff.models import Membership
from dingdan.masterdata.staff.rules import USUAL_ROLES
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice.admin import site
from dingdan.web.shared.permissions import every_permission
from tests.conftest import Shop
from tests.laws.desk_pages import ANYBODY, DO, EDITED, KEEPERS, KEEPERS_SEND, LOOK, NOBODY, ONES_OWN, STRANGERS, UNSEEN
from tests.laws.size import sized
from tests.laws.test_f27_access import Asked
from tests.web.backoffice.desk import member

PREFIX = "backoffice/"
LOGIN = "/backoffice/account/login/"
ROLES = [role for role in USUAL_ROLES if role != "owner"]
REPORTS = "aftersales_returnline_change"  # a list of reports, none of which is about one row
READER = "everything to read"
WORDS = {"uidb36": "1", "key": "set-password", "provider_id": "nobody", "link": "changed", "pk": "1", "app_label": "board",
         "content_type_id": "1", "form": "csv", "by": "gift-card", "url": "nothing", "slug": "products",
         "kind": "shipped", "language": "en", "way": "sms", "level": "0"}  # fmt: skip


def _rows(table: dict[str, str]) -> dict[str, str]:
    return {name: permission for permission, names in table.items() for name in names.split()}


def patterns() -> dict[str, str]:
    """Every address of the back office by its name."""

    def below(prefix: str, found: Any) -> Iterator[tuple[str, str]]:
        for one in found:
            here = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from below(here, one.url_patterns)
            elif here.startswith(PREFIX) and one.name:
                yield one.name, here

    return dict(below("", get_resolver().url_patterns))


ADDRESSES = patterns()
LOOKS = _rows(LOOK)
ARRANGED = {
    f"{list_}_{act}": permission
    for name, permission in LOOKS.items()
    for list_, act in product([name.removesuffix("_changelist")], ("views", "arrange", "export"))
    if name.endswith("_changelist") and f"{list_}_{act}" in ADDRESSES
}
"""What may be sent to a list by whoever looks at it: how it is arranged, and that it is taken along."""
SENDS = _rows(DO) | ARRANGED


@dataclass(frozen=True)
class Scene:
    """A shop that has nearly everything, its people at their browsers, and somebody of another shop."""

    shop: Shop
    browsers: dict[str, Client]
    stranger: Client
    rows: dict[str, list[UUID]]

    def ask(self, browser: Client, name: str, *, send: bool = False, rows: list[UUID] | None = None) -> HttpResponse:
        """Look at a page, or send to it, about such rows, or about one that nobody has."""
        page, _, act = name.partition(":")
        ids = iter(rows or [])
        path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^)]*\))*\)", lambda found: f"<x:{found[1]}>", ADDRESSES[page])
        path = re.sub(r"<uuid:\w+>", lambda _found: str(next(ids, None) or new_id()), path.replace("^", "").replace("$", ""))
        path = re.sub(r"<\w+:(name|act)>", act or "x", path)
        path = re.sub(r"<\w+:(\w+)>", lambda found: WORDS.get(found[1], "x"), path)
        answer: Any = browser.post(f"/{path}", {"act": act}) if send else browser.get(f"/{path}")
        return answer  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with ExitStack() as stack:
        shop = Shop(create_tenant(f"shop-{secrets.token_hex(6)}", "A shop"), SYSTEM)
        other = Shop(create_tenant(f"other-{secrets.token_hex(6)}", "Another shop"), SYSTEM)
        drawing = stack.enter_context(pytest.MonkeyPatch.context())
        drawing.setattr(Template, "render", lambda _self, _context: "")
        with tenant_scope(other.tenant_id):
            stranger = _browser(other, "owner")
        stack.enter_context(tenant_scope(shop.tenant_id))
        Asked(shop)
        refresh(list(Order.objects.values_list("id", flat=True)))
        yield Scene(shop, {role: _browser(shop, role) for role in USUAL_ROLES}, stranger, _ids(shop))


def _browser(shop: Shop, *roles: str, strict: bool = False) -> Client:
    browser = Client(SERVER_NAME="localhost", enforce_csrf_checks=strict)
    browser.force_login(member(shop, *roles), backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def _ids(shop: Shop) -> dict[str, list[UUID]]:
    """Some row of the shop for every list that has any, by the list's name."""
    found = {}
    with connection.cursor() as cursor:
        for model in site._registry:
            table = model._meta.db_table
            cursor.execute(f"SELECT id FROM {table} AS shown WHERE shown.tenant_id = %s LIMIT 1", [shop.tenant_id])
            found[f"{model._meta.app_label}/{model._meta.model_name}/"] = [id_ for (id_,) in cursor.fetchall()]
    return found | {"shop/profile/": [shop.tenant_id]}


def may(role: str, permissions: str) -> bool:
    """Whether a ready role gives all of these."""
    wanted = permissions.split(" + ")
    return all(any(fnmatchcase(name, pattern) for pattern in USUAL_ROLES[role]) for name in wanted)


def test_every_page_has_a_row_and_every_row_a_page() -> None:
    rows = {name.partition(":")[0] for name in (*LOOKS, *SENDS)}
    rows |= {name for names in (ANYBODY, KEEPERS, KEEPERS_SEND, UNSEEN, NOBODY, STRANGERS, ONES_OWN) for name in names.split()}
    assert sorted(rows ^ set(ADDRESSES)) == []
    lists = {f"{model._meta.app_label}_{model._meta.model_name}": shown for model, shown in site._registry.items()}
    acts = {f"{name}_do:{act}" for name, shown in lists.items() for act in getattr(shown, "acts", ())}
    assert sorted(act for act in acts - set(SENDS) if act.partition(":")[0] not in UNSEEN.split()) == []
    assert {name for row in (*LOOKS.values(), *SENDS.values()) for name in row.split(" + ")} <= set(every_permission())


def test_strangers_are_asked_to_sign_in(scene: Scene) -> None:
    entries, browser = JournalEntry.objects.count(), Client(SERVER_NAME="localhost")
    wrong = [
        (name, answer.status_code, answer.get("Location", ""))
        for name, send in [*((name, False) for name in (*LOOKS, *ONES_OWN.split())), *((name, True) for name in SENDS)]
        if (answer := scene.ask(browser, name, send=send)).status_code != 302 or "login" not in answer["Location"]
    ]
    assert wrong == []
    refused = [name for name in STRANGERS.split() if scene.ask(browser, name).status_code >= 500]
    assert refused == []
    assert JournalEntry.objects.count() == entries


def _some(roles: list[str], chance: random.Random) -> list[str]:
    """One of them by chance, all of them in `make torture`."""
    return chance.sample(roles, min(len(roles), sized(1, len(roles), len(roles))))


def test_everybody_opens_what_their_role_opens(scene: Scene, chance: random.Random) -> None:
    """Each page is opened by somebody who may look at it, and refused to somebody who may not."""
    wrong = []
    for name, permission in LOOKS.items():
        let_in = [role for role in USUAL_ROLES if may(role, permission)]
        for role in (*_some(let_in, chance), *_some([one for one in USUAL_ROLES if one not in let_in], chance)):
            status = scene.ask(scene.browsers[role], name).status_code
            if (status == 403) == (role in let_in) or status >= 500:
                wrong.append((role, name, status))
    assert wrong == []


@pytest.mark.parametrize("role", [*USUAL_ROLES])
def test_what_is_not_about_one_permission_is_everybodys_or_keepers_or_nobodys(scene: Scene, role: str) -> None:
    browser = scene.browsers[role]
    assert {scene.ask(browser, name).status_code for name in NOBODY.split()} == {403}
    keeps = any(may(role, permissions) for name, permissions in SENDS.items() if name in EDITED.split())
    assert {scene.ask(browser, name).status_code != 403 for name in KEEPERS.split()} == {keeps}
    assert {scene.ask(browser, name, send=True).status_code != 403 for name in KEEPERS_SEND.split()} == {keeps}
    assert {scene.ask(browser, f"{name}:confirm", send=True).status_code for name in UNSEEN.split()} == {404}
    everybody = {name: scene.ask(browser, name).status_code for name in ANYBODY.split() if name != "logout"}
    assert [(name, status) for name, status in everybody.items() if status not in (200, 302, 404)] == []


def test_what_a_role_may_not_do_is_refused_and_not_done(scene: Scene, chance: random.Random) -> None:
    entries = JournalEntry.objects.count()
    wrong = [
        (role, name, status)
        for name, permission in SENDS.items()
        for role in _some([role for role in ROLES if not may(role, permission)], chance)
        if (status := scene.ask(scene.browsers[role], name, send=True).status_code) != 403
    ]
    assert wrong == []
    assert JournalEntry.objects.count() == entries


def test_whatever_is_sent_without_the_token_of_our_own_page_is_refused(scene: Scene) -> None:
    browser = _browser(scene.shop, "owner", strict=True)
    entries = JournalEntry.objects.count()
    assert [name for name in SENDS if scene.ask(browser, name, send=True, rows=_about(scene, name)).status_code != 403] == []
    assert JournalEntry.objects.count() == entries


def test_what_is_another_shops_is_not_there(scene: Scene) -> None:
    entries, rows = JournalEntry.objects.count(), 0
    wrong: list[tuple[str, int]] = []
    for name, send in [*((name, False) for name in LOOKS), *((name, True) for name in SENDS)]:
        about = _about(scene, name)
        if about and "<uuid:object_id>" in ADDRESSES[name.partition(":")[0]]:
            rows += 1
            status = scene.ask(scene.stranger, name, send=send, rows=about).status_code
            wrong += [(name, status)] if status != 404 else []
    assert wrong == []
    assert rows >= 50
    assert JournalEntry.objects.count() == entries


def test_its_own_rows_are_there(scene: Scene) -> None:
    pages = [name for name in LOOKS if name.endswith("_change") and _about(scene, name) and name != REPORTS]
    assert [name for name in pages if scene.ask(scene.browsers["owner"], name, rows=_about(scene, name)).status_code != 200] == []
    assert len(pages) >= 18


def test_who_was_suspended_is_asked_to_sign_in(scene: Scene) -> None:
    user = member(scene.shop, "owner")
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    suspend_membership(scene.shop.call(), membership_id=Membership.objects.get(user_id=user.pk).id)
    entries = JournalEntry.objects.count()
    for name, send in [*((name, False) for name in LOOKS), *((name, True) for name in SENDS)]:
        assert scene.ask(browser, name, send=send, rows=_about(scene, name)).status_code == 302, name
    assert JournalEntry.objects.count() == entries


def test_who_may_only_look_changes_nothing_anywhere(scene: Scene) -> None:
    """Also where an address looks at the row before it asks what is to be done with it."""
    from dingdan.masterdata.staff.commands import save_membership, save_role
    from dingdan.masterdata.staff.rules import RoleDraft

    reads = tuple(name for name in every_permission() if name.endswith(".read"))
    role = save_role(scene.shop.call(), role=RoleDraft(name=READER, permissions=reads))
    user = member(scene.shop, "catalog")
    save_membership(scene.shop.call(), user_id=user.pk, role_ids=(role.role_id,))
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    entries = JournalEntry.objects.count()
    for name in SENDS:
        assert scene.ask(browser, name, send=True, rows=_about(scene, name)).status_code < 500, name
    assert JournalEntry.objects.count() == entries


def _about(scene: Scene, name: str) -> list[UUID]:
    address = ADDRESSES[name.partition(":")[0]].removeprefix(PREFIX)
    return next((ids for list_, ids in scene.rows.items() if address.startswith(list_)), [])
