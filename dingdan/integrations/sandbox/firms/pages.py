"""Pages for people: plain HTML that a phone shows well, with nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from dingdan.integrations.sandbox.firms.http import Answer, Request
from dingdan.integrations.sandbox.firms.words import WORDS

LANGUAGES: Final = {"en": "English", "zh-hant": "繁體中文", "zh-hans": "简体中文"}
_STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem}
main.narrow{max-width:26rem;margin:0 auto}header{display:flex;justify-content:space-between;flex-wrap:wrap;gap:.5rem}
h1{font-size:1.3rem}h2{font-size:1.1rem;margin-top:2rem}.sum{font-size:2rem;font-weight:600}.soft{opacity:.7;font-size:.9rem}
article{border:1px solid var(--line);border-radius:.5rem;padding:.75rem;margin:.5rem 0}
form{display:inline}button,input,select{font:inherit;min-height:2.75rem;border-radius:.5rem;border:1px solid var(--line);
padding:.25rem .75rem;margin:.15rem 0}.narrow button{display:block;width:100%}button.yes{background:#17623a;color:#fff}
button.no{background:#8f1d1d;color:#fff}table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{text-align:left;border-top:1px solid var(--line);padding:.25rem .5rem;overflow-wrap:anywhere}.scroll{overflow-x:auto}
.bar{background:#fd6;color:#000;padding:.25rem .75rem;border-radius:.5rem;font-size:.9rem}
"""


def language(request: Request) -> str:
    """Which language the reader wants: as chosen, else as the browser says, else English."""
    cookies = dict(part.strip().partition("=")[::2] for part in request.headers.get("cookie", "").split(";"))
    chosen = request.query.get("lang") or cookies.get("sandbox_lang", "")
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.partition(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-hant" if any(place in tag for place in ("hant", "tw", "hk", "mo")) else "zh-hans"
        if tag.startswith("en"):
            return "en"
    return "en"


def said(request: Request, sentence: str, **holes: object) -> str:
    """A sentence in the reader's language."""
    spoken = language(request)
    text = sentence if spoken == "en" else WORDS[sentence][spoken == "zh-hans"]
    return text.format(**holes) if holes else text


def shown(request: Request, title: str, body: str, *, narrow: bool = False) -> Answer:
    """A page with a heading, the languages to choose from, and a bar that says that no money moves here."""
    spoken = language(request)
    links = " ".join(f'<a href="?lang={code}" lang="{code}">{name}</a>' for code, name in LANGUAGES.items() if code != spoken)
    page = (
        f'<!doctype html><html lang="{spoken}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style></head><body>'
        f'<header><span class="bar">{said(request, "Sandbox: no money moves here")}</span><nav>{links}</nav></header>'
        f'<main class="{"narrow" if narrow else ""}"><h1>{escape(title)}</h1>{body}</main></body></html>'
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    }
    if request.query.get("lang") in LANGUAGES:
        headers["Set-Cookie"] = f"sandbox_lang={spoken}; Path=/; SameSite=Lax"
    return Answer(200, page.encode(), headers)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it sends, what it says, and whether it means yes, no or neither."""

    value: str
    text: str
    kind: str = ""


def button(request: Request, to: str, choice: Choice) -> str:
    """A button that sends its value to an address."""
    return (
        f'<form method="post" action="{escape(to)}"><button name="do" value="{escape(choice.value)}" class="{choice.kind}">'
        f"{escape(said(request, choice.text))}</button></form>"
    )


@dataclass(frozen=True, slots=True)
class Till:
    """What stands on the page on which a buyer decides."""

    firm: str
    total: str
    reference: str
    title: str
    choices: Sequence[Choice]
    note: str = ""


def till(request: Request, what: Till) -> Answer:
    """The page on which a buyer decides about a payment. Nobody is asked for a card number: card data never comes here."""
    note = f'<p class="soft">{escape(what.note)}</p>' if what.note else ""
    body = (
        f'<p class="sum">{escape(what.total)}</p>'
        f'<p>{escape(what.title)}<br><span class="soft">{escape(what.reference)}</span></p>'
        f"{note}{''.join(button(request, request.whole, choice) for choice in what.choices)}"
        f'<p class="soft">{said(request, "Choose what happens. Card numbers are never asked for.")}</p>'
    )
    return shown(request, what.firm, body, narrow=True)


def told(request: Request, title: str, sentence: str) -> Answer:
    """A page that says one thing."""
    return shown(request, title, f"<p>{escape(said(request, sentence))}</p>", narrow=True)


def moved(to: str) -> Answer:
    """Go there."""
    return Answer(303, b"", {"Location": to, "Cache-Control": "no-store"})
