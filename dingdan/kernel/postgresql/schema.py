"""Writes (tenant_id, id) where Django would write (id).

Works on the historical models of migrations too, so it recognizes a business table by its `tenant_id` column and not by
its base class.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.backends.ddl_references import Columns, Statement
from django.db.backends.postgresql import schema


def _has_tenant(model: type[models.Model]) -> bool:
    try:
        model._meta.get_field("tenant_id")
    except FieldDoesNotExist:
        return False
    return True


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    # A new foreign key column gets its constraint by _create_fk_sql below, never inline.
    sql_create_column_inline_fk = None  # type: ignore[assignment]

    def _create_fk_sql(self, model: type[models.Model], field: Any, suffix: str) -> Statement:
        statement = super()._create_fk_sql(model, field, suffix)  # type: ignore[misc]
        if getattr(field, "carries_tenant", False):  # the class itself imports models, and those import this backend
            here, there = model._meta.db_table, field.target_field.model._meta.db_table
            statement.parts["column"] = Columns(here, ["tenant_id", field.column], self.quote_name)
            statement.parts["to_column"] = Columns(there, ["tenant_id", field.target_field.column], self.quote_name)
            statement.parts["deferrable"] = ""
        return statement  # type: ignore[no-any-return]

    def _iter_column_sql(
        self, column_db_type: str, params: list[Any], model: type[models.Model], field: Any, *rest: Any
    ) -> Iterator[str]:
        for word in super()._iter_column_sql(column_db_type, params, model, field, *rest):  # type: ignore[misc]
            if word != "PRIMARY KEY" or not _has_tenant(model):
                yield word

    def table_sql(self, model: type[models.Model]) -> tuple[str, list[Any]]:
        sql, params = super().table_sql(model)
        if _has_tenant(model):
            key = f"PRIMARY KEY ({self.quote_name('tenant_id')}, {self.quote_name(str(model._meta.pk.column))})"
            sql = f"{sql[:-1]}, {key})"
        return sql, params
