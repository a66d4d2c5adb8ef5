"""Tables as files for spreadsheets: text that none of them takes for a formula, and CSV piece by piece."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

ROWS_AT_ONCE: Final = 500
MARK: Final = "\ufeff"
"""What Excel wants to see before it believes that a file is UTF-8."""

# Also as East Asian keyboards type them: spreadsheets there take those for the same.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula. Numbers are none.

    After https://owasp.org/www-community/attacks/CSV_Injection.
    """
    dangerous = text.lstrip("'").startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if dangerous else text


def unguarded(text: str) -> str:
    """The text that was meant, as far as `guarded` wrote it."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def table(heads: Sequence[object], rows: Iterable[Sequence[object]], *, mark: bool = False) -> Iterator[bytes]:
    """A table as CSV in UTF-8, some rows at a time; with the `MARK` where a spreadsheet is to open it."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    written.write(MARK if mark else "")
    writer.writerow(heads)
    for number, row in enumerate(rows, 1):
        writer.writerow(row)
        if number % ROWS_AT_ONCE == 0:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()
