"""The import contracts of `.importlinter` are kept."""

import contextlib
import io

import pytest
from importlinter import cli

from tests.house import scan


def test_every_import_contract_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scan.ROOT)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = cli.lint_imports(config_filename=".importlinter", no_cache=True, no_logo=True)
    assert status == cli.EXIT_STATUS_SUCCESS, said.getvalue()


def test_contract_names_are_sentences() -> None:
    names = [section["name"] for name, section in scan.contracts().items() if name.startswith("importlinter:contract:")]
    assert len(names) == len(set(names)) >= 12
    assert [name for name in names if len(name.split()) < 4] == []
