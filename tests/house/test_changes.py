"""Every kind of change has every cell of its row, and every effect its opposite."""

from dataclasses import fields, is_dataclass
from typing import get_args

from dingdan.trade.changes.lifecycle import UNDONE_BY, Effect
from tests.house import schema


def _kinds() -> dict[str, object]:
    schema.all_models()
    from dingdan.trade.changes.rules import BETWEEN, KINDS

    return {**KINDS, **BETWEEN}


def test_no_kind_lacks_a_cell() -> None:
    kinds = _kinds()
    empty = [
        f"{name} has no {one.name}"
        for name, kind in kinds.items()
        for one in fields(kind)  # type: ignore[arg-type]
        if not str(getattr(kind, one.name)) or getattr(kind, one.name) in ((), None)
    ]
    assert empty == []
    assert all(kind.undo and all(kind.undo) for kind in kinds.values())  # type: ignore[attr-defined]


def test_every_wish_is_a_kind_and_says_what_it_means() -> None:
    from dingdan.trade.changes.rules import KINDS, NAMES, Wish

    assert set(get_args(Wish)) == set(NAMES)
    assert len(NAMES) == len(KINDS)
    for wish in NAMES:
        assert is_dataclass(wish)
        assert (wish.__doc__ or "").strip().endswith(".")


def test_every_effect_is_written_and_taken_back() -> None:
    from dingdan.trade.changes.rules import BETWEEN, KINDS

    assert set(UNDONE_BY) == set(Effect)
    within = {effect for kind in KINDS.values() for effect in kind.writes}
    assert within | {effect for kind in BETWEEN.values() for effect in kind.writes} == set(Effect)


def test_every_permission_is_one() -> None:
    from importlib import import_module

    from dingdan.trade.changes.rules import BETWEEN, KINDS
    from dingdan.web.shared.permissions import every_permission

    for name in ("orders", "aftersales", "fulfillment", "changes"):
        import_module(f"dingdan.trade.{name}.commands")
    known = set(every_permission())
    assert {kind.permission for kind in KINDS.values()} <= known
    assert {kind.permission for kind in BETWEEN.values()} <= known
