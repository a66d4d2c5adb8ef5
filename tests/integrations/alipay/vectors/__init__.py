"""What others signed and named: see README.md beside this file."""

import json
from pathlib import Path
from typing import Any, Final

_HERE: Final = Path(__file__).parent


def read(name: str) -> str:
    """A key or certificate."""
    return (_HERE / name).read_text()


TOLD: Final[dict[str, Any]] = json.loads(read("told.json"))
