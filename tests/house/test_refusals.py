"""Every refusal says what is wrong and what helps, under a code of its own."""

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from tests.house import scan, schema
from tests.house.report import assert_none

if TYPE_CHECKING:
    from dingdan.kernel.errors import Refusal


def _refusals() -> list[type["Refusal"]]:
    schema.all_models()
    for source in scan.sources(scan.ROOT):
        if source.is_business and source.file in ("commands", "steps", "queries", "rules", "lifecycle"):
            import_module(".".join(source.parts).removesuffix(".py").removesuffix(".__init__"))
    from dingdan.kernel.errors import Refusal

    def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    return sorted({kind for kind in below(Refusal) if kind.__module__.startswith("dingdan.")}, key=lambda kind: kind.__qualname__)


def test_every_refusal_says_what_is_wrong_and_what_helps() -> None:
    silent = [
        f"{kind.__module__}.{kind.__name__} has no {part}"
        for kind in _refusals()
        for part in ("sentence", "remedy")
        if not str(getattr(kind, part)) and kind.__name__ != "Invalid"
    ]
    assert_none(silent)


def test_no_two_refusals_share_a_code() -> None:
    counted = Counter(kind.__name__ for kind in _refusals())
    assert_none([f"{count} refusals are named {name}" for name, count in counted.items() if count > 1])
