"""What a wording looks like in a mail: paragraphs, **bold** words and links, as HTML that is safe and as text.

Values are put in after the formatting was read, so that nothing in a name can become a link, a tag or bold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from dingdan.masterdata.wording.rules.language import BLOCK, CLOSES, OPENS, LeadsNowhere

_VALUE: Final = re.compile(f"{OPENS}([^{OPENS}{CLOSES}]*){CLOSES}")
_HELD: Final = re.compile(f"{OPENS}([0-9]+){CLOSES}")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'\\]+", re.IGNORECASE)


class Passage(NamedTuple):
    """A stretch of a mail: a block of the program's by its name, or paragraphs, each as HTML that is safe and as text."""

    block: str
    paragraphs: Sequence[tuple[str, str]] = ()


def plain(said: str) -> str:
    """What a wording said as one line of text."""
    return " ".join(values_in(said).split())


def values_in(said: str) -> str:
    """What a wording said, with its values in it; blocks of the program's are none."""
    return _VALUE.sub(lambda found: "" if found[1].startswith(BLOCK) else found[1], said)


def passages(said: str, field: str, *, is_strict: bool) -> list[Passage]:
    """What a wording said, cut where blocks of the program's stand; each block once.

    With ``is_strict`` a link that leads nowhere is refused (`LeadsNowhere`); otherwise its words are left without it.
    """
    values: list[str] = []
    found: list[Passage] = []
    for number, piece in enumerate(re.split(f"{OPENS}{BLOCK}([a-z_]+){CLOSES}", said)):
        if number % 2:
            if all(one.block != piece for one in found):
                found.append(Passage(piece))
        else:
            held = _VALUE.sub(lambda one: _hold(one[1], values), piece)
            paragraphs = list(_paragraphs(held, values, lambda url: _usable(url, field, is_strict=is_strict)))
            found += [Passage("prose", paragraphs)] if paragraphs else []
    return found


def _hold(value: str, values: list[str]) -> str:
    values.append("" if value.startswith(BLOCK) else value)  # a block that was changed is none any more
    return f"{OPENS}{len(values) - 1}{CLOSES}"


def _usable(url: str, field: str, *, is_strict: bool) -> str:
    if _ADDRESS.fullmatch(url):
        return url
    if is_strict:
        raise LeadsNowhere(field=field, url=url[:200])
    return ""


def _paragraphs(held: str, values: list[str], usable: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    for token in _reader().parse(held):
        if token.type == "inline":
            html, text = _both(token.children or [], values, usable)
            if text.strip():
                yield html, text


def _both(tokens: Sequence[Token], values: list[str], usable: Callable[[str], str]) -> tuple[str, str]:
    """A paragraph as HTML and as text; links are told by their address where the words are not the address itself."""
    html, text, open_at, url = "", "", 0, ""
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            html, text = html + "<br>", text.rstrip(" ") + "\n"
        elif token.type in ("strong_open", "strong_close"):
            html += "<strong>" if token.nesting == 1 else "</strong>"
        elif token.type == "link_open":
            url, open_at = usable(_address(str(token.attrs.get("href", "")), values)), len(text)
            html += f'<a class="link" href="{escape(url)}">' if url else ""
        elif token.type == "link_close":
            html += "</a>" if url else ""
            text += f" ({url})" if url and text[open_at:] != url else ""
        else:
            html += _HELD.sub(lambda one: escape(values[int(one[1])]).replace("\n", "<br>"), escape(token.content))
            text += _HELD.sub(lambda one: values[int(one[1])], token.content)
    return html, text.strip()


def _address(href: str, values: list[str]) -> str:
    """Where a link leads. A value that is a part of an address is written as addresses want it."""
    whole = _HELD.fullmatch(href)
    if whole:
        return values[int(whole[1])].strip()
    return _HELD.sub(lambda one: _quoted(values[int(one[1])]), href)


def _quoted(value: str) -> str:
    return re.sub(r"[^A-Za-z0-9._~-]", lambda one: "".join(f"%{byte:02X}" for byte in one[0].encode()), value)


def _reader() -> MarkdownIt:
    """Markdown, as far as mails have it: paragraphs, breaks, bold words, links."""
    reader = MarkdownIt("zero").enable(["newline", "escape", "link"])
    reader.inline.ruler.before("link", "bold", _bold)
    reader.normalizeLink = lambda url: url  # type: ignore[method-assign]
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    return reader


def _bold(state: StateInline, silent: bool) -> bool:
    """``**words**``, whatever stands around: CommonMark's own rule wants blanks that Chinese does not have."""
    start = state.pos
    if not state.src.startswith("**", start):
        return False
    end = state.src.find("**", start + 2, state.posMax)
    if end <= start + 2 or not state.src[start + 2 : end].strip():
        return False
    if not silent:
        most, state.pos, state.posMax = state.posMax, start + 2, end
        state.push("strong_open", "strong", 1)
        state.md.inline.tokenize(state)
        state.push("strong_close", "strong", -1)
        state.posMax = most
    state.pos = end + 2
    return True
