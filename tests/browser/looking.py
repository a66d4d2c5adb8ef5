"""What is wrong with a page in a browser: it breaks, does not fit the screen, or keeps people out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.visiting import Visit

OPTIONS: Final = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
}
SHADED: Final = OPTIONS | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What can be different in another shade."""
AXE: Final = "options => axe.run(document, options).then(found => found.violations)"
SHADE: Final = "dark => document.documentElement.classList.toggle('dark', dark)"
"""The shade of the back office; a shop follows what the browser wants."""


def faults_of(one: Visit, paths: Mapping[str, str], sizes: Sequence[dict[str, int]], shades: Sequence[bool]) -> list[str]:
    """What is wrong with the pages at these addresses: faults of scripts, too wide for a screen, closed to whoever sees or moves
    badly."""
    found = list[str]()
    for name, path in paths.items():
        answer = one.page.goto(one.address + path)
        if answer is None or answer.status != 200:
            found.append(f"{name}: {answer and answer.status}")
            continue
        found += _wide(one, name, sizes)
        one.page.evaluate(AXE_SCRIPT)
        for number, dark in enumerate(shades):
            found += _serious(one, name, dark=dark, options=SHADED if number else OPTIONS)
    found += one.faults
    one.faults.clear()
    return found


def _serious(one: Visit, name: str, *, dark: bool, options: Mapping[str, Any]) -> list[str]:
    """What axe finds that keeps people out."""
    one.page.emulate_media(color_scheme="dark" if dark else "light")
    one.page.evaluate(SHADE, dark)
    return [
        f"{name}{' in the dark' * dark}: {found['id']} ({len(found['nodes'])}): {found['nodes'][0]['html'][:200]}"
        for found in one.page.evaluate(AXE, options)
        if found["impact"] in ("serious", "critical")
    ]


def _wide(one: Visit, name: str, sizes: Sequence[dict[str, int]]) -> list[str]:
    """On which screens the page is wider than the screen."""
    found = []
    for size in sizes:
        if len(sizes) > 1:
            one.page.set_viewport_size(size)  # type: ignore[arg-type]
        wide = one.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{name}: {wide} px wider than {size['width']}"] * (wide > 0)
    return found
