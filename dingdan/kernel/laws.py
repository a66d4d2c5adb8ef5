"""The laws that `audit` replays: each is one question to the database, and every row that answers it tells of a breach.

A law is asked over all rows of the tenant in scope; or, behind a checkpoint at which all laws held, only about the things with
which something has happened since (see `Since`). It need not know which: the first column of its answer says what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id

Law = Callable[[], Iterator[str]]
_L = TypeVar("_L", bound=Callable[..., Iterator[str]])


@dataclass(frozen=True, slots=True)
class Since:
    """What a checkpoint leaves to be looked at.

    `marks` says how far each append-only table was proved, `touched` with which things something happened since (see `Proof`).
    """

    position: int = 0
    digest: bytes = bytes(32)
    marks: Mapping[str, int] = field(default_factory=dict)
    touched: dict[str, list[UUID]] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What an app keeps with a checkpoint, so that its laws can be asked behind it; all of it by questions to the database.

    `marks` are numbers that only grow, read before the laws are asked: the last row of an append-only table, the next number of a
    series. `sums` are (key, value) over the rows up to the marks, kept as `ProvedSum`. `touched` are the ids of a kind of things
    with which something happened: they may name the subjects of entries (`%(document)s`, `%(kinds)s`), marks, and kinds before.
    """

    marks: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)
    touched: Mapping[str, str] = field(default_factory=dict)


_Question = tuple[str, dict[str, Any]]
_since: ContextVar[Since | None] = ContextVar("dingdan_audit_since", default=None)
_put_off: ContextVar[list[_Question] | None] = ContextVar("dingdan_audit_put_off", default=None)


def since() -> Since | None:
    """Behind which checkpoint laws are asked; None when they are asked over all rows."""
    return _since.get()


def touched(kind: str) -> list[UUID]:
    """The things of a kind that laws are asked about behind a checkpoint; none when they are asked over all rows."""
    checkpoint = _since.get()
    return checkpoint.touched[kind] if checkpoint else []


@contextmanager
def asked_since(checkpoint: Since) -> Iterator[None]:
    """Let the laws inside the block be asked about what happened behind a checkpoint."""
    token = _since.set(checkpoint)
    try:
        yield
    finally:
        _since.reset(token)


def in_full_only(law: _L) -> _L:
    """Mark a law that cannot be asked behind a checkpoint, for it is a sum over rows that change."""
    law.in_full_only = True  # type: ignore[attr-defined] # a mark on a function
    return law


def is_in_full_only(law: Law) -> bool:
    """Whether a law can only be asked over all rows."""
    return getattr(law, "in_full_only", False)


def breaches(sql: str, sentence: str, *, about: tuple[str, ...] = (), **params: Any) -> Iterator[str]:
    """One sentence for each row that the question finds, filled with the row.

    The tenant in scope is `%(tenant)s`, the mark of a table `%(after_NAME)s` (0 when all rows are asked), and `%(is_since)s` says
    whether they are. Where the first column is the id of things of a kind that can be touched, `about` names the kinds: behind a
    checkpoint those alone are asked about. The database finds them by index when that column is grouped or joined by.
    """
    checkpoint = _since.get()
    marks = checkpoint.marks if checkpoint else {}
    if checkpoint and about:
        params["touched"] = [id_ for kind in about for id_ in checkpoint.touched[kind]]
        if not params["touched"]:
            return
        sql = f"SELECT * FROM ({sql}) AS breach (about) WHERE breach.about = ANY(%(touched)s::uuid[])"  # noqa: S608 - a law's own
    params |= {"tenant": current_tenant_id(), "is_since": checkpoint is not None, **marked(sql, marks)}
    put_off = _put_off.get()
    if put_off is not None:
        put_off.append((sql, params))
        return
    with ready_cursor() as cursor:
        cursor.execute(sql, params)
        for row in cursor.fetchall():
            yield sentence.format(*row)


def told(laws: Iterable[Law]) -> list[str]:
    """What laws tell, asked in a way that is quick as long as they hold.

    Their questions are one statement. Only if that finds anything, or a law that asks otherwise does, are they asked one by one.
    """
    asked, questions = list(laws), list[_Question]()
    token = _put_off.set(questions)
    try:
        is_told = bool([breach for law in asked for breach in law()])  # every law, for each puts its question on the list
    finally:
        _put_off.reset(token)
    return [breach for law in asked for breach in law()] if is_told or _finds_any(questions) else []


def _finds_any(questions: Sequence[_Question]) -> bool:
    """Whether one of the questions has an answer."""
    values: dict[str, Any] = {}
    texts = []
    for number, (sql, params) in enumerate(questions):
        own = {name: name if values.setdefault(name, value) == value else f"{name}_{number}" for name, value in params.items()}
        values |= {own[name]: value for name, value in params.items()}
        texts.append(_NAMED.sub(lambda found, own=own: f"%({own[found[1]]})s", sql))  # type: ignore[misc]
    with ready_cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")  # to plan it takes longer than to answer it
        try:
            cursor.execute(f"SELECT {' OR '.join(f'EXISTS ({text})' for text in texts) or 'false'}", values)
            return bool(cursor.fetchone()[0])
        finally:
            cursor.execute("RESET plan_cache_mode")


_NAMED: Final = re.compile(r"%\((\w+)\)s")
_MARK: Final = re.compile(r"%\(after_(\w+)\)s")


def marked(sql: str, marks: Mapping[str, int]) -> dict[str, int]:
    """The marks that a question names; 0 where a checkpoint has none."""
    return {f"after_{name}": marks.get(name, 0) for name in _MARK.findall(sql)}
