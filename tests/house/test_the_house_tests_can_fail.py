"""Every scanner of the house is shown a planted breach, and must report it, and a clean neighbor, and must not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tests.house import scan, texts, writers

Plant = Callable[..., Path]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Give a tree with the files named by keyword-like paths: ``plant({"trade/orders/steps.py": source})``."""

    def _plant(files: dict[str, str], *, under: str = "dingdan") -> Path:
        for name, text in files.items():
            path = tmp_path / under / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return tmp_path

    return _plant


ORDERS = "trade/orders"


def test_a_function_of_sixty_one_lines(plant: Plant) -> None:
    long = "def endless() -> None:\n" + "    pass\n" * 60
    root = plant({f"{ORDERS}/rules.py": long + "\n\ndef short() -> None:\n    pass\n"})
    assert scan.too_long(root) == [f"dingdan/{ORDERS}/rules.py:1: endless has 61 lines, 60 allowed"]


def test_a_module_of_six_hundred_and_one_lines(plant: Plant) -> None:
    root = plant({"kernel/long.py": "x = 1\n" * 601, "kernel/short.py": "x = 1\n" * 600})
    assert scan.too_long(root) == ["dingdan/kernel/long.py:1: a module of 601 lines, 600 allowed"]


def test_six_parameters(plant: Plant) -> None:
    root = plant({f"{ORDERS}/rules.py": "def f(entry, *, a, b, c, d, e): ...\ndef g(a, *, b, c, d, e, f): ...\n"})
    assert scan.too_many_parameters(root) == [f"dingdan/{ORDERS}/rules.py:2: g has 6 parameters, 5 allowed"]


def test_a_second_positional_parameter(plant: Plant) -> None:
    root = plant({f"{ORDERS}/commands.py": "def f(entry, order): ...\ndef g(entry, *, order): ...\ndef _h(a, b): ...\n"})
    assert scan.positional_past_the_first(root) == [f"dingdan/{ORDERS}/commands.py:1: f: order should be keyword-only"]


def test_a_file_that_the_table_does_not_know(plant: Plant) -> None:
    root = plant(
        {f"{ORDERS}/logic.py": "", f"{ORDERS}/models.py": "", f"{ORDERS}/inner/steps.py": "", f"{ORDERS}/steps/hold.py": ""}
    )
    assert scan.strange_files(root) == [
        f"dingdan/{ORDERS}/inner/steps.py:1: not a file of the table (commands, steps, queries, models, …)",
        f"dingdan/{ORDERS}/logic.py:1: not a file of the table (commands, steps, queries, models, …)",
    ]


def test_a_file_whose_name_says_nothing(plant: Plant) -> None:
    root = plant({"web/utils.py": "", "web/pages.py": ""})
    assert scan.strange_files(root) == ["dingdan/web/utils.py:1: a name that says nothing about what is inside"]


def test_a_room_that_no_contract_names(plant: Plant) -> None:
    root = plant({"trade/gossip/models.py": "", f"{ORDERS}/models.py": ""})
    assert scan.strange_files(root) == [
        "dingdan/trade/gossip/models.py:1: dingdan.trade.gossip is in no contract of .importlinter"
    ]


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("class OrderManager: ...", "class OrderManager: Manager says nothing"),
        ("class HTTPHandler: ...", "class HTTPHandler: Handler says nothing"),
        ("def do_it(): ...", "function do_it: say what it does"),
        ("def _handle_order(): ...", "function _handle_order: say what it does"),
        ("def order_info(): ...", "function order_info: say what it does"),
    ],
)
def test_an_empty_word(plant: Plant, source: str, word: str) -> None:
    root = plant({"kernel/names.py": source + "\nclass Rows(Manager): ...\nclass RowManager(models.Manager[int]): ...\n"})
    assert scan.empty_words(root) == [f"dingdan/kernel/names.py:1: {word}"]


def test_a_business_word_on_the_ground(plant: Plant) -> None:
    root = plant(
        {"kernel/rows.py": "class StockRow: ...\ndef ordered(customer_id): ...\n", f"{ORDERS}/rules.py": "class StockRow: ...\n"}
    )
    assert scan.business_words(root) == [
        "dingdan/kernel/rows.py:1: StockRow: the ground knows no stock",
        "dingdan/kernel/rows.py:2: customer_id: the ground knows no customer",
    ]


def test_a_command_without_its_shape(plant: Plant) -> None:
    root = plant(
        {
            f"{ORDERS}/commands.py": '''
            @command
            def close_order(order, *, reason) -> None:
                cancel_order(order)

            @command
            def cancel_order(entry, *, order) -> OrderCanceled:
                """Cancel."""

            def loose(): ...
            ''',
        }
    )
    where = f"dingdan/{ORDERS}/commands.py"
    assert scan.shapeless_commands(root) == [
        f"{where}:10: loose is public but no command",
        f"{where}:3: close_order: the first parameter is the entry",
        f"{where}:3: close_order has no docstring: what does the caller get?",
        f"{where}:3: close_order does not say which event it returns",
        f"{where}:4: close_order calls the command cancel_order",
    ]


def test_a_command_without_a_test(plant: Plant) -> None:
    names = ("close_order", "hold_order", "place_order")
    root = plant({f"{ORDERS}/commands.py": "".join(f"@command\ndef {name}(entry): ...\n" for name in names)})
    plant(
        {"test_close_order.py": "def test_it_works(): ...\n", "test_hold_order.py": "def test_held(): ...\n"},
        under=f"tests/{ORDERS}",
    )
    assert scan.untested_commands(root) == [
        f"tests/{ORDERS}/test_hold_order.py:1: the first test of a command is test_it_works",
        f"dingdan/{ORDERS}/commands.py:6: place_order has no tests/{ORDERS}/test_place_order.py",
    ]


def test_a_step_without_the_entry(plant: Plant) -> None:
    root = plant(
        {
            f"{ORDERS}/steps/holding.py": """
            class Hold:
                entry: Entry

            def reserve(lines: Sequence[Line]) -> None: ...
            def release(entry: Entry, *, lines: Sequence[Line]) -> None: ...
            def hold(holds: Sequence[Hold]) -> None: ...
            def _sort(lines): ...
            """,
        }
    )
    assert scan.stepless_steps(root) == [
        f"dingdan/{ORDERS}/steps/holding.py:5: reserve: no step without an open entry in its first parameter"
    ]


def test_a_loose_event_and_one_with_an_address(plant: Plant) -> None:
    root = plant(
        {
            f"{ORDERS}/events.py": """
            @dataclass(frozen=True)
            class OrderPlaced(Event):
                order_id: UUID

            @dataclass(frozen=True, slots=True, kw_only=True)
            class OrderMoved(Event):
                order_id: UUID
                address: str

            @dataclass(frozen=True)
            class Line:
                id: UUID

            @dataclass(frozen=True, slots=True)
            class Part:
                id: UUID
            """,
        }
    )
    where = f"dingdan/{ORDERS}/events.py"
    assert scan.loose_events(root) == [
        f"{where}:3: OrderPlaced is no @dataclass(frozen=True, slots=True, kw_only=True)",
        f"{where}:9: OrderMoved.address: events carry no personal data",
        f"{where}:12: Line is no @dataclass(frozen=True, slots=True)",
    ]


def test_two_events_of_one_name(plant: Plant) -> None:
    event = "class Closed(Event): ...\nclass Line: ...\n"
    root = plant({f"{ORDERS}/events.py": event, "trade/aftersales/events.py": event})
    assert scan.twice_named_events(root) == [f"dingdan/{ORDERS}/events.py:1: Closed is also an event of dingdan.trade.aftersales"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("from django.db import models", "rules is pure and must not know django.db"),
        ("import time", "rules is pure and must not know time"),
        ("from dingdan.trade.orders.models import Order", "rules is pure and must not know dingdan.trade.orders.models"),
        ("text = open('prices')", "rules is pure and must not call open"),
    ],
)
def test_an_impure_rule(plant: Plant, line: str, sentence: str) -> None:
    root = plant(
        {
            f"{ORDERS}/rules.py": f"from django.utils.translation import gettext_lazy\n{line}\n",
            f"{ORDERS}/models.py": "import django\n",
        }
    )
    assert scan.impure(root) == [f"dingdan/{ORDERS}/rules.py:2: {sentence}"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("at = datetime.now(UTC)", "datetime.now: entry.at is the only clock"),
        ("at = timezone.now()", "timezone.now: entry.at is the only clock"),
        ("at = datetime.date.today()", "datetime.date.today: entry.at is the only clock"),
        ("at = time.time()", "time.time: entry.at is the only clock"),
        ("at = Now()", "Now(): entry.at is the only clock"),
        ("at = DateTimeField(auto_now_add=True)", "auto_now_add: entry.at is the only clock"),
        ("at = 'SELECT now()'", "SQL that reads the database's clock: entry.at is the only clock"),
    ],
)
def test_another_clock(plant: Plant, line: str, sentence: str) -> None:
    root = plant(
        {f"{ORDERS}/steps.py": f"{line}\nlater = entry.at + timedelta(days=1)\n", "config/clock.py": "at = timezone.now()\n"}
    )
    assert scan.other_clocks(root) == [f"dingdan/{ORDERS}/steps.py:1: {sentence}"]


def test_a_transaction_of_ones_own(plant: Plant) -> None:
    root = plant(
        {
            f"{ORDERS}/steps.py": (
                "with transaction.atomic():\n    rows.select_for_update()\nrows.select_for_update(no_key=True)\n"
            ),
            "kernel/command.py": "with transaction.atomic(durable=True): ...\n",
        }
    )
    assert scan.own_transactions(root) == [
        f"dingdan/{ORDERS}/steps.py:1: transaction.atomic: only the command opens a transaction",
        f"dingdan/{ORDERS}/steps.py:2: select_for_update without no_key=True",
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("sql = 'SELECT uuidv7()'", "uuidv7( is unknown to PostgreSQL 15"),
        ("sql = 'a int GENERATED ALWAYS AS (b) VIRTUAL'", ") VIRTUAL is unknown to PostgreSQL 15"),
        ("sql = f'UPDATE {table} SET a = 1 RETURNING old.a'", "RETURNING old. is unknown to PostgreSQL 15"),
        ("sql = 'MERGE INTO a USING b'", "MERGE INTO is not used in this house"),
        ("sql = 'CREATE EXTENSION pg_trgm'", "CREATE EXTENSION is not used in this house"),
        ("sql = 'REFERENCES a ON DELETE SET NULL'", "ON DELETE SET NULL is not used in this house"),
        ("a = GeneratedField(db_persist=False)", "a virtual generated column is unknown to PostgreSQL 15"),
    ],
)
def test_sql_of_a_newer_server(plant: Plant, line: str, sentence: str) -> None:
    clean = '"""Not uuidv7(), says this docstring."""\nsql = "SELECT 1 FROM a ON CONFLICT DO NOTHING"\n'
    root = plant({f"{ORDERS}/migrations/0002_more.py": f"{line}\n", f"{ORDERS}/models.py": clean})
    assert scan.foreign_sql(root) == [f"dingdan/{ORDERS}/migrations/0002_more.py:1: {sentence}"]


STOCK = {
    "ledgers/inventory/models.py": "class Balance: ...\n",
    f"{ORDERS}/models.py": "class Order: ...\n",
    f"{ORDERS}/queries.py": (
        "from dingdan.ledgers.inventory.models import Balance\n"
        "rows = Balance.objects.filter(on_hand=1)\n"
        "sql = 'SELECT 1 FROM inventory_balance'\n"
    ),
}
IMPORTED = "from dingdan.ledgers.inventory.models import Balance\n"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "Balance.objects.filter(id=1).update(on_hand=2)",
            "Balance.objects.filter.update writes a model of dingdan.ledgers.inventory",
        ),
        ("insert((Balance, rows))", "insert of Balance writes a model of dingdan.ledgers.inventory"),
        ("Balance(on_hand=2).save()", "Balance.save writes a model of dingdan.ledgers.inventory"),
        ("row = Balance.objects.get(); row.save()", "row.save writes a model of dingdan.ledgers.inventory"),
        (
            "cursor.execute('UPDATE inventory_balance SET on_hand = 2')",
            "UPDATE inventory_balance writes a table of dingdan.ledgers.inventory",
        ),
        (
            "cursor.execute(f'INSERT INTO inventory_balance ({columns}) VALUES')",
            "INSERT INTO inventory_balance writes a table of dingdan.ledgers.inventory",
        ),
    ],
)
def test_a_writer_of_another_apps_model(plant: Plant, line: str, sentence: str) -> None:
    root = plant(STOCK | {f"{ORDERS}/steps.py": IMPORTED + line + "\n", "ledgers/inventory/steps.py": IMPORTED + line + "\n"})
    assert sentence in {breach.partition(": ")[2] for breach in writers.foreign_writers(root)}
    assert all(breach.startswith(f"dingdan/{ORDERS}/steps.py:2: ") for breach in writers.foreign_writers(root))


def test_a_command_that_asks_past_the_queries(plant: Plant) -> None:
    line = "def f(row: Balance) -> None:\n    Balance.objects.filter(on_hand=1)\n"
    root = plant(STOCK | {f"{ORDERS}/commands.py": IMPORTED + line, "ledgers/inventory/commands.py": IMPORTED + line})
    assert writers.questions_past_queries(root) == [
        f"dingdan/{ORDERS}/commands.py:3: Balance.objects: ask the queries of dingdan.ledgers.inventory"
    ]


def test_a_query_that_writes(plant: Plant) -> None:
    own = "from dingdan.ledgers.inventory.models import Balance\nBalance.objects.create(on_hand=1)\n"
    root = plant(STOCK | {"ledgers/inventory/queries.py": own, "ledgers/inventory/commands.py": own})
    assert writers.foreign_writers(root) == [
        "dingdan/ledgers/inventory/queries.py:2: Balance.objects.create: only commands and steps write"
    ]


MIGRATION = "class Migration:\n    dependencies = [{parents}]\n"


def test_migrations_that_branch(plant: Plant) -> None:
    def migration(*parents: str) -> str:
        return MIGRATION.format(parents=", ".join(f"('orders', '{parent}')" for parent in parents))

    folder = f"{ORDERS}/migrations"
    branching = {
        f"{folder}/0001_a.py": migration(),
        f"{folder}/0002_b.py": migration("0001_a"),
        f"{folder}/0002_c.py": migration("0001_a"),
    }
    root = plant(branching)
    assert texts.branching_migrations(root) == [f"dingdan/{folder}: 2 leaves: 0002_b, 0002_c"]
    root = plant({f"{folder}/0003_d.py": migration("0002_b", "0002_c")})
    assert texts.branching_migrations(root) == [f"dingdan/{folder}/0003_d.py: a merge"]


def test_requirements_that_are_loose(plant: Plant) -> None:
    locked = """\
        --index-url https://example.org/simple
        django==5.2.1 \\
            --hash=sha256:0123
        rich>=1
        typer==0.1
        """
    root = plant({"base.in": "django\nRich\ntyper\nbabel>=2  # dates\n-e .\n", "base.txt": locked}, under="requirements")
    assert texts.loose_requirements(root / "requirements") == [
        "base.txt: --index-url is an option line",
        "base.txt: --index-url names a place",
        "base.txt: rich>=1 is not pinned",
        "base.txt: typer==0.1 has no hash",
        "base.in: babel is not locked in base.txt",
        "base.in: -e is an option line",
    ]


def test_a_library_that_nobody_explained(plant: Plant) -> None:
    root = plant({"base.in": "Django\nleft-pad>=1\n-c other.txt\n"}, under="requirements")
    page = root / "libraries.md"
    page.write_text("| django | because |")
    assert texts.unexplained_libraries(root / "requirements", page) == ["libraries.md does not say why left-pad"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("see py" + "pi.org", "names the host py" + "pi.org"),
        ("lies in /ro" + "ot/data", "'/ro" + "ot/d' is a path of one machine"),
        ("# TO" + "DO: later", "TO" + "DO is a mark of unfinished work"),
        ("raise NotImplemented" + "Error", "NotImplemented" + "Error is a mark of unfinished work"),
        ("the order was cancel" + "led", "cancel" + "led: American spelling in the product"),
    ],
)
def test_words_that_must_not_be_there(plant: Plant, line: str, sentence: str) -> None:
    root = plant({"page.md": f"A clean line about canceled orders.\n{line}\n"}, under="docs")
    assert texts.unwanted_words(root, sorted(root.rglob("*.md"))) == [f"docs/page.md:2: {sentence}"]


def test_a_link_that_leads_nowhere(plant: Plant) -> None:
    page = (
        "# A page\n[good](other.md#a-heading) [here](#a-page) [web](https://example.org) [bad](gone.md) [worse](other.md#none)\n"
    )
    root = plant({"page.md": page, "other.md": "# A heading\n"}, under="docs")
    assert texts.broken_links(root, sorted(root.rglob("*.md"))) == [
        "docs/page.md: gone.md leads nowhere",
        "docs/page.md: other.md#none has no such heading",
    ]


def test_a_page_that_names_what_does_not_exist(plant: Plant) -> None:
    root = plant({f"{ORDERS}/commands.py": "def place_order(entry): ...\nclass OrderPlaced: ...\n"})
    page = root / "PAGE.md"
    page.write_text("`place_order` gives `OrderPlaced`, not `order_vanished()` or `OrderGone`; `dingdan/trade/orders/gone.py`")
    assert texts.names_that_do_not_exist(root, page) == [
        "PAGE.md: OrderGone is not in the code",
        "PAGE.md: dingdan/trade/orders/gone.py is no path of this project",
        "PAGE.md: order_vanished() is not in the code",
    ]


def _lint(root: Path) -> str:
    shutil.copytree(scan.ROOT / "tests" / "house", root / "tests" / "house", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tests" / "__init__.py").touch()
    (root / "tests" / "house" / "__init__.py").touch()
    shutil.copy(scan.ROOT / ".importlinter", root)
    for folder in [root / "dingdan", *(path for path in (root / "dingdan").rglob("*") if path.is_dir())]:
        (folder / "__init__.py").touch()
    line = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
    done = subprocess.run([sys.executable, "-c", line], cwd=root, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


HOUSE = {
    "__init__.py": "",
    "kernel/money.py": "",
    "ledgers/inventory/commands.py": "",
    "ledgers/inventory/steps.py": "",
    "ledgers/inventory/models.py": "",
    "ledgers/inventory/queries.py": "",
    "ledgers/payments/steps.py": "",
    "trade/orders/models.py": "",
    "trade/orders/rules.py": "",
    "trade/aftersales/steps.py": "",
    "masterdata/pricing/rules.py": "",
    "masterdata/catalog/models.py": "",
    "insight/board/queries.py": "",
    "integrations/sandbox/gateway.py": "import httpx\n",
    "integrations/webhooks/sender.py": "",
    "web/api/orders.py": "from dingdan.ledgers.inventory import commands\n",
    "web/storefront/pages.py": "",
    "trade/orders/commands.py": "from dingdan.ledgers.inventory import queries, steps\nfrom dingdan.trade.orders import models\n",
}
CONTRACT_BREACHES = [
    ("kernel/money.py", "from dingdan.trade.orders import models", "A floor looks down and never up"),
    ("trade/orders/rules.py", "from dingdan.trade.aftersales import steps", "Whatever undoes stands above what it undoes"),
    ("ledgers/payments/steps.py", "from dingdan.ledgers.inventory import models", "Goods and money do not know each other"),
    ("masterdata/catalog/models.py", "from dingdan.masterdata.pricing import rules", "Prices know the registers"),
    ("web/storefront/pages.py", "from dingdan.web.api import orders", "The doors share a hall and do not know each other"),
    ("integrations/webhooks/sender.py", "from dingdan.integrations.sandbox import gateway", "Adapters to the outside"),
    (
        "trade/orders/commands.py",
        "from dingdan.ledgers.inventory import commands",
        "Inside an app a file knows only the files below",
    ),
    (
        "trade/orders/commands.py",
        "from dingdan.ledgers.inventory import models",
        "Inside an app a file knows only the files below",
    ),
    ("trade/orders/rules.py", "from dingdan.trade.orders import models", "Inside an app a file knows only the files below"),
    ("web/api/orders.py", "from dingdan.ledgers.inventory import steps", "Only a command or another step takes a step"),
    ("insight/board/queries.py", "from dingdan.ledgers.inventory import commands", "Windows read and never act"),
    ("trade/orders/rules.py", "import psycopg", "Rules, lifecycles and events are pure"),
    ("trade/orders/commands.py", "import httpx", "Only the street and the entry points speak to the network"),
    ("ledgers/inventory/queries.py", "import ninja", "Only the doors know that there is HTTP"),
]


def test_a_small_clean_house_keeps_every_contract(plant: Plant) -> None:
    said = _lint(plant(HOUSE))
    assert f"Contracts: {len(_contract_names())} kept, 0 broken." in said, said


def test_every_planted_import_breaks_its_contract(plant: Plant) -> None:
    files = dict(HOUSE)
    for file, line, _ in CONTRACT_BREACHES:
        files[file] += line + "\n"
    said = _lint(plant(files))
    assert f"Contracts: 0 kept, {len(_contract_names())} broken." in said, said
    chapters = said.partition("Broken contracts")[2]
    for file, line, contract in CONTRACT_BREACHES:
        chapter = chapters.partition(contract)[2].partition("\n---")[2]
        assert "dingdan." + file.removesuffix(".py").replace("/", ".") in chapter, f"{file}: {line}\n{said}"


def _contract_names() -> list[str]:
    return [section["name"] for name, section in scan.contracts().items() if name.startswith("importlinter:contract:")]


def test_every_contract_has_its_planted_breach() -> None:
    planted = {contract for _, _, contract in CONTRACT_BREACHES}
    assert [name for name in _contract_names() if not any(name.startswith(contract) for contract in planted)] == []
