from datetime import UTC
from typing import Any

from django.db.backends.postgresql import base

from dingdan.kernel.postgresql.arrays import QuickListDumper
from dingdan.kernel.postgresql.schema import DatabaseSchemaEditor
from dingdan.kernel.postgresql.times import QuickTimeLoader


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params["context"].register_dumper(list, QuickListDumper)
        if self.timezone == UTC:
            params["context"].register_loader("timestamptz", QuickTimeLoader)
        return params
