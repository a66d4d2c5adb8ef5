"""Scanners over texts: requirements, migrations as files, words that must not be there, links and names in the docs."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.house.scan import ROOT, floors, functions, sources, walked

# A letter in brackets, so that this file does not break the rule that it checks.
HOSTS = re.compile(r"\b(?:[p]ypi\.org|[p]ythonhosted\.org|[n]pmjs\.|[d]ebian\.org)")
MACHINE_PATHS = re.compile(r"/(?<![\w.~/-]/)(?:[w]ork|[r]oot|[h]ome/\w+)/\w")
UNFINISHED = re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX|[H]ACK|[N]otImplementedError)\b")
BRITISH = re.compile(
    r"\b(fulfilments?|cancelled(?!\()|cancelling|authoris\w+|organis(?:e|ed|ation)|colours?|behaviours?|catalogues?|recognis\w+)\b",
    re.IGNORECASE,
)
# Without the edge of a word before it a pattern is found quickly: which texts are worth to be read line by line.
LOOSE = [re.compile(one.pattern.removeprefix(r"\b"), one.flags) for one in (HOSTS, MACHINE_PATHS, UNFINISHED, BRITISH)]
SPELLED_IN = (".py", ".md", ".html", ".toml", ".txt", ".js", ".css")


def tracked(root: Path = ROOT) -> list[Path]:
    """The files that git keeps; without git, the files that lie there."""
    try:
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=True).stdout
        paths = [root / name for name in listed.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        hidden = {".git", ".venv", "var", "__pycache__"}
        paths = [path for path in root.rglob("*") if not hidden & set(path.relative_to(root).parts)]
    return sorted(path for path in paths if path.is_file())


def _texts(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        raw = path.read_bytes()
        if b"\0" not in raw:
            try:
                yield path, raw.decode("utf-8")
            except UnicodeDecodeError:
                continue


def unwanted_words(root: Path, paths: Iterable[Path]) -> list[str]:
    """Hosts of package registries, paths of one machine, marks of unfinished work, and British spelling."""
    found = []
    for path, text in _texts(paths):
        if not any(loose.search(text) for loose in LOOSE):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            where = f"{path.relative_to(root).as_posix()}:{number}"
            if host := HOSTS.search(line):
                found.append(f"{where}: names the host {host.group(0)}")
            if machine := MACHINE_PATHS.search(line):
                found.append(f"{where}: {machine.group(0)!r} is a path of one machine")
            if mark := UNFINISHED.search(line):
                found.append(f"{where}: {mark.group(0)} is a mark of unfinished work")
            if path.suffix in SPELLED_IN and path.parent.name != "house" and (word := BRITISH.search(line)):
                found.append(f"{where}: {word.group(0)}: American spelling in the product")
    return found


# --- requirements ------------------------------------------------------------------------------------------------------------


def loose_requirements(folder: Path) -> list[str]:
    """Lines of locked requirements that are options, are not pinned, or carry no hash; wishes that nothing locks."""
    found: list[str] = []
    for path in sorted(folder.glob("*.txt")):
        joined = re.sub(r"\\\n", " ", path.read_text(encoding="utf-8"))
        found += [f"{path.name}: {line.split()[0]} {fault}" for line in _lines(joined) for fault in _faults_of_locked(line)]
    for path in sorted(folder.glob("*.in")):
        locked = path.with_suffix(".txt")
        known = {_name(line) for line in _lines(locked.read_text(encoding="utf-8"))} if locked.exists() else set()
        for line in _lines(path.read_text(encoding="utf-8")):
            if line.startswith("-") and not re.match(r"-[rc]\s+\S+$", line):
                found.append(f"{path.name}: {line.split()[0]} is an option line")
            elif not line.startswith("-") and _name(line) not in known:
                found.append(f"{path.name}: {_name(line)} is not locked in {locked.name}")
    return found


def unexplained_libraries(folder: Path, page: Path) -> list[str]:
    """Libraries that are required and that the page which says why does not name."""
    named = {_name(word) for word in re.findall(r"[A-Za-z0-9._-]+", page.read_text(encoding="utf-8"))}
    wishes = [line for path in sorted(folder.glob("*.in")) for line in _lines(path.read_text(encoding="utf-8"))]
    return [
        f"{page.name} does not say why {_name(line)}" for line in wishes if not line.startswith("-") and _name(line) not in named
    ]


def _lines(text: str) -> list[str]:
    """The lines without their comments, empty ones left out."""
    return [bare for line in text.splitlines() if (bare := line.partition("#")[0].strip())]


def _faults_of_locked(line: str) -> Iterator[str]:
    if line.startswith("-"):
        yield "is an option line"
    elif not re.match(r"[A-Za-z0-9._-]+(\[[\w,.-]+\])?==\S+", line):
        yield "is not pinned"
    elif "--hash=sha256:" not in line:
        yield "has no hash"
    if "://" in line:
        yield "names a place"


def _name(line: str) -> str:
    """The name of the distribution that a line of requirements begins with, in its normal form."""
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]*", line).group(0)).lower()  # type: ignore[union-attr]


# --- migrations as files -----------------------------------------------------------------------------------------------------


def branching_migrations(root: Path) -> list[str]:
    """Apps whose migrations are not one line: two roots, two leaves, or a merge."""
    found = []
    for folder in sorted((root / "dingdan").rglob("migrations")):
        label = folder.parent.name
        parents = {path.stem: _own_parents(path, label) for path in sorted(folder.glob("[0-9]*.py"))}
        if not parents:
            continue
        where = folder.relative_to(root).as_posix()
        leaves = set(parents) - {parent for line in parents.values() for parent in line}
        starts = [name for name, line in parents.items() if not line]
        if len(leaves) != 1:
            found.append(f"{where}: {len(leaves)} leaves: {', '.join(sorted(leaves))}")
        if len(starts) != 1:
            found.append(f"{where}: {len(starts)} beginnings: {', '.join(starts)}")
        found += [f"{where}/{name}.py: a merge" for name, line in parents.items() if len(line) > 1]
    return found


def _own_parents(path: Path, label: str) -> list[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "dependencies":
            pairs = [pair for pair in getattr(node.value, "elts", []) if isinstance(pair, ast.Tuple)]
            return [str(pair.elts[1].value) for pair in pairs if _words(pair)[0] == label]  # type: ignore[attr-defined]
    return []


def _words(pair: ast.Tuple) -> list[object]:
    return [getattr(element, "value", None) for element in pair.elts]


# --- docs --------------------------------------------------------------------------------------------------------------------

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


def broken_links(root: Path, paths: Iterable[Path]) -> list[str]:
    """Relative links of Markdown pages that lead to no file, or to no heading of it."""
    found = []
    for path, text in _texts(path for path in paths if path.suffix == ".md"):
        bare = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        for target in LINK.findall(bare):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            aim = (path.parent / file).resolve() if file else path
            if not aim.exists():
                found.append(f"{path.relative_to(root).as_posix()}: {target} leads nowhere")
            elif anchor and aim.suffix == ".md" and anchor not in _anchors(aim.read_text(encoding="utf-8")):
                found.append(f"{path.relative_to(root).as_posix()}: {target} has no such heading")
    return found


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+\s+(.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "")).strip().lower().replace(" ", "-") for heading in headings}


def names_that_do_not_exist(root: Path, page: Path) -> list[str]:
    """Functions, classes and paths that a page names in code type and that the tree does not hold."""
    text = page.read_text(encoding="utf-8")
    known = _known_names(root)
    found = []
    for name in sorted(set(re.findall(r"`([^`\n]+)`", text))):
        bare = name.removesuffix("()").partition("(")[0]
        if re.fullmatch(r"(dingdan|tests|docs)/[\w./*-]*", bare):
            is_floor = bare.rstrip("/").removeprefix("dingdan/") in floors()
            if not is_floor and not list(root.glob(bare.rstrip("/"))):
                found.append(f"{page.name}: {name} is no path of this project")
        elif re.fullmatch(r"[A-Z][a-z]+([A-Z][a-z]+)+|[a-z]+(_[a-z]+)+", bare) and bare not in known:
            found.append(f"{page.name}: {name} is not in the code")
    return found


def _known_names(root: Path) -> set[str]:
    names: set[str] = set()
    for source in sources(root, "dingdan"):
        names.update(node.name for node in functions(source.tree))
        for node in walked(source.tree):
            if isinstance(node, ast.ClassDef):
                names.add(node.name)
            elif isinstance(node, ast.Name | ast.Attribute):
                names.add(node.id if isinstance(node, ast.Name) else node.attr)
            elif isinstance(node, ast.arg):
                names.add(node.arg)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)  # names of constraints
            elif isinstance(node, ast.alias):
                names.add(node.name.rpartition(".")[2])
        names.update(source.parts)
        names.update(part.removesuffix(".py") for part in source.parts)
    return names
