from __future__ import annotations

from datetime import UTC
from typing import Any, Final, cast

from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper

from dingdan.kernel.postgresql.arrays import QuickListDumper
from dingdan.kernel.postgresql.cursors import ReadyCursor
from dingdan.kernel.postgresql.schema import DatabaseSchemaEditor
from dingdan.kernel.postgresql.times import QuickTimeLoader

MOST_KEPT_READY: Final = 500  # more than there are statements, so that none is thrown away for another
_ONLY_WHEN_ASKED: Final = 2**31  # after so many times psycopg would keep a statement ready by itself


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        return super().last_executed_query(cursor, sql, params) or sql  # of what is kept ready, psycopg remembers no text


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params["context"].register_dumper(list, QuickListDumper)
        params["prepare_threshold"] = _ONLY_WHEN_ASKED
        if self.timezone == UTC:
            params["context"].register_loader("timestamptz", QuickTimeLoader)
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = MOST_KEPT_READY
        return connection

    def ready_cursor(self, *, binary: bool = False) -> CursorWrapper:
        """A cursor for statements that are sent again and again (`ReadyCursor`)."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor = ReadyCursor(self.connection)
            cursor.is_binary = binary
        return cast(CursorWrapper, self._prepare_cursor(cursor))  # type: ignore[attr-defined] # not in the stubs
