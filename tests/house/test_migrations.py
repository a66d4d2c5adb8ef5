"""Migrations are one line per app, say all that the models say, and run on PostgreSQL 15."""

from django.apps import apps
from django.core.management.commands import makemigrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState

from tests.house import scan, schema, texts
from tests.house.report import assert_none


def test_migrations_of_every_app_are_one_line() -> None:
    assert_none(texts.branching_migrations(scan.ROOT))


def test_nothing_that_only_a_newer_postgresql_knows() -> None:
    assert_none(scan.foreign_sql(scan.ROOT))


def test_models_have_no_change_without_a_migration() -> None:
    own = {model._meta.app_label for model in schema.all_models()}
    loader = MigrationLoader(None)
    # The command's own autodetector: pgtrigger teaches it triggers.
    detector = makemigrations.Command.autodetector(
        loader.project_state(), ProjectState.from_apps(apps), NonInteractiveMigrationQuestioner(specified_apps=own)
    )
    missing = detector.changes(graph=loader.graph, trim_to_apps=own, convert_apps=own)
    assert_none(
        [
            f"{label}: {operation.describe()}"
            for label, migrations in sorted(missing.items())
            for migration in migrations
            for operation in migration.operations
        ]
    )
