"""Scanners that read the source of the house and say, one sentence a line, where it breaks its own rules.

Each scanner takes a tree (the folder that holds ``dingdan``) and returns the breaches as ``path:line: sentence``; no breach,
empty list. The floors, rooms and files are read from ``.importlinter``, so that no list of them is kept twice.
"""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUSINESS_FLOORS = ("masterdata", "ledgers", "trade")
FUNCTION_WISH, FUNCTION_LIMIT = 40, 60
MODULE_WISH, MODULE_LIMIT = 400, 600
PARAMETER_LIMIT = 5
CAPABILITIES = ("self", "cls", "entry", "entries", "batch", "call")
FORBIDDEN_FILES = frozenset(
    [
        "util",
        "utils",
        "helper",
        "helpers",
        "service",
        "services",
        "manager",
        "managers",
        "signal",
        "signals",
        "common",
        "misc",
        "handlers",
        "processors",
    ]
)
FORBIDDEN_WORDS = frozenset(["Manager", "Service", "Handler", "Processor", "Helper", "Util", "Utils", "Info"])
FORBIDDEN_PREFIXES = ("do_", "process_", "handle_")
PERSONAL_FIELDS = frozenset(
    [
        "email",
        "phone",
        "address",
        "street",
        "city",
        "postcode",
        "postal_code",
        "first_name",
        "last_name",
        "full_name",
        "company",
        "tax_number",
        "birthday",
    ]
)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file of the tree: where it lies, and what it says."""

    tree_root: Path
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(self.tree_root).as_posix()

    @cached_property
    def parts(self) -> tuple[str, ...]:
        return self.path.relative_to(self.tree_root).parts

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @cached_property
    def floor(self) -> str:
        return self.parts[1] if len(self.parts) > 2 else ""

    @property
    def app(self) -> str:
        """The app as dotted name: ``dingdan.trade.orders``; a floor without rooms (kernel, config) is one app."""
        deep = self.floor not in ("kernel", "config") and len(self.parts) > 3
        return ".".join(self.parts[:3] if deep else self.parts[:2])

    @property
    def file(self) -> str:
        """The kind of file inside its app: ``commands``, ``models``, ``migrations`` …"""
        depth = self.app.count(".") + 1
        return self.parts[depth].removesuffix(".py") if len(self.parts) > depth else ""

    @property
    def is_business(self) -> bool:
        return self.parts[0] == "dingdan" and self.floor in BUSINESS_FLOORS and len(self.parts) > 3

    def at(self, node: ast.AST, sentence: str) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 1)}: {sentence}"


@cache
def _parsed(text: str) -> ast.Module:
    """The tree of a source. Scanners only read it, so each file is parsed once."""
    return ast.parse(text)


@cache
def walked(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Every node of a tree, the tree itself first. Each tree is walked once, for all who scan it."""
    return tuple(ast.walk(tree))


def sources(root: Path, *folders: str, migrations: bool = False) -> Iterator[Source]:
    """Every Python file below ``root`` in ``folders`` (default: dingdan), in order of path."""
    for folder in folders or ("dingdan",):
        for path in sorted((root / folder).rglob("*.py")):
            if migrations or "migrations" not in path.parts:
                yield Source(root, path)


def functions(tree: ast.AST) -> Iterator[FunctionNode]:
    """Every function and method of a module, nested ones too."""
    return (node for node in walked(tree) if isinstance(node, FunctionNode))


def _literals(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Every string of a module that is not a docstring; of an f-string its fixed parts, with ``{}`` for the others."""
    skipped: set[int] = set()
    for node in walked(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            skipped.update(id(part) for part in node.values)
            yield node, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node, node.value


def dotted(node: ast.AST) -> str:
    """``a.b.c`` for a name or a chain of attributes, calls and subscripts, '' for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Subscript):
        return dotted(node.value)
    return ""


# --- the one list of floors, rooms and files ---------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def contracts(path: Path = ROOT / ".importlinter") -> configparser.ConfigParser:
    """The contracts of the house, as written down in ``.importlinter``."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def _layers(contract: str) -> list[list[str]]:
    lines = contracts()[f"importlinter:contract:{contract}"]["layers"].split("\n")
    return [re.findall(r"[\w.]+", line) for line in lines if line.strip()]


def floors() -> list[str]:
    """The floors from the roof to the ground: config, web, …, kernel."""
    return [name for layer in _layers("floors") for name in layer]


def rooms() -> list[list[str]]:
    """The apps of the business floors from the roof to the ground, neighbors in one list."""
    return _layers("desks") + _layers("books") + _layers("registers")


def files_of_an_app() -> list[str]:
    """The kinds of file that an app may hold, top to bottom, then its wiring."""
    section = contracts()["importlinter:contract:file-table"]
    table = [line.partition(":")[0].strip() for line in section["table"].split("\n") if line.strip()]
    return [*table, *section["wiring"].split()]


# --- sizes -------------------------------------------------------------------------------------------------------------------


def length(node: FunctionNode) -> int:
    """Lines of a function from its ``def`` to its end."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def too_long(root: Path, *folders: str, function_limit: int = FUNCTION_LIMIT, module_limit: int = MODULE_LIMIT) -> list[str]:
    """Functions and modules above their limit of lines."""
    found = []
    for source in sources(root, *folders):
        lines = source.text.count("\n")
        if lines > module_limit:
            found.append(source.at(source.tree, f"a module of {lines} lines, {module_limit} allowed"))
        found += [
            source.at(node, f"{node.name} has {length(node)} lines, {function_limit} allowed")
            for node in functions(source.tree)
            if length(node) > function_limit
        ]
    return found


def _parameters(node: FunctionNode) -> tuple[list[str], list[str]]:
    """Positional and keyword-only parameters, without what only carries the right to act."""
    given = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
    positional = [name for index, name in enumerate(given) if not (index == 0 and name in CAPABILITIES)]
    return positional, [arg.arg for arg in node.args.kwonlyargs]


def too_many_parameters(root: Path) -> list[str]:
    """Functions of the business floors with more than five parameters besides self, entry, batch or call."""
    found = []
    for source in sources(root):
        if not source.is_business:
            continue
        for node in functions(source.tree):
            count = sum(len(kind) for kind in _parameters(node))
            if count > PARAMETER_LIMIT:
                found.append(source.at(node, f"{node.name} has {count} parameters, {PARAMETER_LIMIT} allowed"))
    return found


def positional_past_the_first(root: Path) -> list[str]:
    """Public functions of commands and steps that let more than their rows, or their entry and rows, be given by position."""
    found = []
    for source in sources(root):
        if not source.is_business or source.file not in ("commands", "steps"):
            continue
        for node in source.tree.body:
            if not isinstance(node, FunctionNode) or node.name.startswith("_"):
                continue
            given = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
            allowed = 2 if source.file == "steps" and given and given[0] in CAPABILITIES else 1
            if len(given) > allowed:
                found.append(source.at(node, f"{node.name}: {', '.join(given[allowed:])} should be keyword-only"))
    return found


# --- files and names ---------------------------------------------------------------------------------------------------------


def strange_files(root: Path) -> list[str]:
    """Files that the table of an app does not know, rooms that no contract names, and names that say nothing."""
    allowed = {*files_of_an_app(), "__init__"}
    known_rooms = {name for layer in rooms() for name in layer}
    found = []
    for source in sources(root, migrations=True):
        stem = source.path.stem
        words = {stem, *(part for part in source.parts[1:-1])}
        if words & FORBIDDEN_FILES:
            found.append(source.at(source.tree, "a name that says nothing about what is inside"))
        if source.is_business and source.file not in allowed:
            found.append(source.at(source.tree, "not a file of the table (commands, steps, queries, models, …)"))
        elif source.is_business and source.file != "migrations" and len(source.parts) > 5:
            found.append(source.at(source.tree, "a folder inside a folder of an app: it wants to be two apps"))
        if source.is_business and source.app not in known_rooms:
            found.append(source.at(source.tree, f"{source.app} is in no contract of .importlinter"))
    return found


def _words_of(name: str) -> list[str]:
    return list(re.findall(r"[A-Z]+(?=[A-Z][a-z]|\b|_)|[A-Z][a-z0-9]*", name))


def empty_words(root: Path) -> list[str]:
    """Classes and functions whose name says that they do something, but not what."""
    found = []
    for source in sources(root):
        for node in walked(source.tree):
            if isinstance(node, ast.ClassDef):
                # A word inherited from a library (Django's Manager) is not ours to choose.
                inherited = {word for base in node.bases for word in _words_of(dotted(base).rpartition(".")[2])}
                last = _words_of(node.name)[-1:]
                if set(last) & FORBIDDEN_WORDS - inherited:
                    found.append(source.at(node, f"class {node.name}: {last[0]} says nothing"))
            elif isinstance(node, FunctionNode):
                last_word = node.name.strip("_").rpartition("_")[2].capitalize()
                if last_word in FORBIDDEN_WORDS or node.name.lstrip("_").startswith(FORBIDDEN_PREFIXES):
                    found.append(source.at(node, f"function {node.name}: say what it does"))
    return found


BUSINESS_WORDS = frozenset(
    [
        "cart", "shipment", "invoice", "sku", "refund", "stock", "inventory", "payment", "customer", "product", "variant",
        "seller", "warehouse", "price", "supplier", "parcel", "carrier", "receivable", "demand", "purchase", "orders",
    ]
)  # fmt: skip


def business_words(root: Path) -> list[str]:
    """Names in the kernel that know what business is done above it."""
    found = []
    for source in sources(root, "dingdan/kernel"):
        for node in walked(source.tree):
            name = node.name if isinstance(node, ast.ClassDef | FunctionNode) else node.arg if isinstance(node, ast.arg) else ""
            words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", name)}
            if known := words & BUSINESS_WORDS:
                found.append(source.at(node, f"{name}: the ground knows no {min(known)}"))
    return found


# --- commands, steps, events -------------------------------------------------------------------------------------------------


def _decorators(node: FunctionNode | ast.ClassDef) -> set[str]:
    return {dotted(decorator).rpartition(".")[2] for decorator in node.decorator_list}


def commands(source: Source) -> list[FunctionNode]:
    """The commands that a file holds: functions under ``@command`` or ``@batch_command``."""
    return [
        node for node in source.tree.body if isinstance(node, FunctionNode) and _decorators(node) & {"command", "batch_command"}
    ]


def shapeless_commands(root: Path) -> list[str]:
    """Public functions of commands.py that are no command, or a command without docstring, event or open entry."""
    found = []
    for source in sources(root):
        if not source.is_business or source.file != "commands":
            continue
        own = {node.name: node for node in commands(source)}
        found += [
            source.at(node, f"{node.name} is public but no command")
            for node in source.tree.body
            if isinstance(node, FunctionNode) and not node.name.startswith("_") and node.name not in own
        ]
        for node in own.values():
            found += _shape_of_command(source, node)
            found += [
                source.at(inner, f"{node.name} calls the command {dotted(inner)}")
                for inner in ast.walk(node)
                if isinstance(inner, ast.Call) and dotted(inner).partition(".")[0] in own
            ]
    return found


def _shape_of_command(source: Source, node: FunctionNode) -> Iterator[str]:
    batch = "batch_command" in _decorators(node)
    given = [arg.arg for arg in node.args.args]
    if given[:1] != (["batch"] if batch else ["entry"]):
        yield source.at(node, f"{node.name}: the first parameter is the {'batch' if batch else 'entry'}")
    if not ast.get_docstring(node):
        yield source.at(node, f"{node.name} has no docstring: what does the caller get?")
    if node.returns is None or (not batch and isinstance(node.returns, ast.Constant)):
        yield source.at(node, f"{node.name} does not say which event it returns")


def untested_commands(root: Path) -> list[str]:
    """Commands without a test module of their own, or whose module does not begin with ``test_it_works``."""
    found = []
    for source in sources(root):
        if not source.is_business or source.file != "commands":
            continue
        for node in commands(source):
            place = Path("tests", *source.app.split(".")[1:], f"test_{node.name}.py")
            if not (root / place).exists():
                found.append(source.at(node, f"{node.name} has no {place.as_posix()}"))
                continue
            tests = [test.name for test in functions(Source(root, root / place).tree) if test.name.startswith("test_")]
            if tests[:1] != ["test_it_works"]:
                found.append(f"{place.as_posix()}:1: the first test of a command is test_it_works")
    return found


def stepless_steps(root: Path) -> list[str]:
    """Public functions of steps whose first parameter neither is an open entry (or a batch) nor carries one in its rows."""
    found = []
    carriers: dict[str, set[str]] = {}
    steps = [source for source in sources(root) if source.is_business and source.file == "steps"]
    for source in filter(lambda source: source.is_business, sources(root)):
        carriers.setdefault(source.app, {"Entry", "Batch"}).update(_rows_with_an_entry(source.tree))
    for source in steps:
        for node in source.tree.body:
            if isinstance(node, FunctionNode) and not node.name.startswith("_"):
                first = node.args.args[0] if node.args.args else None
                known = {name.id for name in ast.walk(first) if isinstance(name, ast.Name)} if first else set()
                if not known & carriers[source.app]:
                    found.append(source.at(node, f"{node.name}: no step without an open entry in its first parameter"))
    return found


def _rows_with_an_entry(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(
            isinstance(field, ast.AnnAssign) and dotted(field.target) == "entry" and dotted(field.annotation) == "Entry"
            for field in node.body
        ):
            yield node.name


def loose_events(root: Path) -> list[str]:
    """Events that are not frozen, slotted, keyword-only dataclasses, or that carry personal data."""
    found = []
    for source in sources(root):
        if not source.is_business or source.file != "events":
            continue
        for node in source.tree.body:
            if not isinstance(node, ast.ClassDef) or "StrEnum" in {dotted(base).rpartition(".")[2] for base in node.bases}:
                continue
            options = {
                keyword.arg
                for decorator in node.decorator_list
                if isinstance(decorator, ast.Call) and dotted(decorator).endswith("dataclass")
                for keyword in decorator.keywords
                if isinstance(keyword.value, ast.Constant) and keyword.value.value is True
            }
            is_event = "Event" in {dotted(base).rpartition(".")[2] for base in node.bases}
            wanted = ["frozen", "slots", "kw_only"] if is_event else ["frozen", "slots"]
            if not set(wanted) <= options:
                found.append(source.at(node, f"{node.name} is no @dataclass({', '.join(f'{option}=True' for option in wanted)})"))
            for field in node.body:
                name = dotted(field.target) if isinstance(field, ast.AnnAssign) else ""
                if name in PERSONAL_FIELDS:
                    found.append(source.at(field, f"{node.name}.{name}: events carry no personal data"))
    return found


def twice_named_events(root: Path) -> list[str]:
    """Events that share a name with an event of another app: the journal knows them by name alone."""
    first: dict[str, str] = {}
    found = []
    for source in sources(root):
        if source.file == "events":
            for node in source.tree.body:
                if isinstance(node, ast.ClassDef) and "Event" in {dotted(base).rpartition(".")[2] for base in node.bases}:
                    if node.name in first:
                        found.append(source.at(node, f"{node.name} is also an event of {first[node.name]}"))
                    first.setdefault(node.name, source.app)
    return found


# --- purity and time ---------------------------------------------------------------------------------------------------------

PURE_FILES = ("rules", "lifecycle", "events")
IMPURE_MODULES = frozenset(
    ["django", "psycopg", "procrastinate", "ninja", "time", "random", "secrets", "os", "pathlib", "requests", "httpx"]
)
PURE_MODULES = ("django.utils.translation",)  # sentences of refusals: lazy, and nothing is read
IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval"})


def impure(root: Path) -> list[str]:
    """Rules, lifecycles and events that know the database, the clock, the disk or a library of the outside."""
    found = []
    for source in sources(root):
        if not source.is_business or source.file not in PURE_FILES:
            continue
        for node in walked(source.tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            found += [
                source.at(node, f"{source.file} is pure and must not know {name}")
                for name in names
                if name not in PURE_MODULES
                if name.partition(".")[0] in IMPURE_MODULES or name.endswith((".models", ".queries"))
            ]
            if isinstance(node, ast.Call) and dotted(node) in IMPURE_CALLS:
                found.append(source.at(node, f"{source.file} is pure and must not call {dotted(node)}"))
    return found


CLOCKS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|timezone\.(now|localdate|localtime)|time\.(time|time_ns|monotonic|localtime|gmtime))$"
)
SQL_CLOCKS = re.compile(
    r"\b(now\(\)|current_timestamp|current_date|clock_timestamp|statement_timestamp|localtimestamp)", re.IGNORECASE
)


def other_clocks(root: Path) -> list[str]:
    """Readings of any clock but ``entry.at`` in the business apps."""
    found = []
    for source in sources(root):
        if not source.is_business:
            continue
        for node in walked(source.tree):
            if isinstance(node, ast.Attribute | ast.Call) and CLOCKS.search(dotted(node)):
                found.append(source.at(node, f"{dotted(node)}: entry.at is the only clock"))
            elif isinstance(node, ast.Call) and dotted(node).rpartition(".")[2] == "Now":
                found.append(source.at(node, "Now(): entry.at is the only clock"))
            elif isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
                found.append(source.at(node.value, f"{node.arg}: entry.at is the only clock"))
        for node, text in _literals(source.tree):
            if " " in text and SQL_CLOCKS.search(text):
                found.append(source.at(node, "SQL that reads the database's clock: entry.at is the only clock"))
    return sorted(set(found))


# --- transactions ------------------------------------------------------------------------------------------------------------


def own_transactions(root: Path) -> list[str]:
    """Transactions opened, and row locks taken the heavy way, outside the kernel."""
    found = []
    for source in sources(root):
        if source.floor == "kernel":
            continue
        for node in walked(source.tree):
            name = dotted(node) if isinstance(node, ast.Call | ast.Attribute) else ""
            if source.floor in (*BUSINESS_FLOORS, "insight", "web") and name.endswith(
                ("transaction.atomic", ".set_autocommit", "transaction.commit", "transaction.rollback")
            ):
                found.append(source.at(node, f"{name}: only the command opens a transaction"))
            if isinstance(node, ast.Call) and name.endswith("select_for_update"):
                options = {keyword.arg for keyword in node.keywords}
                if "no_key" not in options:
                    found.append(source.at(node, "select_for_update without no_key=True"))
    return sorted(set(found))


# --- SQL that other servers do not know --------------------------------------------------------------------------------------

NEWER_THAN_15 = re.compile(
    r"""\buuidv[47]\(|\buuid_extract_|\bcasefold\(|\barray_(sort|reverse|shuffle|sample)\(|\bcrc32c?\(|\brandom_normal\(
      |\bany_value\(|\bjson_(table|query|value|exists|scalar|serialize)\(|\bis\s+json\b|\bpg_input_|\btransaction_timeout\b
      |\bwithout\s+overlaps\b|\bnot\s+enforced\b|\breturning\s+(with\b|old\.|new\.)|\)\s*virtual\b|\bmerge_action\(
      |\bon_error\s+(ignore|stop)\b|\bsystem_user\b|\bto_bin\(|\bto_oct\(""",
    re.IGNORECASE | re.VERBOSE,
)
NEVER_HERE = re.compile(
    r"\bmerge\s+into\b|\bcreate\s+extension\b|\bon\s+delete\s+(set\s+null|cascade)\b|\bpg_trgm\b", re.IGNORECASE
)
OF_THE_JOBS = "public.procrastinate_"  # tables of the library, as its migrations make them: `tables.sql` says them too


def foreign_sql(root: Path) -> list[str]:
    """SQL that PostgreSQL 15 does not know, or that the house does without."""
    found = []
    for source in sources(root, migrations=True):
        for node, text in _literals(source.tree):
            if newer := NEWER_THAN_15.search(text):
                found.append(source.at(node, f"{newer.group(0).strip()} is unknown to PostgreSQL 15"))
            if never := NEVER_HERE.search(text):
                found.append(source.at(node, f"{never.group(0)} is not used in this house"))
        found += [
            source.at(node.value, "a virtual generated column is unknown to PostgreSQL 15")
            for node in walked(source.tree)
            if isinstance(node, ast.keyword) and node.arg == "db_persist" and getattr(node.value, "value", True) is False
        ]
    for path in sorted((root / "dingdan").rglob("*.sql")):
        text = path.read_text(encoding="utf-8")
        ours = "\n\n".join(statement for statement in text.split("\n\n") if OF_THE_JOBS not in statement)
        for pattern, where in ((NEWER_THAN_15, text), (NEVER_HERE, ours)):
            found += [f"{path.relative_to(root)}: {match.group(0)}" for match in pattern.finditer(where)]
    return found
