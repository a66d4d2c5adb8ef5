from uuid import UUID

import pytest

from dingdan.automation.setup import ensure_roles
from dingdan.kernel.changes import FieldChange
from dingdan.kernel.feed import timeline
from dingdan.kernel.journal import Actor
from dingdan.masterdata.staff import commands, queries, rules
from dingdan.masterdata.staff.commands import make_usual_roles, retire_role, save_role
from dingdan.masterdata.staff.models import Role
from dingdan.masterdata.staff.queries import roles_are_usual, roles_by_name
from dingdan.masterdata.staff.rules import USUAL_ROLES, LimitDraft, RoleDraft, new_since
from tests.masterdata.shop import Shop
from tests.masterdata.staff.drafts import role

OLDER = {"sales": ("orders.*",), "warehouse": ("fulfillment.*", "inventory.read")}
NEWER = {
    "sales": ("orders.*", "tickets.*"),
    "warehouse": ("fulfillment.*", "inventory.*", "counting.*"),
    "reader": ("*.read",),
}


def version(patch: pytest.MonkeyPatch, roles: dict[str, tuple[str, ...]]) -> None:
    """Let the program's ready roles be these, as in another version of it."""
    for module in (rules, commands, queries):
        patch.setattr(module, "USUAL_ROLES", roles)


def permissions() -> dict[str, list[str]]:
    return {row.name: row.permissions for row in Role.objects.order_by("name")}


def row(name: str) -> Role:
    return Role.objects.get(name=name)


@pytest.fixture
def older(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop with the ready roles of an older version."""
    version(monkeypatch, OLDER)
    make_usual_roles(shop.call())
    return shop


def test_it_works(shop: Shop) -> None:
    assert not roles_are_usual()
    made = make_usual_roles(shop.call())
    assert len(made.role_ids) == len(USUAL_ROLES)
    assert make_usual_roles(shop.call()).role_ids == ()
    assert roles_are_usual()
    assert {name: set(role.permissions) for name, role in roles_by_name(USUAL_ROLES).items()} == {
        name: set(permissions) for name, permissions in USUAL_ROLES.items()
    }


def test_what_a_shop_has_by_name_is_left_as_it_is(shop: Shop) -> None:
    role(shop, "sales", "orders.read")
    assert len(make_usual_roles(shop.call()).role_ids) == len(USUAL_ROLES) - 1
    assert roles_by_name(["sales"])["sales"].permissions == ["orders.read"]


def test_an_upgrade_brings_ready_roles_what_is_new(older: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    version(monkeypatch, NEWER)
    assert not roles_are_usual()
    done = make_usual_roles(older.call())
    assert (done.role_ids, done.renewed) == ((row("reader").id,), (row("sales").id, row("warehouse").id))
    assert permissions() == {
        "reader": ["*.read"],
        "sales": ["orders.*", "tickets.*"],
        "warehouse": ["counting.*", "fulfillment.*", "inventory.*"],
    }
    assert done.changes[0] == FieldChange(field="sales: permissions", before='["orders.*"]', after='["orders.*","tickets.*"]')
    assert [one["event"] for one in timeline(row("sales").id)] == ["UsualRolesMade", "UsualRolesMade"]
    assert roles_are_usual()


def test_a_role_that_somebody_changed_is_left_alone_and_tells_what_is_new(older: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    save_role(older.call(), role=RoleDraft(name="warehouse", permissions=("fulfillment.*", "orders.read", "counting.read")))
    version(monkeypatch, NEWER)
    done = make_usual_roles(older.call())
    assert row("warehouse").id not in done.renewed
    assert row("warehouse").permissions == ["counting.read", "fulfillment.*", "orders.read"]
    assert roles_are_usual()
    changed = row("warehouse")
    assert new_since(changed.name, changed.permissions, changed.usual_permissions or ()) == ["inventory.*", "counting.*"]
    save_role(older.call(), role=RoleDraft(name="warehouse", permissions=("fulfillment.*", "orders.read"), id=changed.id))
    changed = row("warehouse")
    assert new_since(changed.name, changed.permissions, changed.usual_permissions or ()) == []


def test_limits_and_second_factors_are_no_change_of_what_a_role_allows(older: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = (LimitDraft(what="refund", currency="GBP", amount=5000),)
    save_role(older.call(), role=RoleDraft(name="sales", permissions=("orders.*",), limits=limits, second_factor=True))
    version(monkeypatch, NEWER)
    make_usual_roles(older.call())
    assert row("sales").permissions == ["orders.*", "tickets.*"]
    assert row("sales").limits == [{"what": "refund", "currency": "GBP", "amount": 5000}]
    assert row("sales").second_factor


def test_a_retired_role_stays_retired(older: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    retire_role(older.call(), role_id=row("sales").id)
    version(monkeypatch, NEWER)
    make_usual_roles(older.call())
    assert (row("sales").state, row("sales").permissions) == ("retired", ["orders.*", "tickets.*"])


def of_before(role_id: UUID) -> None:
    """Let a role be one of before it was noted what the ready role allowed."""
    Role.objects.filter(id=role_id).update(usual_permissions=None)


def test_roles_of_before_tell_by_the_journal_whether_somebody_changed_them(older: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    save_role(older.call(), role=RoleDraft(name="warehouse", permissions=("fulfillment.*",)))
    for name in OLDER:
        of_before(row(name).id)
    version(monkeypatch, NEWER)
    make_usual_roles(older.call())
    assert row("sales").permissions == ["orders.*", "tickets.*"]
    assert row("warehouse").permissions == ["fulfillment.*"]
    assert row("warehouse").usual_permissions == ["fulfillment.*", "inventory.read"]


def test_roles_of_before_that_the_program_made_for_an_account_are_ready_ones(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand = shop.call(actor=Actor("staff", "7", frozenset({"*"})))
    of_before(save_role(shop.call(), role=RoleDraft(name="sales", permissions=("orders.*",))).role_id)
    of_before(save_role(by_hand, role=RoleDraft(name="warehouse", permissions=("fulfillment.*",))).role_id)
    version(monkeypatch, NEWER)
    make_usual_roles(shop.call())
    assert row("sales").permissions == ["orders.*", "tickets.*"]
    assert row("warehouse").permissions == ["fulfillment.*"]
    assert new_since("warehouse", ["fulfillment.*"], row("warehouse").usual_permissions or ()) == []


def test_every_start_asks_and_only_an_upgrade_writes(own_database: str, older: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    version(monkeypatch, NEWER)
    ensure_roles()
    assert permissions()["sales"] == ["orders.*", "tickets.*"]
    before = len(timeline(row("sales").id))
    ensure_roles()
    assert len(timeline(row("sales").id)) == before
