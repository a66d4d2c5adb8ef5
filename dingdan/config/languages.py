"""The catalogs of translations: `python -m dingdan.config.languages` finds every sentence, keeps what is translated, compiles.

Needs neither xgettext nor msgfmt. `extract` writes `locale/*/LC_MESSAGES/django.po` anew: new sentences come in empty, old ones
that nobody says any more go. `compile` writes the `.mo` beside it. Without a word it does both and tells what is still empty.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE: Final = Path(__file__).resolve().parents[1]
LOCALES: Final = ("zh_Hant", "zh_Hans")
NOTE: Final = "Words are those of docs/glossary.md. After a change: python -m dingdan.config.languages"
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# What of the back office's shell is seen here. The rest of it (forms, actions) is not in use.
SHELL: Final = (
    *("layouts/", "helpers/header", "helpers/theme", "helpers/unauth", "helpers/account", "helpers/welcome"),
    *("helpers/change_list_filter", "admin/login.html", "admin/change_list.html", "admin/search_form.html", "admin/filter.html"),
    *("registration/logged_out", "registration/password_change"),
)
SAID_BY_THE_SHELL: Final = ("Select record",)
"""What its Python says on pages of ours."""
SINCE: Final = datetime(2026, 11, 23, tzinfo=UTC)  # a catalog that says when it was made would change whenever it is made


def po(locale: str) -> Path:
    """Where the sentences of a locale lie."""
    return HERE / "locale" / locale / "LC_MESSAGES" / "django.po"


def mo(locale: str) -> Path:
    """Where they lie for the program."""
    return po(locale).with_suffix(".mo")


# ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def sentences() -> Catalog:
    """Everything that is said to people, in English."""
    found = Catalog(locale="en", charset="utf-8", creation_date=SINCE, revision_date=SINCE)
    for path in sorted([*HERE.rglob("*.py"), *HERE.rglob("templates/**/*.html"), *HERE.rglob("templates/**/*.txt")]):
        if "migrations" not in path.parts:
            _add(found, path.relative_to(HERE.parent).as_posix(), _said_in(path))
    for place, words in _codes():
        _add(found, place, words)
    _add(found, "django-unfold", _of_the_shell())
    return found


def _add(catalog: Catalog, place: str, messages: Iterable[Any]) -> None:
    for message, context in messages:
        catalog.add(message, locations=[(place, None)], context=context, flags=_flags(message))  # type: ignore[list-item]


def _flags(message: Any) -> list[str]:
    return ["python-brace-format"] if "{" in str(message) else []


def _said_in(path: Path) -> Iterator[tuple[Any, str | None]]:
    text = path.read_text(encoding="utf-8")
    if not any(mark in text for mark in ("_(", "gettext", "trans")):
        return  # taking a file apart takes long, and most say nothing
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # In parentheses what is left of a template reads as one expression of Python, however it is indented.
        text = f"({templatize(text, origin=str(path))})"
    spoken: Iterable[Any] = extract_python(io.BytesIO(text.encode()), KEYWORDS, (), {"encoding": "utf-8"})
    for _line, name, messages, _comments in spoken:
        parts = list(messages) if isinstance(messages, tuple) else [messages]
        context = parts.pop(0) if "pgettext" in name else None
        kept = [part for part in parts if isinstance(part, str) and part]
        if kept:
            yield (tuple(kept[:2]) if name.startswith("n") and len(kept) > 1 else kept[0]), context


def _codes() -> Iterator[tuple[str, list[tuple[str, None]]]]:
    """States, kinds, turns, columns, events and accounts: their words are made from the codes."""
    from django.apps import apps

    from dingdan.kernel import command
    from dingdan.kernel.journal import Event
    from dingdan.kernel.lifecycle import Lifecycle
    from dingdan.ledgers.payments.rules import CHART, RULES
    from dingdan.masterdata.staff.rules import USUAL_ROLES
    from dingdan.web.backoffice.admin import site
    from dingdan.web.backoffice.words import ACTORS, CHANGED, REASONS, spelled

    codes: dict[str, set[str]] = {"states": set(), "kinds": set(), "turns": set()}
    for config in apps.get_app_configs():
        for file in ("lifecycle", "rules", "events", "ports", "commands"):
            if config.name.startswith("dingdan.") and list(Path(config.path).glob(f"{file}*")):
                for value in vars(import_module(f"{config.name}.{file}")).values():
                    if isinstance(value, Lifecycle):
                        codes["states"].update(value.states)
                        codes["turns"].update(turn.name for turn in value.turns)
                    elif isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum:
                        codes["kinds"].update(value)
    codes["events"] = {name for name, event in Event.kinds.items() if event.__module__.startswith("dingdan.")}
    codes["accounts"] = {account.code for account in CHART} | set(RULES)
    ours = [name for name, one in command.every.items() if one.function.__module__.startswith("dingdan.")]
    codes["commands"] = {name.partition(".")[2] for name in ours}
    codes["roles"] = set(USUAL_ROLES)
    codes["columns"] = site.columns()
    codes["others"] = {*ACTORS, *REASONS, *CHANGED}
    for place, found in sorted(codes.items()):
        yield f"codes/{place}", [(spelled(str(code)), None) for code in sorted(found) if code]


def _of_the_shell() -> Iterator[tuple[Any, str | None]]:
    """What the back office's library says, where Django does not say it in our languages already."""
    from django.utils import translation

    yield from ((said, None) for said in SAID_BY_THE_SHELL)
    folder = Path(import_module("unfold").__file__ or "").parent / "templates"
    for path in sorted(folder.rglob("*.html")):
        if any(part in path.relative_to(folder).as_posix() for part in SHELL):
            for message, context in _said_in(path):
                with translation.override("zh-hant"):
                    known = isinstance(message, str) and _known_to_django(message)
                if not known:
                    yield message, context


def _known_to_django(message: str) -> bool:
    """Whether one of Django's own catalogs translates a sentence into every language of ours."""
    import django

    return all(message in _django_says(Path(django.__file__).parent, locale) for locale in LOCALES)


_django: dict[str, set[str]] = {}


def _django_says(folder: Path, locale: str) -> set[str]:
    if locale not in _django:
        catalogs = [folder / "conf", *(folder / "contrib" / app for app in ("admin", "auth"))]
        files = [path / "locale" / locale / "LC_MESSAGES" / "django.po" for path in catalogs]
        _django[locale] = {str(message.id) for file in files for message in _read(file, locale) if message.id and message.string}
    return _django[locale]


# ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(file: Path, locale: str) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=locale, charset="utf-8")


def catalog(locale: str) -> Catalog:
    """The sentences of a locale with their translations, as they lie there; empty where there are none yet."""
    return _read(po(locale), locale) if po(locale).exists() else Catalog(locale=locale)


def updated(locale: str, found: Catalog) -> Catalog:
    """The catalog of a locale with exactly the sentences found, each with the translation that it has."""
    kept = catalog(locale)
    made = Catalog(
        locale=locale, charset="utf-8", creation_date=SINCE, revision_date=SINCE, fuzzy=False, project="Dingdan", version="1",
        header_comment=f"# {NOTE}", msgid_bugs_address="", last_translator="Dingdan", language_team=locale,
    )  # fmt: skip
    for message in found:
        if message.id:
            before = kept.get(message.id, message.context)
            made.add(
                message.id, before.string if before else None, locations=message.locations, flags=message.flags,
                context=message.context,
            )  # fmt: skip
    return made


def written(catalog: Catalog) -> bytes:
    """A catalog as the text of a .po file, in one form."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_output=True, include_lineno=False, omit_header=False, ignore_obsolete=True)
    return out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """A catalog as the .mo file that the program reads."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def missing(catalog: Catalog) -> list[Message]:
    """The sentences that have no translation."""
    return [message for message in catalog if message.id and not _is_whole(message)]


def _is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def main(words: list[str]) -> int:
    """Extract, compile, or both; 1 when something is not translated."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingdan.config.settings")
    django.setup()
    found = sentences() if "compile" not in words else None
    empty = 0
    for locale in LOCALES:
        if found is not None:
            po(locale).parent.mkdir(parents=True, exist_ok=True)
            po(locale).write_bytes(written(updated(locale, found)))
        if "extract" not in words:
            mo(locale).write_bytes(compiled(catalog(locale)))
        for message in missing(catalog(locale)):
            empty += 1
            sys.stdout.write(f"{locale}: {message.id}\n")
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
