"""Writes the pages that are made from the code: `make docs`. A house test fails when one of them is stale.

The pages need Django, and no database.
"""

# ruff: noqa: SLF001 (what a constraint says in SQL is known to its private parts alone)

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MADE = "<!-- Made from the code by `make docs`. Change the code, not this page. -->\n"
FLOORS = ("insight", "trade", "ledgers", "masterdata", "kernel")


def pages(root: Path) -> dict[Path, str]:
    """Every generated page by its path below `root`, with the text that it should have."""
    return {
        Path("docs/order-lifecycle.md"): lifecycles(),
        Path("docs/laws.md"): laws(),
        Path("docs/posting-rules.md"): posting_rules(),
        Path("docs/changes.md"): changes(),
        Path("docs/mail-names.md"): mail_names(),
        Path("docs/decisions/README.md"): decisions(root / "docs" / "decisions"),
        Path("ARCHITECTURE.md"): with_excerpts(root / "ARCHITECTURE.md", root),
    }


def _house() -> Iterator[Any]:
    """The configurations of the house's apps, from the windows down to the ground."""
    from django.apps import apps

    configs = [config for config in apps.get_app_configs() if config.name.startswith("dingdan.")]
    for floor in FLOORS:
        yield from (config for config in configs if config.name.split(".")[1] == floor)


def _modules(name: str) -> Iterator[Any]:
    """The file `name` of every app that has one."""
    for config in _house():
        if find_spec(f"{config.name}.{name}") is not None:
            yield import_module(f"{config.name}.{name}")


# --- lives -------------------------------------------------------------------------------------------------------------------


def lifecycles() -> str:
    """The states and turns of everything that has a life, the order first; then the statuses that are derived."""
    from dingdan.kernel.lifecycle import Lifecycle

    found = [value for module in _modules("lifecycle") for value in vars(module).values() if isinstance(value, Lifecycle)]
    lives = {life.name: life for life in found}
    order_first = sorted(lives.values(), key=lambda life: life.name != "order")
    chapters = [
        "# The life of an order, and of what belongs to it\n",
        MADE,
        "A state is stored and changes by the turns below, and by no others: the database refuses a state that is not listed.",
        "A status is derived by the database from the books, and is never typed in.\n",
        *(life.markdown() for life in order_first),
        *_statuses(),
    ]
    return "\n".join(chapters).rstrip() + "\n"


def _statuses() -> Iterator[str]:
    from enum import StrEnum

    for module in _modules("lifecycle"):
        for name, value in vars(module).items():
            if name.endswith("Status") and isinstance(value, type) and issubclass(value, StrEnum):
                title = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower().capitalize()
                yield f"## {title} (derived)\n"
                yield _paragraphs(value, tuple(value))


def _paragraphs(kind: type, values: tuple[str, ...]) -> str:
    """The docstring of an enumeration; lines of it that begin with one of the values become a table."""
    rows: list[str] = []
    text: list[str] = []
    for line in inspect.cleandoc(kind.__doc__ or "").splitlines():
        word, _, meaning = line.partition(" ")
        if word in values:
            rows.append(f"| {word} | {meaning.strip()} |")
        else:
            text.append(line)
    head = ["| status | what it means |", "|---|---|"]
    listed = rows or [f"| {value} | |" for value in values]
    return "\n".join([*"\n".join(text).strip().splitlines(), "", *head, *listed, ""])


# --- laws --------------------------------------------------------------------------------------------------------------------


def laws() -> str:
    """What the database refuses, table by table, and what `audit` replays."""
    chapters = [
        "# The laws\n",
        MADE,
        "What the database itself refuses, whoever asks. The name of a law is its sentence, and is what an error message shows.",
        "`dingdan audit` replays what cannot be said about one row.\n",
        *_audited(),
    ]
    for config in _house():
        rows = [row for model in config.get_models() for row in _laws_of(model)]
        if rows:
            chapters += [f"## {config.name}\n", "| table | law | how |", "|---|---|---|", *rows, ""]
    return "\n".join(chapters).rstrip() + "\n"


def _laws_of(model: Any) -> Iterator[str]:
    from django.db import models

    table = f"`{model._meta.db_table}`"
    for constraint in model._meta.constraints:
        yield f"| {table} | {_sentence(constraint.name)} | {_how(model, constraint)} |"
    for field in model._meta.local_fields:
        if isinstance(field, models.GeneratedField):
            yield f"| {table} | {_sentence(field.name)} is derived, never typed in | generated column |"
    for trigger in getattr(model._meta, "triggers", []):
        operations = str(trigger.operation).lower().replace(" or ", ", ")
        yield f"| {table} | {_sentence(trigger.name)} | trigger that refuses {operations} |"


def _sentence(name: str) -> str:
    return name.replace("_", " ")


def _how(model: Any, constraint: Any) -> str:
    from django.db import connection, models

    private: Any = constraint
    if isinstance(constraint, models.CheckConstraint):
        with connection.schema_editor(collect_sql=True, atomic=False) as editor:
            return "`CHECK (" + _plain(private._get_check_sql(model, editor)) + ")`"
    if isinstance(constraint, models.UniqueConstraint):
        columns = ", ".join(constraint.fields) or "an expression"
        only = " where a condition holds" if constraint.condition else ""
        return f"unique: {columns}{only}"
    return type(constraint).__name__


def _plain(sql: str) -> str:
    """SQL as a person would write it: no quotes around lowercase names, no bar that would end a cell of the table."""
    return re.sub(r'"([a-z_0-9]+)"', r"\1", sql).replace("|", "\\|").replace("\n", " ")


def _audited() -> Iterator[str]:
    """The laws that `audit` replays: functions whose first line says what must be true."""
    from dingdan.automation.audit import laws as replayed

    yield "## What `dingdan audit` replays\n"
    yield "| law | what must be true |"
    yield "|---|---|"
    yield from (
        f"| {_sentence(law.__name__.removeprefix('law_'))} | {(inspect.getdoc(law) or '').partition(chr(10))[0]} |"
        for law in replayed()
    )
    yield ""


# --- posting rules -----------------------------------------------------------------------------------------------------------


def posting_rules() -> str:
    """Every kind of posting that is foreseen."""
    from dingdan.ledgers.payments.rules import posting_rules_markdown

    title, _, rest = posting_rules_markdown().partition("\n")
    return f"{title}\n\n{MADE}{rest.rstrip()}\n"


# --- changes -----------------------------------------------------------------------------------------------------------------


def changes() -> str:
    """The kinds of change of a placed order."""
    from dingdan.trade.changes.rules import SPLITS, kinds_markdown

    chapters = [
        "# Changing a placed order\n",
        MADE,
        "A change set is one or several of these, done together or not at all. A preview shows new lines, taxes, totals,",
        "the difference, where the goods come from and everything that stands in the way, and writes nothing. Apply takes",
        "the preview's fingerprint and is refused when the order, prices, stock or shipments are not as they were. Only the",
        "difference is asked for or given back, and a refund that nobody has sent yet stays with an order that needs its",
        "money again. Undo takes a change back on which no later one stands. Why it works like this:",
        "[decision 0016](decisions/0016-a-changed-line-is-a-new-line.md).\n",
        kinds_markdown(),
        "\n## Splitting and merging\n",
        "Units that have not left go to another order with their share of price, discount and tax, with the stock or the goods",
        "to come that answer them, with their place among those who wait, and with the money that the first order does not need",
        "any more: what is here, what a gateway holds, what was only asked for. Nothing is priced, sourced or paid anew, so all",
        "orders together come to the same as before, to the last unit of money. Why:",
        "[decision 0021](decisions/0021-lines-go-from-order-to-order.md).\n",
        "| split by | what becomes an order of its own |",
        "|---|---|",
        *(f"| `{by}` | {meaning} |" for by, meaning in SPLITS.items()),
        "\nShipping and fees stay with an order that is split. When orders are merged they go over with the last of the goods,",
        "and the order that gave everything is canceled. Merged are orders of one channel, currency, buyer and address that are",
        "paid alike; orders that are reviewed, on hold, or marked to be kept apart (`keep_order_apart`) are not. A split or a",
        "merge is undone as a whole. In the back office: the link Split or merge on the page of an order.\n",
        "```",
        'POST /api/v1/orders/{order_id}/split/preview    {"by": "stock"}',
        'POST /api/v1/orders/{order_id}/split            {"parts": [[{"line_id": "…", "quantity": 1}]]}',
        'POST /api/v1/orders/{order_id}/merge            {"order_ids": ["…"], "fingerprint": "…"}',
        "GET  /api/v1/orders/{order_id}/mergeable",
        "POST /api/v1/changes/{change_id}/undo-regrouping",
        "```",
        "\n## Many orders at once\n",
        "One change for up to 10,000 orders: at the back office by ticking orders in their list (or taking all that are listed),",
        "over the API by `POST /api/v1/bulk-changes`, and with",
        "",
        "    dingdan change-orders replace_article old_sku=TEA sku=TEA-2 --filter sku=TEA --filter state=placed",
        "",
        "A trial comes first, which changes nothing and says of each order what would come of it; at the command line `--do`",
        "does it. Each order is changed or refused on its own, with its reason. Whoever stops it keeps what was done. What is",
        "about a line or a person of one order cannot be done to many.",
    ]
    return "\n".join(chapters).rstrip() + "\n"


# --- excerpts ----------------------------------------------------------------------------------------------------------------

EXCERPT = re.compile(r"(<!-- code: (\S+) (\w+) -->\n)```\w+\n.*?```\n", re.DOTALL)


def mail_names() -> str:
    """What the wording of each kind of mail may call by name, and which blocks it may place."""
    from dingdan.masterdata.wording.rules import BLOCKS, KINDS, sample_values

    lines = [
        "# What mails know by name\n",
        MADE,
        "How shops word their mails tells [mails](mails.md). What a mail does not have is nil.",
    ]
    for kind in KINDS.values():
        lines += [f"\n## {kind.title} (`{kind.code}`)\n", "| name | what it is | for example |", "|---|---|---|"]
        for one in kind.all_names:
            value: Any = sample_values(kind, money=lambda amount: f"£{amount / 100:.2f}", day=lambda on: f"{on:%d %B %Y}")
            for part in one.path.split("."):
                value = value[part]
            lines.append(f"| `{one.path}` | {one.meaning} | {len(value) if isinstance(value, list) else value} |")
        lines += [f"| `{block}` | {BLOCKS[block]} | |" for block in kind.blocks]
    return "\n".join(lines) + "\n"


def with_excerpts(page: Path, root: Path) -> str:
    """A page written by hand in which every excerpt (`<!-- code: path name -->` and a block) is the code as it is now."""

    def excerpt(found: re.Match[str]) -> str:
        return f"{found[1]}```python\n{_source_of(root / found[2], found[3])}\n```\n"

    return EXCERPT.sub(excerpt, page.read_text(encoding="utf-8"))


def _source_of(path: Path, name: str) -> str:
    """The text of a function, method, class or constant, its decorators included. Raises `LookupError`."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        names = [getattr(node, "name", None)]
        if isinstance(node, ast.Assign):
            names = [getattr(target, "id", None) for target in node.targets]
        if name in names and isinstance(node, ast.stmt):
            first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
            return textwrap.dedent("\n".join(text.splitlines()[first - 1 : node.end_lineno]))
    raise LookupError(f"{path} has no {name}")


# --- decisions ---------------------------------------------------------------------------------------------------------------


def decisions(folder: Path) -> str:
    """The index of the decision records."""
    rows = []
    for path in sorted(folder.glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        number, _, name = title.partition(". ")
        stated = re.search(r"^Date: (\S+)\. State: (.+)\.$", text, re.MULTILINE)
        if stated and path.name != "0000-template.md":
            rows.append(f"| {number} | [{name}]({path.name}) | {stated[1]} | {stated[2]} |")
    chapters = [
        "# Decisions\n",
        MADE,
        "Why things are as they are. A decision is changed by a new record, never by editing an old one; start from the",
        "[template](0000-template.md).\n",
        "| no | decision | date | state |",
        "|---|---|---|---|",
    ]
    return "\n".join([*chapters, *rows]) + "\n"


def write(root: Path) -> list[Path]:
    """Write the pages that are stale; return which."""
    stale = []
    for path, text in pages(root).items():
        target = root / path
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            stale.append(path)
    return stale


def main() -> None:
    """Write the pages of the checkout that this file lies in, and say which of them changed."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingdan.config.settings")
    django.setup()
    for path in write(Path(__file__).resolve().parents[2]):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
