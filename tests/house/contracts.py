"""The contract type of the file table: import-linter has layers, but not "files of one kind in every app"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


@dataclass(frozen=True, slots=True)
class Place:
    """Where a module lives: its app and the kind of file that it is (``commands``, ``models``, …)."""

    app: str
    file: str


class FileTable(Contract):
    """In every app of ``floors``: a file knows its own app's files below it, and of lower apps what ``table`` lists.

    Which app is lower is said by the layers contracts; this one only says which *kind* of file may be known.
    """

    floors: Any = fields.ListField(subfield=fields.StringField())
    table: Any = fields.ListField(subfield=fields.StringField())
    wiring: Any = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        # import-linter replaces the fields of a contract by what `.importlinter` says.
        rows, wiring = _read_table(self.table), tuple(self.wiring or ())
        wrong = sorted(_wrong_imports(graph, floors=self.floors, rows=rows, wiring=wiring))
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["wrong"]:
            output.print_error(line, bold=False)


def _read_table(lines: list[str]) -> dict[str, frozenset[str]]:
    rows: dict[str, frozenset[str]] = {}
    for line in lines:
        file, _, known = line.partition(":")
        rows[file.strip()] = frozenset(known.split())
    return rows


def _place(module: str, floors: list[str]) -> Place | None:
    for floor in floors:
        if module.startswith(floor + "."):
            parts = module[len(floor) + 1 :].split(".")
            return Place(app=f"{floor}.{parts[0]}", file=parts[1] if len(parts) > 1 else "__init__")
    return None


def _wrong_imports(
    graph: ImportGraph, *, floors: list[str], rows: dict[str, frozenset[str]], wiring: tuple[str, ...]
) -> Iterator[str]:
    for module in graph.modules:
        importer = _place(module, floors)
        if importer is None:
            continue
        for imported_module in graph.find_modules_directly_imported_by(module):
            imported = _place(imported_module, floors)
            if imported is None:
                continue
            if not _may_know(importer, imported, rows=rows, wiring=wiring):
                lines = graph.get_import_details(importer=module, imported=imported_module)
                numbers = ", ".join(str(line["line_number"]) for line in lines)
                yield f"{module}:{numbers} must not know {imported_module}"


def _may_know(importer: Place, imported: Place, *, rows: dict[str, frozenset[str]], wiring: tuple[str, ...]) -> bool:
    if importer.file in wiring:
        return importer.app == imported.app or imported.file in ("models", "migrations")
    if importer.file not in rows or imported.file not in rows:
        return False
    if importer.app == imported.app:
        order = list(rows)
        return order.index(imported.file) >= order.index(importer.file)
    return imported.file in rows[importer.file]
