"""A shop of its own for every test, and a way to give commands in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Actor, Call
from dingdan.kernel.models import JournalEntry


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the block sends, as they are sent."""
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Shop:
    """A tenant, in scope while the test runs."""

    id: UUID = field(default_factory=new_id)

    def call(self, *, key: str | None = None, at: datetime = NOON, actor: Actor = SYSTEM) -> Call:
        """A call of a command in this shop."""
        return Call(tenant_id=self.id, actor=actor, key=key or str(new_id()), at=at)

    def entries(self) -> int:
        """How many entries the shop's journal holds."""
        return JournalEntry.objects.count()

    @contextmanager
    def nothing_changes(self, *models: Any) -> Iterator[None]:
        """Assert that the block writes no entry and changes no row of the models."""
        before = [self.entries(), *(list(model.objects.order_by("id").values()) for model in models)]
        yield
        assert [self.entries(), *(list(model.objects.order_by("id").values()) for model in models)] == before
