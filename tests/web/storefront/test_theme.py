"""Design tokens: whatever the color of a shop is, what is written in it can be read."""

from __future__ import annotations

import re

import pytest

from dingdan.kernel.colors import LEGIBLE, contrast
from dingdan.web.storefront.theme import theme_css


@pytest.mark.parametrize("accent", ["#ffffff", "#000000", "#ffe14d", "#14566b", "#ff0000", "#7f7f7f"])
def test_it_works(accent: str) -> None:
    css = theme_css(accent=accent, font="serif", corners="round")
    for part in css.split("@media"):
        tokens = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6});", part))
        assert contrast(tokens["accent"], tokens["ground"]) >= LEGIBLE
        assert contrast(tokens["accent"], tokens["on-accent"]) >= LEGIBLE
        assert contrast(tokens["small"], tokens["ground"]) >= LEGIBLE
    assert "--button:999px" in css
