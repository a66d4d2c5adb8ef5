"""How long the laws are tried: `test` in `make test`, `change` in `make torture`, `release` in `make torture SIZE=release`."""

import os
from typing import Final, Literal, TypeVar

T = TypeVar("T")

SIZE: Final[str] = os.environ.get("DINGDAN_SIZE", "test")
Name = Literal["test", "change", "release"]


def sized(test: T, change: T, release: T) -> T:
    """The value for the size at hand; the last two are those of the figures."""
    return {"test": test, "change": change, "release": release}[SIZE]
