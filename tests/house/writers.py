"""Who writes which table: a model is written by its own app's commands and steps, and by nobody else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.scan import Source, _literals, dotted, functions, sources, walked

WRITING_VERBS = frozenset(
    [
        "create",
        "bulk_create",
        "update",
        "bulk_update",
        "delete",
        "save",
        "get_or_create",
        "update_or_create",
        "acreate",
        "abulk_create",
        "aupdate",
        "adelete",
        "asave",
        "_raw_delete",
        "aget_or_create",
        "aupdate_or_create",
    ]
)
WRITING_SQL = re.compile(
    r'\b(insert\s+into|update(?:\s+only)?|delete\s+from|truncate(?:\s+table)?|copy)\s+"?([a-z][a-z0-9_]*)', re.IGNORECASE
)
STATEMENT = re.compile(r"\b(set|values|select|where|from)\b", re.IGNORECASE)
MAY_WRITE = ("commands", "steps")


def app_labels(root: Path) -> dict[str, str]:
    """Label (folder name, which is also the prefix of its tables) → dotted app, for every folder with a models file."""
    return {source.app.rpartition(".")[2]: source.app for source in sources(root) if source.file == "models"}


def foreign_writers(root: Path) -> list[str]:
    """Statements that write another app's model, by the ORM, by the kernel's insert or by SQL; also writes in the wrong file."""
    labels = app_labels(root)
    found: list[str] = []
    for source in sources(root):
        models = _imported_models(source)
        found += _foreign_orm_writes(source, {name: app for name, app in models.items() if app != source.app})
        found += _foreign_sql_writes(source, labels)
        if source.is_business and source.file not in MAY_WRITE:
            found += _writes_in_the_wrong_file(source, models)
    return sorted(set(found))


def questions_past_queries(root: Path) -> list[str]:
    """Commands that ask another app's tables themselves, where that app's queries should be asked."""
    found = []
    for source in sources(root):
        if source.is_business and source.file == "commands":
            foreign = {name: app for name, app in _imported_models(source).items() if app != source.app}
            for node in walked(source.tree):
                name = dotted(node) if isinstance(node, ast.Attribute) else ""
                if name.endswith(".objects") and (owner := _root_model(node, foreign)):
                    found.append(source.at(node, f"{name}: ask the queries of {owner}"))
    return found


def _imported_models(source: Source) -> dict[str, str]:
    """Name in this file → app that owns it, for models and for modules of models; the own app's classes too."""
    owned: dict[str, str] = {}
    for node in walked(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dingdan."):
            app, _, last = node.module.rpartition(".")
            for alias in node.names:
                name = alias.asname or alias.name
                if last == "models":
                    owned[name] = app
                elif alias.name == "models":
                    owned[name] = node.module
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("dingdan.") and alias.name.endswith(".models"):
                    owned[alias.asname or alias.name] = alias.name.removesuffix(".models")
    return owned


def _root_model(node: ast.AST, models: dict[str, str]) -> str | None:
    """The owner of the model at the root of ``Model.objects.filter(…).update`` or ``models.Model(…).save``, if it is known."""
    name = dotted(node)
    while name:
        if name in models:
            return models[name]
        name = name.rpartition(".")[0]
    return None


def _foreign_orm_writes(source: Source, models: dict[str, str]) -> Iterator[str]:
    if not models:  # most files know no other app's
        return
    for scope in [source.tree, *functions(source.tree)]:
        held = models | _variables_that_hold(scope, models)
        for node in walked(scope):
            if not isinstance(node, ast.Call):
                continue
            name = dotted(node)
            verb = name.rpartition(".")[2]
            if verb in WRITING_VERBS and isinstance(node.func, ast.Attribute) and (owner := _root_model(node.func.value, held)):
                yield source.at(node, f"{name} writes a model of {owner}")
            if verb == "insert":
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Name | ast.Attribute) and (owner := models.get(dotted(inner).partition(".")[0])):
                        yield source.at(node, f"insert of {dotted(inner)} writes a model of {owner}")
            if name in models and verb[:1].isupper() and not verb.isupper() and _is_saved(scope, node):
                yield source.at(node, f"{name}(…).save() writes a model of {models[name]}")


def _is_saved(scope: ast.AST, call: ast.Call) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "save"
        and node.func.value is call
        for node in walked(scope)
    )


def _variables_that_hold(scope: ast.AST, models: dict[str, str]) -> dict[str, str]:
    """Variables bound to rows of a model: ``row = Model.objects.get(…)``, ``for row in Model.objects…``."""
    held: dict[str, str] = {}
    for node in walked(scope):
        target: ast.AST | None = None
        value: ast.AST | None = None
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.For | ast.comprehension):
            target, value = node.target, node.iter
        if isinstance(target, ast.Name) and isinstance(value, ast.Call) and (owner := _root_model(value, models)):
            held[target.id] = owner
    return held


def _foreign_sql_writes(source: Source, labels: dict[str, str]) -> Iterator[str]:
    for node, text in _literals(source.tree):
        for match in WRITING_SQL.finditer(text):
            owner = _owner_of_table(match.group(2).lower(), labels)
            if owner and owner != source.app:
                yield source.at(node, f"{match.group(0)} writes a table of {owner}")


def _owner_of_table(table: str, labels: dict[str, str]) -> str | None:
    fitting = [label for label in labels if table.startswith(label + "_")]
    return labels[max(fitting, key=len)] if fitting else None


def _writes_in_the_wrong_file(source: Source, models: dict[str, str]) -> Iterator[str]:
    for node in walked(source.tree):
        name = dotted(node) if isinstance(node, ast.Call) else ""
        verb = name.rpartition(".")[2]
        if verb in WRITING_VERBS and (".objects." in name or name.partition(".")[0] in models):
            yield source.at(node, f"{name}: only commands and steps write")
        if name == "insert":
            yield source.at(node, "insert: only commands and steps write")
    for node, text in _literals(source.tree):
        # "update" is also a word: a statement names a table and goes on. Models hold the bodies of triggers.
        match = WRITING_SQL.search(text) if source.file != "models" and STATEMENT.search(text) else None
        if match:
            yield source.at(node, f"{match.group(0)}: only commands and steps write")
