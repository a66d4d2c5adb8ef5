"""What places and channels are called, for whoever looks."""

from __future__ import annotations

from typing import Any, Final

from babel import Locale
from babel.core import UnknownLocaleError

from dingdan.automation.setup import CHANNEL, NODE
from dingdan.kernel.wording import as_read
from dingdan.web.backoffice import show

_OURS: Final = {"main": NODE, "web": CHANNEL}


def named(row: Any) -> str:
    """What a node or a channel is called; one that nobody named otherwise, in the reader's language."""
    return as_read(row.name, _OURS.get(row.code))


def language_named(tag: str) -> str:
    """What a language is called in the reader's own: Traditional Chinese for ``zh-Hant``; a tag that nobody knows, as it is."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(show.locale().replace("-", "_")) or tag
    except (UnknownLocaleError, ValueError):
        return tag
